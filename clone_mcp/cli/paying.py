"""What commands share that may pay a model for many answers: the question beforehand, and how far they are."""

from __future__ import annotations

import argparse
import sys

from clone_mcp.cli.terminal import counted
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.backtest import Size


def agreed_to_pay(arguments: argparse.Namespace, size: Size, *, whose: str = "") -> None:
    """A model costs money: the person says yes first. Raises Invalid if they don't, or if nobody is there to ask."""
    about = f"about ${size.cost:.2f}" if size.cost is not None else "an amount the price list does not tell"
    most = f", stopping at ${arguments.max_cost:.2f}" if arguments.max_cost is not None else ""
    questions = f"{counted(size.questions, 'question')}{whose}"
    print(f"{questions} may go to the model: {about}{most}, and never more in a day than CLONE_DAILY_CAP.")
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Invalid("Asking a model costs money.", hint="Run it in a terminal, or add --yes.")
    if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
        raise Invalid("Nothing was asked.")


class Bar:
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
