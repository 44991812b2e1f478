"""Jobs as tests see them: what waits, time that passes for database and clock alike, and a worker's own process.

jobs.py HOME URL KIND drains one kind of job; each job's payload says what to do (see `obey`). It says when it is ready
and begins when it gets a line, so that several begin at once.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from clone_mcp.app import SystemClock, is_sqlite, open_storage
from clone_mcp.jobs.worker import worker_for
from clone_mcp.settings import Settings
from tests.support.clock import FixedClock
from tests.support.sql import rows

READY = "ready"
SHIFT = """
UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - make_interval(secs => {0});
UPDATE procrastinate_events SET at = at - make_interval(secs => {0});
UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - make_interval(secs => {0});
"""


async def waiting(settings: Settings) -> list[tuple[Any, ...]]:
    """Kind and dedupe key of every job that waits, of all tenants."""
    if is_sqlite(settings.url):
        return sorted(await rows(settings, "SELECT kind, dedupe_key FROM jobs WHERE finished_at IS NULL"), key=str)
    key = "substr(queueing_lock, 38)"  # without the tenant
    query = f"SELECT task_name, {key} FROM procrastinate_jobs WHERE status = 'todo'"
    return sorted(await rows(settings, query), key=str)


async def sleep(settings: Settings, clock: FixedClock, **by: float) -> None:
    """Let time pass. Postgres goes by its own clock, so there everything moves into the past instead."""
    before = clock.now()
    clock.advance(**by)
    if not is_sqlite(settings.url):
        connection = await asyncpg.connect(settings.db_direct_url)
        await connection.execute(SHIFT.format((clock.now() - before).total_seconds()))
        await connection.close()


def wake(clock: FixedClock) -> None:
    """Set the clock by the machine's, which other processes go by."""
    clock.advance(seconds=(datetime.now(UTC) - clock.now()).total_seconds())


async def obey(_tenant: UUID, payload: dict[str, Any]) -> None:
    """Write a line into a file. Then, if told to hold on, do not end before whoever started this process does."""
    with Path(payload["file"]).open("a", encoding="utf-8") as file:
        file.write(f"{payload['line']}\n")
    if payload.get("holds"):
        sys.stdin.read()


async def main(home: str, url: str, kind: str) -> None:
    clock = SystemClock()
    storage = await open_storage(Settings(home=Path(home), database_url=url), clock)
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    sys.stdin.readline()
    await worker_for(storage.work, clock, {kind: obey}).drain()
    await storage.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
