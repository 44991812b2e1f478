"""What `backtest` and `evaluate` share: the question before a model is paid for many answers, and how far they are.

Costs are estimated in evaluation/paid.py. `import` has a bar of its own, in importing.py.
"""

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
    # To stderr: --json promises that only JSON comes out of stdout.
    print(
        f"{questions} may go to the model: {about}{most}, and never more in a day than CLONE_DAILY_CAP.",
        file=sys.stderr,
    )
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Invalid("Asking a model costs money.", hint="Run it in a terminal, or add --yes.")
    if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
        raise Invalid("Nothing was asked.")


class Bar:
    """A bar on a terminal's stderr that says how far it is; nothing elsewhere."""

    _WIDTH = 24

    def __init__(self, whole: int, noun: str = "question") -> None:
        self._whole = whole
        self._noun = noun
        self._shown = -1
        self.on_terminal = sys.stderr.isatty()

    def __call__(self, done: int) -> None:
        percent = 100 * done // self._whole if self._whole else 100
        if percent == self._shown or not self.on_terminal:
            return
        self._shown = percent
        drawn = f"{'#' * (percent * self._WIDTH // 100):<{self._WIDTH}}"
        end = "\n" if done >= self._whole else ""
        line = f"\r\x1b[K[{drawn}] {percent:3} %  {done:,} of {counted(self._whole, self._noun)}"
        print(line, end=end, file=sys.stderr, flush=True)
