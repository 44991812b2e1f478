"""The context bundle of one person, the more of whom is remembered."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Effort, Figure, against, alone
from benchmarks.history import events, question
from clone_mcp.app import SystemClock, open_storage
from clone_mcp.language.wording import packed, sketch
from clone_mcp.memory.context import Context
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.memory import ContextRequest, Fact, FactKind, Profile, Tier
from clone_mcp.settings import Settings

FEW = 1_000
_FLAT = 2.0
_CPU_MS = 10.0
_FACTS = 300
_HOUR, _WEEK = 60, 10_080
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_EVENT = "INSERT INTO events VALUES (?,?,?,?,'cli',NULL,NULL,?,'attested',?,?,0,?,?,?)"
_SESSIONS = (
    "INSERT INTO sessions (tenant_id, id, source, started_at, active_at, told) "
    "SELECT tenant_id, session_id, 'cli', min(occurred_at), max(occurred_at), 0 FROM events GROUP BY 1, 2"
)
_EPISODES = (
    "INSERT INTO episodes (tenant_id, id, session_id, started_at, ended_at, summary, sources, tags, method, sketch,"
    " updated_at) SELECT e.tenant_id, e.id, e.session_id, s.started_at, s.active_at, e.sentence, '[]', '[]', 'made up',"
    " e.sketch, s.active_at FROM sessions s JOIN events e ON e.tenant_id = s.tenant_id AND e.id = s.id || '-1'"
)


@dataclass(frozen=True)
class _At:
    """A clock that stands where the history ends."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return 0.0


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """By turns on databases of different size. The floor is the one with a thousand raw rows."""
    sizes = sorted({FEW, min(effort.large, 100_000), effort.large})
    took = asyncio.run(_measured(effort, folder, sizes))
    for minutes, window in ((_HOUR, "an hour"), (_WEEK, "a week")):
        floor, _ = _columns(took[FEW, minutes])
        for size in sizes:
            wall, cpu = _columns(took[size, minutes])
            bench = f"bundle, {size:,} rows"
            if size > FEW:
                yield against(bench, f"{window}, p50", "ms", wall, floor, goal=_FLAT)
            else:
                yield alone(bench, f"{window}, p50", "ms", wall)
            yield alone(bench, f"{window}, CPU", "ms", cpu, goal=_CPU_MS)


def _columns(rounds: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [wall for wall, _ in rounds], [cpu for _, cpu in rounds]


async def _measured(
    effort: Effort, folder: Path, sizes: Sequence[int]
) -> dict[tuple[int, int], list[tuple[float, float]]]:
    """Wall and CPU time of a call, by size and window: the median of each round."""
    took: dict[tuple[int, int], list[tuple[float, float]]] = {}
    asking: dict[int, Context] = {}
    storages = [await open_storage(Settings(home=folder / str(size)), SystemClock()) for size in sizes]
    for size, storage in zip(sizes, storages, strict=True):
        end = _fill(folder / str(size) / "clone.db", size)
        asking[size] = Context(storage, _At(end))
        async with storage.begin(LOCAL_TENANT) as uow:
            await uow.memory.profiles.put(Profile("", "Says yes. " * 100, "made up", end))
            for number in range(_FACTS):
                await uow.memory.facts.put(_fact(number, end))
    for number in range(effort.rounds + 1):
        for minutes in (_HOUR, _WEEK):
            for size in sizes:
                one = await _round(asking[size], minutes, calls=max(5, effort.calls // 10), seed=number)
                if number:  # the first warms up
                    took.setdefault((size, minutes), []).append(one)
    for storage in storages:
        await storage.close()
    return took


async def _round(context: Context, minutes: int, *, calls: int, seed: int) -> tuple[float, float]:
    chance = random.Random(seed)
    walls: list[float] = []
    cpus: list[float] = []
    for _ in range(calls):
        request = ContextRequest(query=question(chance), recency_minutes=minutes)
        wall, cpu = time.perf_counter(), time.process_time()
        await context(LOCAL_TENANT, request)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return median(walls) * 1000, median(cpus) * 1000


def _fill(path: Path, size: int) -> datetime:
    """Raw rows and episodes past the ports, which would take minutes for a million; says when the last of them was."""
    last = datetime.min.replace(tzinfo=UTC)

    def rows() -> Iterator[tuple[Any, ...]]:
        nonlocal last
        for event in islice(events(7), size):
            last = datetime.fromisoformat(event["occurred_at"])
            yield _row(event, (last - _EPOCH) // timedelta(microseconds=1))

    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous=off")
        names = [column[1] for column in connection.execute("PRAGMA table_info(events)")]
        if len(names) != _EVENT.count("?") + 5:
            raise RuntimeError(f"events has other columns by now: {names}")
        connection.executemany(_EVENT, rows())
        connection.execute(_SESSIONS)
        connection.execute(_EPISODES)
    return last


def _row(event: dict[str, Any], at: int) -> tuple[Any, ...]:
    said = event.get("prompt") or event.get("response")
    text = str(said)[:500] if said else "The session ended."
    author = "person" if "prompt" in event else "agent"
    payload = json.dumps({"agent": "claude-code", "text": said})
    drawn = packed(sketch(text))
    return (LOCAL_TENANT.hex, event["id"], event["session_id"], event["type"], author, at, at, payload, text, drawn)


def _fact(number: int, at: datetime) -> Fact:
    return Fact(
        id=f"fact-{number}",
        kind=FactKind.PREFERENCE,
        text=f"Prefers way {number} of doing a thing that comes up now and then.",
        key=f"way {number}",
        base=0.2 + 0.7 * number / _FACTS,
        decay=0.0,
        tier=Tier.STRONG,
        method="made up",
        created_at=at,
        updated_at=at,
    )
