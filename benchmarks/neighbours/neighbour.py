"""What the benchmark must know of a memory to drive it."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.history import answer
from benchmarks.stdio import Call, StdioServer

PLANTED = "quokka"
"""A word that only the last of the texts holds."""
numbers = count()
"""For names that must not come twice."""


@dataclass(frozen=True)
class Neighbour:
    """One memory: how it is got, started, filled, used and looked into."""

    name: str
    command: Callable[[], tuple[str, ...]]
    """Installs it when it isn't there."""
    env: Callable[[Path], Mapping[str, str]]
    fill: Callable[[Path, int], object]
    """Puts that many items into a new store without the server, whose own tool would take minutes or hours."""
    found: Callable[[StdioServer, int], bool]
    """Whether a server on a store filled with so many items comes upon one of the last."""
    store: Callable[[str], Call]
    fetch: Callable[[str], Call]
    held: Callable[[Path], int]
    """How many items a store holds, looked at from outside."""
    resource: str | None = None
    """What a client can attach without asking anything."""


def texts(size: int) -> Iterator[str]:
    """What the stores are filled with: no two are the same, and the last can be searched for."""
    chance = random.Random(7)
    for number in range(size - 1):
        yield f"{answer(chance)} ({number})"
    yield f"the {PLANTED} is {size - 1} years old"


def finds(search: Call) -> Callable[[StdioServer, int], bool]:
    """The search for the planted word tells how old it is, or which number the item has. Both are the same."""

    def found(server: StdioServer, size: int) -> bool:
        return str(size - 1) in str(server.call(*search))

    return found


def rows(query: str, file: str) -> Callable[[Path], int]:
    def held(home: Path) -> int:
        if not (home / file).exists():
            return 0
        with closing(sqlite3.connect(home / file)) as database:
            return database.execute(query).fetchone()[0]

    return held


def apart(home: Path) -> dict[str, str]:
    """Everything a program may write lies in its home, and nothing is fetched."""
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "NO_COLOR": "1"}
    return {"HOME": str(home), "PATH": os.environ.get("PATH", ""), **offline}
