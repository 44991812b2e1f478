"""How a command runs: its settings, the Clone it works on, and its streams.

Also loaded for a stdio server, at every start of a client: so it loads neither argparse nor the application by itself.
What a person is asked and shown stands in terminal.py.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from clone_mcp.clone import Clone
from clone_mcp.logs import set_up
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.settings import Settings, from_env, unknown

T = TypeVar("T")
OWNER = Caller(LOCAL_TENANT, Scope.OWNER)
"""Who commands are run by: whoever may read this installation's files."""
OUTPUTS = ("stdout", "stderr")
BLOCKED = (
    "Another process still reads the database as it was before. Until it lets go, what was erased can be found in the "
    "database's files; that will be finished then. `clone-mcp jobs` shows it as `purge`."
)


def settings() -> Settings:
    """Settings from the environment, with logging set up as they say: to stderr, because stdout is the protocol's."""
    read = from_env(os.environ)
    set_up(read.log_level, read.log_format)
    if strangers := unknown(os.environ):
        logging.getLogger(__package__).warning("Not settings of Clone, ignored: %s", ", ".join(strangers))
    return read


def with_clone(use: Callable[[Clone], Awaitable[T]]) -> T:
    """What `use` makes of the Clone that the settings describe, opened for as long as that takes."""
    from clone_mcp.app import opened  # the stdio server loads it in a thread

    async def within() -> T:
        async with opened(settings()) as clone:
            done = await use(clone)
            if clone.memory.purge.waits:
                print(BLOCKED, file=sys.stderr)
            return done

    return asyncio.run(within())


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


def everything_typed() -> str:
    """All of standard input. Programs send UTF-8, whatever the terminal is set to. Raises UnicodeDecodeError."""
    raw = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read() if raw is None else raw.read().decode("utf-8-sig")
