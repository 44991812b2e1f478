"""How good the predictions are on other people's data: four kinds of it, each with its reader, answers and figures.

Everything here reads one file and writes one file of predictions. Nothing reaches a person's memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clone_mcp.errors import Invalid
from clone_mcp.evaluation import decisions, figures, pairs, stops, turns
from clone_mcp.evaluation.backtest import Size
from clone_mcp.evaluation.conversations import read_people
from clone_mcp.evaluation.figures import Figure, RateBin
from clone_mcp.evaluation.paid import Payer
from clone_mcp.evaluation.people import Answering, Progress, Scored, replay_people
from clone_mcp.evaluation.summary import MEANINGS
from clone_mcp.models.access import Caller
from clone_mcp.ports import Predictor

People = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data: how it is read, counted, answered and measured."""

    noun: str
    """What a row that is answered is called."""
    read: Callable[[Path], People]
    count: Callable[[Sequence[Any]], int]
    answer: Callable[[Answering, str, Sequence[Any]], AsyncIterator[Scored[Any]]]
    measure: Callable[[Mapping[str, Sequence[Any]]], list[Figure]]
    words: Sequence[tuple[str, str]]
    """What the figures are called, each with what that means."""
    right: str = ""
    """What the calibration takes as having come true."""
    bins: Callable[[Mapping[str, Sequence[Any]]], list[RateBin]] = lambda _results: []
    """How often it came true, by what was said."""
    told: Callable[[Mapping[str, Sequence[Any]]], Sequence[str]] = lambda _people: ()
    """What the results come to, in plain words."""


KINDS: Mapping[str, Kind] = {
    "turns": Kind(
        noun="question",
        read=read_people,
        count=turns.questions,
        answer=turns.answer_turns,
        measure=figures.turns_figures,
        words=(*MEANINGS, *figures.EXPLAINED),
        right="A guess counts as right when it is the same in meaning.",
        told=figures.turns_in_words,
    ),
    "pairs": Kind(
        noun="pair",
        read=pairs.read_pairs,
        count=len,
        answer=pairs.answer_pairs,
        measure=figures.pairs_figures,
        words=figures.LABELS,
    ),
    "decisions": Kind(
        noun="question",
        read=decisions.read_decisions,
        count=decisions.questions,
        answer=decisions.answer_decisions,
        measure=figures.decisions_figures,
        words=figures.EXPLAINED,
        right="A guess counts as right when that option was taken. No option is right where the answer was typed.",
        told=figures.decisions_in_words,
    ),
    "stops": Kind(
        noun="stop",
        read=stops.read_stops,
        count=len,
        answer=stops.answer_stops,
        measure=figures.stops_figures,
        words=figures.EXPLAINED,
        right="The confidence is that of going on.",
        bins=figures.stops_bins,
    ),
}


def read(kind: Kind, file: Path, out: Path) -> People:
    """The file's people. Raises Invalid for a file that holds no such data, and where the answers would replace it."""
    if out.exists() and file.exists() and out.samefile(file):
        raise Invalid(
            f"The predictions would replace the data in {file}.", hint="Name another file: --predictions OUT."
        )
    people = kind.read(file)
    if not questions(kind, people):
        raise Invalid(
            f"{file} holds nothing to answer.", hint="docs/howto/evaluate.md says what each line has to hold."
        )
    return people


def questions(kind: Kind, people: People) -> int:
    """How many there are to answer."""
    return sum(map(kind.count, people.values()))


async def evaluate(
    kind: Kind, people: People, answering: Answering, out: Path, tell: Callable[[Progress], None]
) -> dict[str, list[Any]]:
    """Answer everybody's questions and write one line for each to `out`. The results by person, to be measured."""
    return await replay_people(
        people,
        lambda person, rows: kind.answer(answering, person, rows),
        out,
        questions=questions(kind, people),
        tell=tell,
    )


def table(measured: Sequence[Figure]) -> Iterator[str]:
    """The figures, one a line."""
    width = max(len(each.name) for each in measured)
    yield f"{'':<{width}}  pooled                      of   mean over people"
    for each in measured:
        around = "" if each.low is None or each.high is None else f"[{each.low:.3f}, {each.high:.3f}]"
        yield f"{each.name:<{width}}  {shown(each.value):<6} {around:<16} {each.of:>6,}   {shown(each.mean)}"


def bin_table(bins: Sequence[RateBin]) -> Iterator[str]:
    """What came of each confidence, one group a line."""
    yield "Clone said  they went on  95 % interval    stops  people"
    for each in bins:
        around = f"[{each.low:.3f}, {each.high:.3f}]"
        mark = "" if each.holds else "  outside the interval"
        yield f"{each.said:<10.3f}  {each.came:<12.3f}  {around:<16} {each.count:>6,} {each.people:>7}{mark}"


def shown(value: float | None) -> str:
    """A figure, as everywhere."""
    return "–" if value is None else f"{value:.3f}"


class AnswerPeople:
    """Who may answer other people's questions here, if it asks a model: whoever starts it pays."""

    def __init__(self, predictors: Mapping[str, Callable[[], Predictor]], payer: Payer) -> None:
        self._predictors = predictors
        self._payer = payer

    def size(self, questions: int) -> Size:
        """What a model would cost for so many questions. Raises Unavailable where none may be asked."""
        return Size(questions, 0, self._payer.estimate(questions))

    def __call__(self, caller: Caller, predictor: str, *, max_cost: float | None) -> Answering:
        """The named predictor, which asks a model. Raises Unavailable where none may be asked."""
        make = self._predictors[predictor]
        return Answering(lambda _person: make(), self._payer.account(caller.tenant), self._payer.limits(max_cost))
