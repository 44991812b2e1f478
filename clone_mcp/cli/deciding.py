"""What the commands that change memory have in common: the person says yes first."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from clone_mcp.errors import Forbidden, Invalid


def owner_at_the_terminal(arguments: argparse.Namespace, what: str = "This changes memory for good.") -> None:
    """Changes are confirmed by a person: at a terminal, or by --yes in a script they wrote."""
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Forbidden(what, hint="Run it in a terminal, or add --yes.")
    if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
        raise Invalid("Nothing was changed.")


def moment(text: str | None) -> datetime | None:
    """A date or time as people write it, here and now unless it says where."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is no date or time.", hint="Write 2026-11-20 or 2026-11-20T08:30.") from None
    return read if read.tzinfo else read.astimezone()
