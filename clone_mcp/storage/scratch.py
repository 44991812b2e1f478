"""A database in this process's memory: for deriving something with the usual code that is then thrown away.

One connection, so one transaction at a time. Nothing of it is ever on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.storage import schema_version
from clone_mcp.storage.database import Run
from clone_mcp.storage.jobs import SqliteJobs
from clone_mcp.storage.sql_storage import SqlStorage
from clone_mcp.storage.sqlite import engine_for

T = TypeVar("T")

_NO_FILE = Path(":memory:")
"""What SQLite calls a database without one. It lives as long as its connection."""


class ScratchDatabase:
    """The Database port in memory."""

    def __init__(self) -> None:
        self._connection = engine_for(_NO_FILE, synchronous="off").connect()
        self._busy = asyncio.Lock()
        self._provisional = False

    async def prepare(self) -> None:
        """Create every table."""
        await self.once(None, schema_version.create)

    @asynccontextmanager
    async def transaction(self, tenant: UUID | None, *, readonly: bool, in_turn: bool = False) -> AsyncGenerator[Run]:
        async with self._busy:
            try:
                yield self._run
            except BaseException:
                self._connection.rollback()
                raise
            self._end()

    async def once(
        self,
        tenant: UUID | None,
        function: Callable[[sa.Connection], T],
        *,
        readonly: bool = False,
        in_turn: bool = False,
    ) -> T:
        async with self.transaction(tenant, readonly=readonly) as run:
            return await run(function)

    @asynccontextmanager
    async def provisional(self) -> AsyncGenerator[None]:
        """Undo what is written in the block."""
        self._provisional = True
        try:
            yield
        finally:
            self._provisional = False
            self._connection.rollback()

    async def _run(self, function: Callable[[sa.Connection], T]) -> T:
        # Here, not in a thread: nothing waits for a disk, and a trip to a thread takes longer than most statements.
        return function(self._connection)

    def _end(self) -> None:
        if not self._provisional:  # then all of it is one transaction, which ends with the block
            self._connection.commit()

    def transaction_key(self, tenant: UUID) -> Any:
        return None

    def work(self) -> SqliteJobs:
        return SqliteJobs(self)

    async def purge(self) -> bool:
        return True

    async def close(self) -> None:
        self._connection.close()


class SqlScratchStorage(SqlStorage):
    """The ScratchStorage port."""

    def __init__(self, database: ScratchDatabase, now: Callable[[], datetime]) -> None:
        super().__init__(database, now)
        self.provisional = database.provisional


@asynccontextmanager
async def scratch(now: Callable[[], datetime]) -> AsyncGenerator[SqlScratchStorage]:
    """An empty storage with the local tenant in it. When the block ends, nothing is left of it."""
    database = ScratchDatabase()
    storage = SqlScratchStorage(database, now)
    try:
        await database.prepare()
        yield storage
    finally:
        await storage.close()
