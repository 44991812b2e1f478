"""Several clients at once on one database: one stdio server each, as several editor windows have it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.figures import Effort, Figure, alone
from benchmarks.process import CLONE
from benchmarks.stdio import StdioServer
from benchmarks.turns import Turns

PROCESSES = 8
WRITES = 100


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Everything that was acknowledged must be there, and everything must have been acknowledged."""
    home = folder / "writers"
    with ExitStack() as stack:
        servers = [stack.enter_context(StdioServer(CLONE, home)) for _ in range(PROCESSES)]
        for server in servers:
            server.list_tools()
        with ThreadPoolExecutor(PROCESSES) as threads:
            began = time.perf_counter()
            outcomes = list(threads.map(_write, servers, range(100, 100 + PROCESSES)))
            taken = time.perf_counter() - began
    acknowledged = set().union(*(ids for ids, _ in outcomes))
    bench = f"{PROCESSES} processes"
    yield alone(bench, "refused writes", "of 800", [sum(refused for _, refused in outcomes)], goal=0)
    yield alone(bench, "acknowledged writes lost", "of 800", [len(acknowledged - _stored(home))], goal=0)
    yield alone(bench, "writes, first opening included", "calls/s", [PROCESSES * WRITES / taken])


def _write(server: StdioServer, seed: int) -> tuple[set[str], int]:
    """The ids that were acknowledged, and how many calls were refused."""
    turns = Turns(seed)
    acknowledged: set[str] = set()
    refused = 0
    for tool, arguments in turns.prompts(WRITES):
        try:
            acknowledged.add(server.call(tool, arguments)["structuredContent"]["event_id"])
        except RuntimeError:
            refused += 1
    return acknowledged, refused


def _stored(home: Path) -> set[str]:
    with closing(sqlite3.connect(home / "clone.db")) as database:
        return {row[0] for row in database.execute("SELECT id FROM events")}
