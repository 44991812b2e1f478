"""`clone-mcp backtest`: how good the predictions would have been."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import as_json, command, confirmed, count, dollars, moment, percent, show_json
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.backtest import Plan, Progress, Run, Size, answer_people
from clone_mcp.evaluation.page import page, summary
from clone_mcp.evaluation.report import Report, report


def add(actions: Any) -> None:
    """The command and its options."""
    what = "replay your history, answering each question with what was known then"
    made = command(actions, "backtest", what, _backtest)
    made.add_argument(
        "--predictor", choices=("local", "model", "cascade"), default="local", help="who answers (default: local)"
    )
    made.add_argument("--since", metavar="DATE", help="only questions from then on; what came before is known")
    made.add_argument("--limit", type=count, metavar="N", help="only the newest N questions")
    made.add_argument(
        "--promise", type=percent, default=10.0, metavar="PERCENT", help="most wrong automatic answers (default: 10)"
    )
    made.add_argument("--max-cost", type=dollars, metavar="DOLLARS", help="stop asking a model at this cost")
    made.add_argument("--restart", action="store_true", help="pay a model again for what it answered before")
    confirmed(made, "do not ask before a model is paid")
    made.add_argument("--html", type=Path, metavar="FILE", help="also write the report as one HTML file")
    as_json(made, "print the report as JSON")
    made.add_argument("--turns", type=Path, help="replay a file of many people instead: one turn a line, as JSON")
    made.add_argument("--predictions", type=Path, help="with --turns: where to write one line for each question")
    made.add_argument(
        "--weights", help="with --turns: weights instead of those that ship; {user} in the path stands for the person"
    )


def _backtest(arguments: argparse.Namespace) -> None:
    if arguments.turns or arguments.predictions or arguments.weights:
        _people(arguments)
        return
    found, told = with_clone(lambda clone: _own(clone, arguments))
    if arguments.html:
        _write(arguments.html, page(told))
    if arguments.json:
        show_json({**asdict(told), "stopped": found.stopped, "failed": found.failed, "spent": found.spent})
        return
    for line in summary(told):
        print(line)
    if found.spent:
        print(f"\nThe model was paid about ${found.spent:.2f}.")
    if found.failed:
        print(f"\nTo {found.failed} questions the model gave no answer.")
    if found.stopped:
        print(f"\nIt ended early: {found.stopped} Run it again to go on; what was paid for is kept.")
    if arguments.html:
        print(f"\nThe report with pictures: {arguments.html}")


async def _own(clone: Clone, arguments: argparse.Namespace) -> tuple[Run, Report]:
    plan = Plan(
        predictor=arguments.predictor,
        since=moment(arguments.since),
        limit=arguments.limit,
        max_cost=arguments.max_cost,
        restart=arguments.restart,
    )
    size = await clone.evaluation.backtest.size(OWNER, plan)
    if plan.predictor != "local" and size.questions:
        _agreed(arguments, size)
    found = await clone.evaluation.backtest(OWNER, plan, size, _Bar(size.questions))
    return found, report(found.results, predictor=plan.predictor, at_most=arguments.promise / 100)


def _agreed(arguments: argparse.Namespace, size: Size) -> None:
    """A model costs money: the person says yes first."""
    about = f"about ${size.cost:.2f}" if size.cost is not None else "an amount the price list does not tell"
    most = f", stopping at ${arguments.max_cost:.2f}" if arguments.max_cost is not None else ""
    print(f"{size.questions:,} questions go to the model: {about}{most}, and never more in a day than CLONE_DAILY_CAP.")
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Invalid("Asking a model costs money.", hint="Run it in a terminal, or add --yes.")
    if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
        raise Invalid("Nothing was asked.")


class _Bar:
    """A line on a terminal's stderr that says how far it is; nothing elsewhere."""

    def __init__(self, whole: int) -> None:
        self._whole = whole
        self._shown = -1

    def __call__(self, done: int) -> None:
        percent = 100 * done // self._whole if self._whole else 100
        if percent == self._shown or not sys.stderr.isatty():
            return
        self._shown = percent
        end = "\n" if done >= self._whole else ""
        print(f"\r{done:,} of {self._whole:,} questions, {percent} %", end=end, file=sys.stderr, flush=True)


def _people(arguments: argparse.Namespace) -> None:
    if not (arguments.turns and arguments.predictions):
        raise Invalid("--turns and --predictions belong together.")
    done = asyncio.run(answer_people(arguments.turns, arguments.predictions, arguments.weights, _tell))
    print(
        f"{done.questions:,} questions of {done.of_people} people answered in {done.seconds:.1f} s, "
        f"{done.per_second:.0f} a second: {arguments.predictions}"
    )


def _tell(progress: Progress) -> None:
    print(
        f"{progress.people} of {progress.of_people} people, {progress.questions:,} questions, "
        f"{progress.per_second:.0f} a second",
        file=sys.stderr,
    )


def _write(path: Path, text: str) -> None:
    """For the owner's eyes only: what was said stands in it."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as exc:
        raise Invalid(f"{path} can't be written: {exc.strerror or exc}.") from exc
