"""`clone-mcp init`: from nothing to a Clone that knows you, in four steps that can each be skipped.

Each step but the question about language models is also a command of its own, in importing.py, backtest.py and
install.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clone_mcp.cli import backtest, importing, install
from clone_mcp.cli.finding import SourceFiles, find, show_found
from clone_mcp.cli.import_report import agreed_folders, show_claims, show_learned, together
from clone_mcp.cli.running import OWNER, settings, with_clone
from clone_mcp.cli.terminal import agreed, command, confirmed, moment, percent, typed
from clone_mcp.clients.machine import Machine
from clone_mcp.errors import CloneError
from clone_mcp.settings.environment import consent, consented
from clone_mcp.sources.importing import Claims, ImportFilter
from clone_mcp.sources.vouching import Vouching, remember, vouched

_PROMISE = 10.0
"""Percent of automatic answers that may be wrong, if the person names no other: as `clone-mcp backtest` has it."""


def add(actions: Any) -> None:
    """The command and its options."""
    made = command(actions, "init", "set Clone up: history, how good it is on it, your promise, your clients", _init)
    confirmed(made, "do not ask; take every step that is not skipped")
    made.add_argument("--since", metavar="DATE", help="only history from then on")
    made.add_argument("--promise", type=percent, metavar="PERCENT", help="most wrong automatic answers (default: 10)")
    made.add_argument(
        "--model", choices=("no", "yes"), help="whether a language model may be sent what Clone knows (default: no)"
    )
    for step in ("import", "backtest", "install"):
        made.add_argument(f"--no-{step}", action="store_true", help=f"skip this step: {step}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is about, and what it does."""

    title: str
    question: str
    skipped: bool
    do: Callable[[], None]


def _init(arguments: argparse.Namespace) -> int:
    """Take the steps in turn. One that fails is told, and the next one comes."""
    steps = (
        Step("Your history", "Read your history from this machine?", arguments.no_import, lambda: _import(arguments)),
        Step("How good it is", "Replay it to see?", arguments.no_backtest, lambda: _backtest(arguments)),
        Step("Language models", "", False, lambda: _consent(arguments)),
        Step("Your clients", "Connect the clients on this machine?", arguments.no_install, lambda: _install(arguments)),
    )
    failed = 0
    for number, step in enumerate(steps, 1):
        print(f"\n{number}. {step.title}")
        if step.skipped or (step.question and not agreed(step.question, yes=arguments.yes)):
            print("Skipped.")
            continue
        try:
            step.do()
        except CloneError as exc:
            failed += 1
            print(f"clone-mcp: {exc}", file=sys.stderr)
    print("\nDone. `clone-mcp doctor` checks the set-up at any time.")
    return 1 if failed else 0


def _import(arguments: argparse.Namespace) -> None:
    machine, home = Machine.here(), settings().home
    found = find(None, None, machine)
    if not found:
        print("No history was found in the usual places. Exports can be added later: `clone-mcp import --list`.")
        return
    show_found(found)
    wanted = ImportFilter(since=moment(arguments.since))
    if not arguments.yes and sys.stdin.isatty():  # --yes vouches for nothing
        claims = _claims(found, wanted, Vouching(machine, vouched(home)))
        remember(home, agreed_folders(claims, machine))
    vouching = Vouching(machine, vouched(home))
    done, learned = with_clone(lambda clone: importing.take_in(clone, found, wanted, vouching))
    turns, new = sum(each.turns for each in done), sum(each.taken.new for each in done)
    print(f"{turns:,} turns read, {new:,} of them new.")
    show_claims(together(done))
    if learned:
        show_learned(learned)


def _claims(found: Sequence[SourceFiles], wanted: ImportFilter, vouching: Vouching) -> dict[Path, Claims]:
    """What the files say that nobody vouches for. Those alone are read for it, and nothing is recorded."""
    doubtful = [
        replace(each, files=files)
        for each in found
        if (files := tuple(path for path in each.files if not vouching.attests(each.source, path)))
    ]
    if not doubtful:
        return {}
    done, _ = with_clone(lambda clone: importing.take_in(clone, doubtful, wanted, vouching, dry=True, learn=False))
    return together(done)


def _backtest(arguments: argparse.Namespace) -> None:
    """The report of `clone-mcp backtest`, held against the person's promise, which is kept."""
    promise = arguments.promise or _asked_promise(yes=arguments.yes)
    with_clone(lambda clone: clone.prediction.stats.promise(OWNER, promise / 100))
    _command(backtest.add, "backtest", "--promise", f"{promise:g}")


def _asked_promise(*, yes: bool) -> float:
    """How many of Clone's own answers may be wrong."""
    if yes or not sys.stdin.isatty():
        return _PROMISE
    print("Of the answers that Clone gives for you, some will be wrong.")
    answer = typed(f"How many percent at most? [{_PROMISE:g}] ")
    try:
        return percent(answer) if answer else _PROMISE
    except argparse.ArgumentTypeError:
        print(f"That is no percentage; {_PROMISE:g} is taken.")
        return _PROMISE


def _consent(arguments: argparse.Namespace) -> None:
    """Nothing leaves the machine until the person says so."""
    read = settings()
    wanted = arguments.model == "yes"
    if arguments.model is None and not arguments.yes and sys.stdin.isatty():
        print("Clone works on this machine alone. A language model would be sent what is recorded, without secrets.")
        wanted = agreed("Ask a language model where Clone alone is unsure?", yes=False, otherwise=False)
    elif arguments.model is None and consented(read.home):
        print("You allowed a language model before; `clone-mcp init --model no` takes it back.")
        return
    consent(read.home, given=wanted)
    if not wanted:
        print("Nothing leaves this machine.")
    elif settings().asks_a_model:
        print(f"{read.model} is asked, for at most {read.daily_cap} a day (CLONE_DAILY_CAP).")
    else:
        print("It is asked once there is a key: set ANTHROPIC_API_KEY or CLONE_ANTHROPIC_API_KEY where Clone runs.")


def _install(arguments: argparse.Namespace) -> None:
    _command(install.add, "install", "--all", *(["--yes"] if arguments.yes else []))


def _command(add: Callable[[Any], None], name: str, *options: str) -> None:
    """Another command of ours, as if it had been typed."""
    parser = argparse.ArgumentParser(prog="clone-mcp")
    add(parser.add_subparsers())
    arguments = parser.parse_args([name, *options])
    arguments.function(arguments)
