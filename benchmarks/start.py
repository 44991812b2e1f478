"""From process start to an answered tools/list, and on to the first prediction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Effort, Figure, against, alone
from benchmarks.history import fill
from benchmarks.process import CLONE, FLOOR
from benchmarks.stdio import StdioServer

_QUESTION = {"agent": "claude-code", "agent_input": "All tests pass now. Shall I commit this?", "k": 3}


@dataclass(frozen=True, slots=True)
class Start:
    """One start."""

    wall_ms: float
    cpu_ms: float
    rss_mib: float
    first_ms: float
    """The first call after tools/list, sent at once."""
    warm_mib: float


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Starts in turns with the floor's, on a database of a thousand events."""
    home = fill(folder / "start", 1000)
    start(FLOOR, None)  # so that both find their files in the page cache
    start(CLONE, home)
    floor: list[Start] = []
    clone: list[Start] = []
    for _ in range(effort.rounds):
        floor.append(start(FLOOR, None))
        clone.append(start(CLONE, home))
    wall, base_wall = [it.wall_ms for it in clone], [it.wall_ms for it in floor]
    cpu, base_cpu = [it.cpu_ms for it in clone], [it.cpu_ms for it in floor]
    rss, base_rss = [it.rss_mib for it in clone], [it.rss_mib for it in floor]
    yield against("start", "to tools/list, wall", "ms", wall, base_wall, goal=1.10)
    yield against("start", "to tools/list, CPU", "ms", cpu, base_cpu, goal=1.10)
    yield against("start", "memory at tools/list", "MiB", rss, base_rss, goal=1.15)
    yield against("start", "memory after a prediction", "MiB", [it.warm_mib for it in clone], base_rss, goal=2.0)
    yield alone("start", "first prediction after tools/list", "ms", [it.first_ms for it in clone], goal=600)
    new = [start(CLONE, folder / f"new-{number}") for number in range(effort.rounds)]
    yield alone("start", "first prediction, no database yet", "ms", [it.first_ms for it in new])


def start(command: tuple[str, ...], home: Path | None) -> Start:
    """Start a server, use it once and stop it."""
    with StdioServer(command, home) as server:
        server.list_tools()
        wall = (time.perf_counter() - server.started) * 1000
        cpu, rss = server.cpu_ms, server.rss_mib
        began = time.perf_counter()
        if home is None:
            server.call("echo", {"text": "again"})
        else:
            server.call("predict_next_prompt", _QUESTION)
        first = (time.perf_counter() - began) * 1000
        return Start(wall, cpu, rss, first, server.rss_mib)
