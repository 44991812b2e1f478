"""The Storage port: units of work, group commit and the directory over one database.

It holds no statements: the file of each port does. How a transaction runs is in sqlite.py and postgres.py.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.models.events import Record
from clone_mcp.storage import recording, schema_version
from clone_mcp.storage.calibration import SqlCalibration
from clone_mcp.storage.database import Database, Run
from clone_mcp.storage.directory import SqlDirectory
from clone_mcp.storage.events import SqlEvents, SqlSessions
from clone_mcp.storage.group_commit import GroupCommit
from clone_mcp.storage.jobs import SqlJobs
from clone_mcp.storage.memory.sql_memory import SqlMemory
from clone_mcp.storage.predictions import SqlPredictions
from clone_mcp.storage.replies import SqlReplies
from clone_mcp.storage.reply_cache import ReplyCache
from clone_mcp.storage.scope import Scope
from clone_mcp.storage.tenants import SqlTenants, SqlTenantSettings, SqlWebhooks
from clone_mcp.storage.usage import SqlMeters, SqlModelCalls

T = TypeVar("T")
Append = tuple[UUID, Sequence[Record]]


class SqlUnitOfWork:
    """One transaction on one tenant's data."""

    def __init__(self, run: Run, tenant: UUID, now: Callable[[], datetime], cache: ReplyCache) -> None:
        def in_scope(function: Callable[[Scope], T]) -> Awaitable[T]:
            return run(lambda connection: function(Scope(connection, tenant)))

        self.events = SqlEvents(in_scope)
        self.sessions = SqlSessions(in_scope)
        self.predictions = SqlPredictions(in_scope)
        self.replies = SqlReplies(in_scope, cache)
        self.jobs = SqlJobs(in_scope, now)
        self.memory = SqlMemory(in_scope)
        self.usage = SqlModelCalls(in_scope)
        self.calibration = SqlCalibration(in_scope, cache)
        self.settings = SqlTenantSettings(in_scope)
        self.webhooks = SqlWebhooks(in_scope)


class SqlStorage:
    """Everything Clone keeps, in one SQLite file or one Postgres database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._reply_cache = ReplyCache()
        self._appends: GroupCommit[Append, list[bool]] = GroupCommit(self._commit)
        self.directory = SqlDirectory(database)
        self.work = database.work()
        self.meters = SqlMeters(database)
        self.tenants = SqlTenants(database)

    @classmethod
    async def open(cls, database: Database, now: Callable[[], datetime]) -> SqlStorage:
        """Storage over a database whose schema is seen to."""
        try:
            await database.prepare()
        except BaseException:
            await database.close()
            raise
        return cls(database, now)

    @asynccontextmanager
    async def begin(self, tenant: UUID, *, readonly: bool = False) -> AsyncGenerator[SqlUnitOfWork]:
        async with self._database.transaction(tenant, readonly=readonly) as run:
            yield SqlUnitOfWork(run, tenant, self._now, self._reply_cache)

    async def once(
        self, tenant: UUID, steps: Callable[[SqlUnitOfWork], Coroutine[Any, Any, T]], *, readonly: bool = False
    ) -> T:
        def run(connection: sa.Connection) -> T:
            return _through(steps(SqlUnitOfWork(_here(connection), tenant, self._now, self._reply_cache)))

        return await self._database.once(tenant, run, readonly=readonly)

    async def append(self, tenant: UUID, records: Sequence[Record]) -> Sequence[bool]:
        return await self._appends.add(self._database.transaction_key(tenant), (tenant, records))

    async def check(self) -> None:
        await self.revision()

    async def revision(self) -> str:
        async with self._database.transaction(None, readonly=True) as run:
            return await run(schema_version.read)

    async def purge(self) -> bool:
        return await self._database.purge()

    async def close(self) -> None:
        await self._appends.drain()
        await self._database.close()

    async def _commit(self, appends: Sequence[Append]) -> list[list[bool]]:
        def write(connection: sa.Connection) -> list[list[bool]]:
            return [recording.append(Scope(connection, tenant), records) for tenant, records in appends]

        # What shares a key is either one tenant's (Postgres) or a database without row-level security (SQLite).
        # In turn, because two servers that lock the same sessions and phrases in different order would wait forever.
        return await self._database.once(appends[0][0], write, in_turn=True)


def _here(connection: sa.Connection) -> Run:
    """Runs functions where they are called, which is where the connection lives already."""

    async def run(function: Callable[[sa.Connection], T]) -> T:
        return function(connection)

    return run


def _through(steps: Coroutine[Any, Any, T]) -> T:
    """The result of steps that never wait: they run to their end as a plain function would."""
    try:
        steps.send(None)
    except StopIteration as end:
        return end.value
    steps.close()
    raise RuntimeError("These steps wait for something else than their unit of work.")
