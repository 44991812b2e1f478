"""Standard input, output and error as a process may find them: closed, full, or in an encoding that lacks letters."""

from __future__ import annotations

import io
import os
import sys

OUTPUTS = ("stdout", "stderr")


def make_usable() -> None:
    """Commands may then read and print as if all was well: from nothing, into nothing, and `?` for missing letters."""
    while (missing := os.open(os.devnull, os.O_RDWR)) <= 2:  # or the database's file would take that number
        os.set_inheritable(missing, True)
    os.close(missing)
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 (open until the end)
    for name in OUTPUTS:
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def give_up(*streams: str) -> None:
    """Nobody reads these any more, or nothing fits in: what is left in them must not fail again on leaving."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for name in streams:
        os.dup2(nothing, 1 if name == "stdout" else 2)
    os.close(nothing)


def complain(text: str) -> None:
    """A line on standard error, if anybody listens."""
    try:
        print(f"clone-mcp: {text}", file=sys.stderr, flush=True)
    except OSError:
        give_up("stderr")


def everything_typed() -> str:
    """All of standard input. Programs send UTF-8, whatever the terminal is set to. Raises UnicodeDecodeError."""
    raw = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read() if raw is None else raw.read().decode("utf-8-sig")
