"""A database in this process's memory: for deriving something with the usual code that is then thrown away.

One connection, so one transaction at a time. Nothing of it is ever on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.storage import schema_version
from clone_mcp.storage.connection_thread import ConnectionThread
from clone_mcp.storage.database import Run
from clone_mcp.storage.jobs import SqliteJobs
from clone_mcp.storage.sql_storage import SqlStorage
from clone_mcp.storage.sqlite import engine_for, whole, within

T = TypeVar("T")

_NO_FILE = Path(":memory:")
"""What SQLite calls a database without one. It lives as long as its connection."""


class ScratchDatabase:
    """The Database port in memory."""

    def __init__(self) -> None:
        self._connection = ConnectionThread(engine_for(_NO_FILE, synchronous="off"))
        self._busy = asyncio.Lock()

    async def prepare(self) -> None:
        """Create every table."""
        await self.once(None, schema_version.create)

    @asynccontextmanager
    async def transaction(self, tenant: UUID | None, *, readonly: bool, in_turn: bool = False) -> AsyncGenerator[Run]:
        async with self._busy, within(self._connection, readonly=readonly) as run:
            yield run

    async def once(
        self,
        tenant: UUID | None,
        function: Callable[[sa.Connection], T],
        *,
        readonly: bool = False,
        in_turn: bool = False,
    ) -> T:
        async with self._busy:
            return await self._connection.submit(partial(whole, function))

    def lane(self, tenant: UUID) -> Any:
        return None

    def work(self) -> SqliteJobs:
        return SqliteJobs(self)

    async def purge(self) -> bool:
        return True

    async def close(self) -> None:
        async with self._busy:
            await self._connection.close()


@asynccontextmanager
async def scratch(now: Callable[[], datetime]) -> AsyncGenerator[SqlStorage]:
    """An empty storage with the local tenant in it. When the block ends, nothing is left of it."""
    storage = await SqlStorage.open(ScratchDatabase(), now)
    try:
        yield storage
    finally:
        await storage.close()
