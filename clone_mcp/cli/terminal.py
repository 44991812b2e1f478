"""What a command and the person at the terminal exchange: options, values after them, questions, results.

Nothing here knows a certain command, a database or a Clone. How a command runs stands in running.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from clone_mcp.clients.turns import printable
from clone_mcp.errors import Forbidden, Invalid
from clone_mcp.wire.figures import rounded

Run = Callable[[argparse.Namespace], int | None]
"""What runs a command; the exit code, or None where all is well."""
_DIGITS = 17
"""More than anything that is counted here has, and what a database's integer can hold."""
_FIRST_YEAR = 1900
"""Before it, what is reckoned back from a moment may be no time at all."""
_MOMENT = "Write 2026-11-20 or 2026-11-20T08:30."


def verbs(actions: Any, name: str, what: str) -> Any:
    """A command that does nothing by itself, and has verbs."""
    return actions.add_parser(name, help=what).add_subparsers(metavar="VERB", required=True)


def command(actions: Any, name: str, what: str, function: Run, *, json: bool = False) -> Any:
    """A command or a verb, and what runs it; `json` gives it that option before all others."""
    made = actions.add_parser(name, help=what)
    made.set_defaults(function=function)
    if json:
        as_json(made)
    return made


def as_json(made: Any, explained: str = "print as JSON") -> None:
    """The option of programs that read what a command says."""
    made.add_argument("--json", action="store_true", help=explained)


def confirmed(made: Any, explained: str = "do not ask") -> None:
    """The option that answers a command's question beforehand."""
    made.add_argument("--yes", action="store_true", help=explained)


def _whole(text: str, *, least: int, most: int = 10**_DIGITS, what: str = "") -> int:
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS and least <= int(text) <= most:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not {what or f'a whole number from {least} on'}")


def _number(text: str, *, least: float, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value <= most:  # which is so of NaN, too
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return value


count = partial(_whole, least=1)
amount = partial(_whole, least=0)
port = partial(_whole, least=0, most=65535, what="a port between 0 and 65535")
percent = partial(_number, least=0.01, most=99.99, what="a percentage between 0 and 100")
dollars = partial(_number, least=0.0001, most=10**6, what="an amount of dollars above 0")


def new_file(text: str) -> Path:
    """A file to write. What a command prints goes to stdout already, so "-" would only be a file of that name."""
    if text == "-":
        raise argparse.ArgumentTypeError("'-' is no file to write; name one")
    return Path(text)


def moment(text: str | None) -> datetime | None:
    """A date or time as people write it, here and now unless it says where."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is no date or time.", hint=_MOMENT) from None
    try:
        zoned = read if read.tzinfo else read.astimezone()
        if zoned.astimezone(UTC).year >= _FIRST_YEAR:
            return zoned
    except (OverflowError, ValueError):
        pass  # the first and last days there are, which another zone would place beyond them
    raise Invalid(f"{text!r} is a time that nothing here is from.", hint=_MOMENT)


def typed(prompt: str, *, at_end: str = "") -> str:
    """What the person types; `at_end` when they end the input instead."""
    try:
        return input(prompt).strip()
    except EOFError:
        return at_end


def agreed(question: str, *, yes: bool, otherwise: bool = True) -> bool:
    """Whether the person says yes. Return alone means what stands `otherwise`. Raises Invalid without a terminal."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise Invalid("There is nobody to ask.", hint="Run it in a terminal, or add --yes.")
    answer = typed(f"{question} [{'Y/n' if otherwise else 'y/N'}] ", at_end="no").lower()
    return otherwise if not answer else answer in ("y", "yes")


def chosen(question: str, choices: Sequence[str], *, option: str) -> str:
    """One of these, by number or by name. Raises Invalid without a terminal, naming the option that would tell."""
    if not sys.stdin.isatty():
        raise Invalid(f"{question} {printable(', '.join(choices))}.", hint=f"Add {option} NAME.")
    print(question)
    for number, choice in enumerate(choices, 1):
        print(f"  {number}  {printable(choice)}")
    answer = typed("Number or name: ")
    if answer.isdigit() and 1 <= int(answer) <= len(choices):
        return choices[int(answer) - 1]
    if not answer:
        raise Invalid("Nobody was chosen.", hint=f"Add {option} NAME.")
    return answer


def owner_at_the_terminal(arguments: argparse.Namespace, what: str = "This changes memory for good.") -> None:
    """Changes are confirmed by a person: at a terminal, or by --yes in a script they wrote."""
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Forbidden(what, hint="Run it in a terminal, or add --yes.")
    if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
        raise Invalid("Nothing was changed.")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def show(
    arguments: argparse.Namespace, value: Any, lines: Iterable[str], *, default: Callable[[Any], str] = _plain
) -> None:
    """Print the value where --json asks for it, and else the lines."""
    if arguments.json:
        show_json(value, default=default)
        return
    for line in lines:
        print(line)


def show_json(value: Any, *, default: Callable[[Any], str] = _plain) -> None:
    """Print it on one line. `default` says what becomes of a value that JSON has no word for."""
    print(json.dumps(rounded(value), default=default))


def counted(number: int, noun: str, many: str = "") -> str:
    """So many of them, in words that agree. `many` is the plural, where it is not the noun with an s."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def shown(moment: datetime | None) -> str:
    """A time as it is read here, to the minute."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else "never"
