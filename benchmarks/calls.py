"""Calls over stdio: what recording and predicting cost above an echo."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Effort, Figure, against
from benchmarks.history import fill
from benchmarks.process import CLONE, FLOOR
from benchmarks.stdio import Call, Cost, Round, StdioServer
from benchmarks.turns import PREDICT, PROMPT, RESPONSE, Turns

EVENTS = 1000
Side = tuple[StdioServer, Callable[[int], list[Call]]]
"""A server, and where its calls come from."""

_GOALS = {RESPONSE: 2.5, PROMPT: 2.5, PREDICT: 6.0}
_WARM_UP = 30
_SLICE = 10


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Both protocol eras. Every round has new servers and a database of a thousand events."""
    model = fill(folder / "model", EVENTS)
    for era in ("legacy", "modern"):
        floor: list[Round] = []
        clone: defaultdict[str, list[Round]] = defaultdict(list)
        for number in range(effort.rounds):
            home = copied(model, folder / f"{era}-{number}")
            with StdioServer(FLOOR, era=era) as bare, StdioServer(CLONE, home, era=era) as ours:
                echoes, tools = side_by_side(effort, (bare, Turns(1).echoes), (ours, Turns(2).turns))
            floor.append(echoes["echo"])
            for tool, measured in tools.items():
                clone[tool].append(measured)
        for tool, goal in _GOALS.items():
            yield from compared(f"calls, {era}", tool, clone[tool], floor, goal)


def side_by_side(effort: Effort, *sides: Side) -> list[dict[str, Round]]:
    """Calls to several servers by turns, a few at a time: what else the machine does weighs on all of them alike."""
    costs: list[defaultdict[str, list[Cost]]] = [defaultdict(list) for _ in sides]
    for server, calls in sides:
        server.list_tools()
        server.costs(calls(_WARM_UP))
    for _ in range(effort.calls // _SLICE):
        for (server, calls), so_far in zip(sides, costs, strict=True):
            for tool, more in server.costs(calls(_SLICE)).items():
                so_far[tool] += more
    return [{tool: Round.of(all_of_it) for tool, all_of_it in side.items()} for side in costs]


def copied(model: Path, home: Path) -> Path:
    """A home like the model."""
    shutil.copytree(model, home)
    return home


def compared(
    bench: str,
    tool: str,
    rounds: Sequence[Round],
    floor: Sequence[Round],
    goal: float | None = None,
) -> Iterator[Figure]:
    """Typical, worst and the server's own time of a call. The worst has no goal: on a shared machine it is luck."""
    p50, base_p50 = [it.p50_ms for it in rounds], [it.p50_ms for it in floor]
    cpu, base_cpu = [it.cpu_ms for it in rounds], [it.cpu_ms for it in floor]
    p99, base_p99 = [it.p99_ms for it in rounds], [it.p99_ms for it in floor]
    yield against(bench, f"{tool}, p50", "ms", p50, base_p50, goal=goal)
    yield against(bench, f"{tool}, p99", "ms", p99, base_p99)
    yield against(bench, f"{tool}, CPU", "ms", cpu, base_cpu, goal=goal)
