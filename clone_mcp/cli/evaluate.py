"""`clone-mcp evaluate`: how good the predictions are on other people's data, for whoever develops or doubts them."""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clone_mcp.cli.paying import agreed_to_pay
from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import as_json, command, confirmed, counted, dollars, show, verbs
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.evaluate import KINDS, Kind, People, evaluate, questions, read, told
from clone_mcp.evaluation.figures import Figure
from clone_mcp.evaluation.people import Answering, Progress
from clone_mcp.prediction.predictors.cascade import PREDICTORS

_WHAT = {
    "turns": "predict what people typed to agents",
    "pairs": "say of pairs of replies whether they mean the same",
    "decisions": "predict which option people took where an agent offered several",
    "stops": "predict whether people went on after an agent had ended its turn",
}
_WEIGHTS = "weights instead of those that ship; {user} in the path stands for the person who is asked"


def add(actions: Any) -> None:
    """The command, one verb for each kind of data, and their options."""
    kinds = verbs(actions, "evaluate", "measure the predictions on a file of other people's data; nothing is stored")
    for name, what in _WHAT.items():
        made = command(kinds, name, what, turns if name == "turns" else lambda given, name=name: _run(name, given))
        made.add_argument("file", type=Path, metavar="FILE", help="one JSON object a line, compressed with gzip or not")
        made.add_argument(
            "--predictions", type=Path, metavar="OUT", required=True, help="where to write one line for each answer"
        )
        if name != "pairs":
            made.add_argument("--weights", metavar="PATH", help=_WEIGHTS)
        if name in ("turns", "decisions"):
            made.add_argument("--predictor", choices=PREDICTORS, default="local", help="who answers (default: local)")
            made.add_argument("--max-cost", type=dollars, metavar="DOLLARS", help="stop asking a model at this cost")
            confirmed(made, "do not ask before a model is paid")
        as_json(made, "print the figures as JSON")


def turns(arguments: argparse.Namespace) -> None:
    """Also what `clone-mcp backtest --turns` does."""
    _run("turns", arguments)


def _run(name: str, arguments: argparse.Namespace) -> None:
    kind, predictor = KINDS[name], getattr(arguments, "predictor", "local")
    weights = getattr(arguments, "weights", None)
    if predictor != "local" and weights:
        raise Invalid("--weights are those of the local predictor.", hint="Leave out --predictor or --weights.")
    people = read(kind, arguments.file, arguments.predictions)
    progress = _Bar(kind, questions(kind, people))
    if predictor == "local":
        answering = Answering(weights=weights)
        found = asyncio.run(evaluate(kind, people, answering, arguments.predictions, progress))
    else:
        answering, found = with_clone(lambda clone: _with_a_model(clone, kind, people, arguments, progress))
    show(arguments, _as_json(progress, answering, found), _told(progress, answering, found, arguments.predictions))


async def _with_a_model(
    clone: Clone, kind: Kind, people: People, arguments: argparse.Namespace, progress: _Bar
) -> tuple[Answering, list[Figure]]:
    """These are other people's words: whoever asks is told that they leave the machine."""
    size = clone.evaluation.answer_people.size(questions(kind, people))
    agreed_to_pay(arguments, size, whose=f" of other people, with what they had typed before (from {arguments.file}),")
    answering = clone.evaluation.answer_people(OWNER, arguments.predictor, max_cost=arguments.max_cost)
    return answering, await evaluate(kind, people, answering, arguments.predictions, progress)


def _told(progress: _Bar, answering: Answering, found: list[Figure], out: Path) -> list[str]:
    last = progress.last
    whose = f" of {last.of_people} people" if progress.kind.noun != "pair" else ""
    lines = [
        f"{counted(last.questions, progress.kind.noun)}{whose} answered in {last.seconds:.1f} s, "
        f"{last.per_second:.0f} a second: {out}"
    ]
    if answering.spent:
        lines.append(f"The model was paid about ${answering.spent:.2f}.")
    if answering.failed:
        lines.append(f"The model failed on {counted(answering.failed, progress.kind.noun)}, which no figure counts.")
    if answering.stopped:
        lines.append(f"It ended early: {answering.stopped}")
    if last.questions:
        over = "pairs" if progress.kind.noun == "pair" else "people"
        lines += ["", f"In brackets: 95 % intervals over {over}.", *told(found)]
    return lines


def _as_json(progress: _Bar, answering: Answering, found: list[Figure]) -> dict[str, Any]:
    last = progress.last
    return {
        "people": last.of_people,
        "questions": last.questions,
        "seconds": last.seconds,
        "failed": answering.failed,
        "stopped": answering.stopped,
        "spent": answering.spent,
        "figures": [asdict(each) for each in found],
    }


class _Bar:
    """How far it is: a bar on a terminal's stderr, elsewhere a line for each person."""

    _WIDTH = 24

    def __init__(self, kind: Kind, whole: int) -> None:
        self.kind = kind
        self.last = Progress(0, 0, 0, whole, 0.0)
        self._on_terminal = sys.stderr.isatty()
        self._shown = -1

    def __call__(self, progress: Progress) -> None:
        another, self.last = progress.people != self.last.people, progress
        if self._on_terminal:
            self._draw(progress)
        elif another and self.kind.noun != "pair":
            print(f"{progress.people} of {progress.of_people} people, {self._so_far(progress)}", file=sys.stderr)

    def _draw(self, progress: Progress) -> None:
        percent = 100 * progress.questions // max(1, progress.of_questions)
        whole = progress.people == progress.of_people
        if percent == self._shown and not whole:
            return
        self._shown = percent
        drawn = "#" * (percent * self._WIDTH // 100)
        end = "\n" if whole else ""
        line = f"\r\x1b[K[{drawn:<{self._WIDTH}}] {percent:3} %  {self._so_far(progress)}"
        print(line, end=end, file=sys.stderr, flush=True)

    def _so_far(self, progress: Progress) -> str:
        return f"{counted(progress.questions, self.kind.noun)}, {progress.per_second:.0f} a second"
