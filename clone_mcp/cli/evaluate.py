"""`clone-mcp evaluate`: how good the predictions are on other people's data, for whoever develops or doubts them.

The measuring is in evaluation/evaluate.py. A person's own history is replayed by backtest.py.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clone_mcp.cli.replaying import Bar, agreed_to_pay
from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import as_json, command, confirmed, counted, dollars, new_file, show, verbs
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.evaluate import KINDS, Kind, People, bin_table, evaluate, questions, read, table
from clone_mcp.evaluation.figures import Figure, RateBin
from clone_mcp.evaluation.paid import Limits
from clone_mcp.evaluation.people import Answering, Progress, with_folds
from clone_mcp.prediction.predictors.cascade import PREDICTORS

_WHAT = {
    "turns": "predict what people typed to agents",
    "pairs": "say of pairs of replies whether they mean the same",
    "decisions": "predict which option people took where an agent offered several",
    "stops": "predict whether people went on after an agent had ended its turn",
}
_WEIGHTS = "weights instead of those that ship; {user} in the path stands for the person they leave out"


def add(actions: Any) -> None:
    """The command, one verb for each kind of data, and their options."""
    kinds = verbs(actions, "evaluate", "measure the predictions on a file of other people's data; nothing is stored")
    for name, what in _WHAT.items():
        made = command(kinds, name, what, turns if name == "turns" else lambda given, name=name: _run(name, given))
        made.add_argument("file", type=Path, metavar="FILE", help="one JSON object a line, compressed with gzip or not")
        made.add_argument(
            "--predictions", type=new_file, metavar="OUT", required=True, help="where to write one line for each answer"
        )
        if name != "pairs":
            made.add_argument("--weights", metavar="PATH", help=_WEIGHTS)
            # No model is ever asked whether somebody goes on.
            who = ("local",) if name == "stops" else PREDICTORS
            made.add_argument("--predictor", choices=who, default="local", help="who answers (default: local)")
        if name in ("turns", "decisions"):
            made.add_argument("--max-cost", type=dollars, metavar="DOLLARS", help="stop asking a model at this cost")
            confirmed(made, "do not ask before a model is paid")
        as_json(made, "print the figures as JSON")


def turns(arguments: argparse.Namespace) -> None:
    """Also what `clone-mcp backtest --turns` does."""
    _run("turns", arguments)


def _run(name: str, arguments: argparse.Namespace) -> None:
    kind, predictor = KINDS[name], getattr(arguments, "predictor", "local")
    people = read(kind, arguments.file, arguments.predictions)
    progress = _Reporter(kind, questions(kind, people))
    if predictor == "local":
        answering = _local(name, people, getattr(arguments, "weights", None))
        results = asyncio.run(evaluate(kind, people, answering, arguments.predictions, progress))
    else:
        if arguments.weights:
            raise Invalid("--weights are those of the local predictor.", hint="Leave out --predictor or --weights.")
        answering, results = with_clone(lambda clone: _with_a_model(clone, kind, people, arguments, progress))
    found, bins, limits, last = kind.measure(results), kind.bins(results), answering.limits, progress.last
    value = {
        "people": last.of_people,
        "questions": last.questions,
        "seconds": last.seconds,
        "failed": limits.failed,
        "stopped": limits.stopped,
        "spent": limits.spent,
        "figures": [asdict(each) for each in found],
        **({"bins": [{**asdict(each), "holds": each.holds} for each in bins]} if bins else {}),
    }
    shown = _lines(kind, last, limits, found, kind.told(results), arguments.predictions)
    show(arguments, value, [*shown, *_bin_lines(bins)])


def _local(name: str, people: People, weights: str | None) -> Answering:
    """Without a model. Says whom the folds leave to the weights that ship."""
    if weights is None:
        return Answering()
    folds, answering = with_folds(name, weights)
    without = folds.check(people)
    if without:
        print(
            f"{len(without)} of {counted(len(people), 'person', 'people')} have no weights of their own there. "
            "Clone answers for them with the weights that ship.",
            file=sys.stderr,
        )
    return answering


async def _with_a_model(
    clone: Clone, kind: Kind, people: People, arguments: argparse.Namespace, progress: _Reporter
) -> tuple[Answering, dict[str, list[Any]]]:
    """These are other people's words: whoever asks is told that they leave the machine."""
    size = clone.evaluation.answer_people.size(questions(kind, people))
    agreed_to_pay(arguments, size, whose=f" of other people, with what they had typed before (from {arguments.file}),")
    answering = clone.evaluation.answer_people(OWNER, arguments.predictor, max_cost=arguments.max_cost)
    return answering, await evaluate(kind, people, answering, arguments.predictions, progress)


def _lines(
    kind: Kind, last: Progress, limits: Limits, found: Sequence[Figure], told: Sequence[str], out: Path
) -> Iterator[str]:
    whose = f" of {counted(last.of_people, 'person', 'people')}" if kind.noun != "pair" else ""
    yield (
        f"{counted(last.questions, kind.noun)}{whose} answered in {last.seconds:.1f} s, "
        f"{last.per_second:.0f} a second: {out}"
    )
    if limits.spent:
        yield f"The model was paid about ${limits.spent:.2f}."
    if limits.failed:
        yield f"The model failed on {counted(limits.failed, kind.noun)}. No figure counts them."
    if limits.stopped:
        yield f"It ended early: {limits.stopped}"
    if not last.questions:
        return
    yield ""
    yield from told
    if told:
        yield ""
    yield from table(found)
    yield ""
    over = "pairs" if kind.noun == "pair" else "people"
    yield f"In brackets: the 95 % interval over {over}. {kind.right}".rstrip()
    yield from (f"{name}: {what}." for name, what in kind.words)


def _bin_lines(bins: Sequence[RateBin]) -> Iterator[str]:
    if bins:
        yield ""
        yield "Stops in ten groups of about the same size, by how likely Clone said it was that the person goes on:"
        yield ""
        yield from bin_table(bins)


class _Reporter:
    """How far it is: a bar on a terminal, elsewhere a line for each person."""

    def __init__(self, kind: Kind, whole: int) -> None:
        self.last = Progress(0, 0, 0, whole, 0.0)
        self._kind = kind
        self._bar = Bar(whole, kind.noun)

    def __call__(self, progress: Progress) -> None:
        another, self.last = progress.people != self.last.people, progress
        self._bar(progress.questions)
        if another and not self._bar.on_terminal and self._kind.noun != "pair":
            done = f"{progress.people} of {counted(progress.of_people, 'person', 'people')}"
            print(f"{done}, {counted(progress.questions, self._kind.noun)}", file=sys.stderr)
