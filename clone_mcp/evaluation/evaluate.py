"""How good the predictions are on other people's data: four kinds of it, each with its reader, answers and figures.

Everything here reads one file and writes one file of predictions. Nothing reaches a person's memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clone_mcp.access.spending import PaidModel, no_model
from clone_mcp.errors import Invalid
from clone_mcp.evaluation import decisions, figures, pairs, stops, turns
from clone_mcp.evaluation.backtest import TYPICAL, Size
from clone_mcp.evaluation.conversations import read_people
from clone_mcp.evaluation.figures import Figure
from clone_mcp.evaluation.people import Answering, Progress, Scored, replay_people
from clone_mcp.models.access import Caller
from clone_mcp.models.usage import Purpose, Spending, Usage
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


KINDS: Mapping[str, Kind] = {
    "turns": Kind("question", read_people, turns.questions, turns.answer_turns, figures.turns_figures),
    "pairs": Kind(
        "pair", pairs.read_pairs, len, lambda _, group, rows: pairs.answer_pairs(group, rows), figures.pairs_figures
    ),
    "decisions": Kind(
        "question",
        decisions.read_decisions,
        decisions.questions,
        decisions.answer_decisions,
        figures.decisions_figures,
    ),
    "stops": Kind("stop", stops.read_stops, len, stops.answer_stops, figures.stops_figures),
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
) -> list[Figure]:
    """Answer everybody's questions, write one line for each to `out`, and measure. Raises Invalid for bad weights."""
    for person in people:
        answering.check(person)  # rather now than after an hour
    results = await replay_people(
        people,
        lambda person, rows: kind.answer(answering, person, rows),
        out,
        questions=questions(kind, people),
        tell=tell,
    )
    return kind.measure(results)


def told(measured: Sequence[Figure]) -> Iterator[str]:
    """The figures for people, one a line, and below them what the last ones say."""
    yield f"{'':<44} {'pooled':<22} {'of':>7}   mean over people"
    for each in measured:
        around = "" if each.low is None or each.high is None else f"[{each.low:.3f}, {each.high:.3f}]"
        yield f"{each.name:<44} {shown(each.value):<6} {around:<15} {each.of:>7,}   {shown(each.mean)}".rstrip()
    explained = [each for each in measured if each.meaning]
    if explained:
        yield ""
    yield from (f"{each.name}: {each.meaning}." for each in explained)


def shown(value: float | None) -> str:
    """A figure, as everywhere."""
    return "–" if value is None else f"{value:.3f}"


class AnswerPeople:
    """Who may answer other people's questions here. A model is paid for from the account of whoever asks."""

    def __init__(
        self, predictors: Mapping[str, Callable[[], Predictor]], paid: PaidModel | None, *, model: str
    ) -> None:
        self._predictors = predictors
        self._paid = paid
        self._model = model

    def size(self, asked: int) -> Size:
        """What a model would cost for so many questions. Raises Unavailable where none may be asked."""
        each = self._allowed().cost(Spending(self._model, TYPICAL))
        return Size(asked, 0, None if each is None else each * asked)

    def __call__(self, caller: Caller, predictor: str, *, max_cost: float | None) -> Answering:
        """The named predictor, which asks a model. Raises Unavailable where none may be asked."""
        paid = self._allowed()

        def cost(usage: Usage) -> float | None:
            return paid.cost(Spending(self._model, usage))

        model = paid.of(caller.tenant, Purpose.PREDICT)
        return Answering(asking=self._predictors[predictor], model=model, cost=cost, max_cost=max_cost)

    def _allowed(self) -> PaidModel:
        if self._paid is None:
            raise no_model()
        return self._paid
