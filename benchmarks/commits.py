"""Group commit, at the storage port: how many appends a second, by how many producers at once."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import uuid4

from benchmarks.figures import Effort, Figure, alone
from clone_mcp.app import SystemClock, open_storage
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.events import Author, Channel, Record, Reply, Source, StoredEvent
from clone_mcp.ports import Storage
from clone_mcp.settings import Settings

PRODUCERS = (1, 16, 64)


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """SQLite in both durabilities, and Postgres."""
    for synchronous in ("normal", "full"):
        settings = Settings(home=folder / f"commits-{synchronous}", synchronous=synchronous)
        yield from _figures(effort, f"appends, SQLite {synchronous}", settings)
    with ExitStack() as stack:
        try:
            settings = _postgres(stack)
        except ImportError:
            return  # without the development tools
        yield from _figures(effort, "appends, Postgres", settings)


def _postgres(stack: ExitStack) -> Settings:
    from tests.support.postgres import started

    place = stack.enter_context(tempfile.TemporaryDirectory(prefix="clone-pg-", ignore_cleanup_errors=True))
    database = stack.enter_context(started(Path(place))).database()
    return Settings(home=Path(place), database_url=database.url)


def _figures(effort: Effort, bench: str, settings: Settings) -> Iterator[Figure]:
    rates, waits = asyncio.run(_measure(effort, settings))
    for producers in PRODUCERS:
        yield alone(bench, f"{producers} at once", "events/s", rates[producers])
        yield alone(bench, f"{producers} at once, p50", "ms", waits[producers])


async def _measure(effort: Effort, settings: Settings) -> tuple[dict[int, list[float]], dict[int, list[float]]]:
    rates: dict[int, list[float]] = {producers: [] for producers in PRODUCERS}
    waits: dict[int, list[float]] = {producers: [] for producers in PRODUCERS}
    storage = await open_storage(settings, SystemClock())
    try:
        await storage.directory.add_tenant(LOCAL_TENANT, "local", datetime.now(UTC))
        for _ in range(effort.rounds):
            for producers in PRODUCERS:
                rate, wait = await _produce(storage, producers, effort.calls * 4)
                rates[producers].append(rate)
                waits[producers].append(wait)
    finally:
        await storage.close()
    return rates, waits


async def _produce(storage: Storage, producers: int, events: int) -> tuple[float, float]:
    """Events a second, and the median wait for one in milliseconds."""
    waits: list[float] = []

    async def produce() -> None:
        session = str(uuid4())
        for record in [_record(session) for _ in range(events // producers)]:
            began = time.perf_counter()
            await storage.append(LOCAL_TENANT, [record])
            waits.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(produce() for _ in range(producers)))
    return len(waits) / (time.perf_counter() - began), median(waits)


def _record(session: str) -> Record:
    now = datetime.now(UTC)
    event = StoredEvent(
        id=str(uuid4()),
        session_id=session,
        type="agent.prompt",
        source=Source.CLI,
        source_detail=None,
        label=None,
        author=Author.PERSON,
        channel=Channel.ATTESTED,
        occurred_at=now,
        received_at=now,
        payload={"agent": "claude-code", "prompt": "run the tests again, please"},
    )
    return Record(event, reply=Reply("run the tests again please", "run the tests again, please"))
