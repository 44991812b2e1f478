"""The same calls when a hundred or a thousand times as much is remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.calls import EVENTS, compared, copied, side_by_side
from benchmarks.figures import Effort, Figure, against, alone
from benchmarks.history import fill
from benchmarks.process import CLONE
from benchmarks.stdio import Round, StdioServer
from benchmarks.turns import Turns

_FLAT = 2.0


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """A thousand events against many. Here the floor is Clone itself with the thousand."""
    few, many = fill(folder / "few", EVENTS), folder / "many"
    fill(many, effort.large)
    name = f"{effort.large:,} events"
    yield alone(name, "database", "bytes/event", [(many / "clone.db").stat().st_size / effort.large])
    rounds: defaultdict[str, list[tuple[Round, Round]]] = defaultdict(list)
    memory: list[tuple[float, float]] = []
    for number in range(effort.rounds):
        home = copied(few, folder / f"few-{number}")
        with StdioServer(CLONE, home) as small, StdioServer(CLONE, many) as large:
            of_few, of_many = side_by_side(effort, (small, Turns(1).turns), (large, Turns(number).turns))
            memory.append((small.rss_mib, large.rss_mib))
        for tool in of_few:
            rounds[tool].append((of_few[tool], of_many[tool]))
    for tool, pairs in rounds.items():
        yield from compared(name, tool, [large for _, large in pairs], [small for small, _ in pairs], _FLAT)
    yield against(name, "memory", "MiB", [it for _, it in memory], [it for it, _ in memory], goal=1.3)
