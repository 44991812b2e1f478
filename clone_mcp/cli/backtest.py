"""`clone-mcp backtest`: how good the predictions would have been."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from clone_mcp.evaluation.backtest import Progress, backtest


def add(actions: Any) -> None:
    """The command and its options."""
    command = actions.add_parser(
        "backtest", help="replay conversations, answering each question with what was known then"
    )
    command.add_argument("--turns", type=Path, required=True, help="one turn a line, as JSON; .gz is read as such")
    command.add_argument("--predictions", type=Path, required=True, help="where to write one line for each question")
    command.add_argument(
        "--weights", help="weights to use instead of those that ship; {user} in the path stands for the person"
    )
    command.set_defaults(function=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay, telling how far it is."""
    done = backtest(arguments.turns, arguments.predictions, arguments.weights, _tell)
    print(
        f"{done.questions:,} questions of {done.of_people} people answered in {done.seconds:.1f} s, "
        f"{done.per_second:.0f} a second: {arguments.predictions}"
    )
    return 0


def _tell(progress: Progress) -> None:
    print(
        f"{progress.people} of {progress.of_people} people, {progress.questions:,} questions, "
        f"{progress.per_second:.0f} a second",
        file=sys.stderr,
    )
