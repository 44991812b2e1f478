"""`clone-mcp backtest`: how good the predictions would have been.

The replay itself is in evaluation/backtest.py. Other people's data has its own command, in evaluate.py.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clone_mcp.cli import evaluate
from clone_mcp.cli.replaying import Bar, agreed_to_pay
from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import (
    as_json,
    command,
    confirmed,
    count,
    dollars,
    moment,
    new_file,
    percent,
    show_json,
)
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.backtest import Plan, Run
from clone_mcp.evaluation.page import page
from clone_mcp.evaluation.report import Report, report
from clone_mcp.evaluation.summary import summary


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
    made.add_argument("--html", type=new_file, metavar="FILE", help="also write the report as one HTML file")
    as_json(made, "print the report as JSON")
    made.add_argument("--turns", type=Path, metavar="FILE", help="the same as `clone-mcp evaluate turns FILE`")
    made.add_argument("--predictions", type=new_file, metavar="OUT", help="with --turns: see `evaluate turns`")
    made.add_argument("--weights", metavar="PATH", help="with --turns: see `evaluate turns`")


def _backtest(arguments: argparse.Namespace) -> None:
    if arguments.turns or arguments.predictions or arguments.weights:
        if not (arguments.turns and arguments.predictions):
            raise Invalid("--turns and --predictions belong together.", hint="`clone-mcp evaluate turns --help`")
        arguments.file = arguments.turns
        evaluate.turns(arguments)
        return
    found, told = with_clone(lambda clone: _own(clone, arguments))
    if arguments.html:
        _write(arguments.html, page(told))
    if arguments.json:
        show_json({**asdict(told), "spent": found.spent})
        return
    for line in summary(told):
        print(line)
    if found.spent:
        print(f"\nThe model was paid about ${found.spent:.2f}.")
    if found.stopped:
        print(f"\nIt ended early: {found.stopped} Run it again to resume; what was paid for is kept.")
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
        agreed_to_pay(arguments, size)
    found = await clone.evaluation.backtest(OWNER, plan, size, Bar(size.questions))
    return found, report(
        found.results,
        predictor=plan.predictor,
        at_most=arguments.promise / 100,
        failed=found.failed,
        out_of_range=size.skipped,
        stopped=found.stopped,
    )


def _write(path: Path, text: str) -> None:
    """For the owner's eyes only: what was said stands in it."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as exc:
        raise Invalid(f"{path} can't be written: {exc.strerror or exc}.") from exc
