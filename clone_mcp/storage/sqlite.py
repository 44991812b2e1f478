"""SQLite: one thread per connection, one connection that writes.

Several processes share one file as a matter of course, so writers take the lock at the start of a transaction
(`BEGIN IMMEDIATE`): a transaction that reads first and then wants to write would fail at once instead of waiting.
The threads themselves are in connection_thread.py, and the other database is in postgres.py.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool, PoolProxiedConnection

from clone_mcp.errors import Unavailable
from clone_mcp.storage import schema_version
from clone_mcp.storage.columns import dumps
from clone_mcp.storage.connection_thread import ConnectionThread
from clone_mcp.storage.database import Run
from clone_mcp.storage.failures import translated
from clone_mcp.storage.jobs import SqliteJobs
from clone_mcp.storage.schema import HEAD

T = TypeVar("T")

BUSY_MS = 5000
"""How long a connection waits while another process writes."""
_CHECKPOINT_MS = 500
READERS = 2
"""Connections for reading, beside the one that writes. In write-ahead mode they never wait for it."""


def engine_for(path: Path, *, synchronous: str = "normal", readonly: bool = False, busy_ms: int = BUSY_MS) -> sa.Engine:
    """An engine whose connections are set up for several processes on one file."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"check_same_thread": False},
        json_serializer=dumps,
        hide_parameters=True,  # an error's text may end up in a log
    )

    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin as said below, not where pysqlite guesses
        for pragma in (
            f"busy_timeout={busy_ms}",
            "journal_mode=wal",
            f"synchronous={synchronous}",
            "foreign_keys=on",
            "secure_delete=on",
            f"query_only={readonly}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    def begin(dbapi_connection: PoolProxiedConnection) -> None:
        cursor = dbapi_connection.cursor()
        cursor.execute("BEGIN" if readonly else "BEGIN IMMEDIATE")
        cursor.close()

    event.listen(engine, "connect", configure)
    # Not the engine's begin event: when that fails, SQLAlchemy takes the connection to be in a transaction for good,
    # and everything after it would be written without one.
    engine.dialect.do_begin = begin
    return engine


class SqliteDatabase:
    """One file."""

    def __init__(
        self, path: Path, *, upgrade: schema_version.Upgrade, synchronous: str = "normal", busy_ms: int = BUSY_MS
    ) -> None:
        self._path = path
        self._upgrade = upgrade
        self._busy_ms = busy_ms
        self._writer = ConnectionThread(engine_for(path, synchronous=synchronous, busy_ms=busy_ms))
        self._writing = asyncio.Lock()
        reads = engine_for(path, synchronous=synchronous, readonly=True, busy_ms=busy_ms)
        self._idle = [ConnectionThread(reads) for _ in range(READERS)]
        self._reading = asyncio.Semaphore(READERS)
        self._closed = False

    async def prepare(self) -> None:
        """Create the file, owner-only, or bring an older one up to date. One that is up to date is only looked at."""
        try:
            create_private(self._path)
        except OSError as exc:
            raise translated(exc) from exc
        async with self.transaction(None, readonly=True) as run:
            if await run(schema_version.current) == HEAD:
                return
        async with self.transaction(None, readonly=False) as run:
            await run(partial(schema_version.bring_up_to_date, upgrade=self._upgrade))

    @asynccontextmanager
    async def transaction(self, tenant: UUID | None, *, readonly: bool, in_turn: bool = False) -> AsyncGenerator[Run]:
        async with self._connection_thread(readonly=readonly) as thread, _within(thread, readonly=readonly) as run:
            yield run

    async def once(
        self,
        tenant: UUID | None,
        function: Callable[[sa.Connection], T],
        *,
        readonly: bool = False,
        in_turn: bool = False,
    ) -> T:
        async with self._connection_thread(readonly=readonly) as thread:
            return await thread.submit(partial(_whole, function))

    @asynccontextmanager
    async def _connection_thread(self, *, readonly: bool) -> AsyncGenerator[ConnectionThread]:
        async with self._reading if readonly else self._writing:
            if self._closed:
                raise Unavailable("Clone is closing.")
            if not readonly:
                yield self._writer
                return
            thread = self._idle.pop()
            try:
                yield thread
            finally:
                self._idle.append(thread)

    def transaction_key(self, tenant: UUID) -> Any:
        return None  # one writer: tenants share transactions too

    def work(self) -> SqliteJobs:
        return SqliteJobs(self)

    async def purge(self) -> bool:
        """`secure_delete` has zeroed the pages; this empties the write-ahead log, where older versions lie."""
        async with self._writing:
            return await self._writer.submit(partial(_truncate_log, busy_ms=self._busy_ms))

    async def close(self) -> None:
        """Wait for what is running, refuse what comes later."""
        self._closed = True
        async with self._writing:
            await self._writer.close()
        for _ in range(READERS):
            await self._reading.acquire()
        for thread in self._idle:
            await thread.close()
        for _ in range(READERS):
            self._reading.release()


@asynccontextmanager
async def _within(thread: ConnectionThread, *, readonly: bool) -> AsyncGenerator[Run]:
    try:
        yield thread.submit
    except BaseException:
        await thread.submit(sa.Connection.rollback)
        raise
    ended = thread.submit(sa.Connection.rollback if readonly else _commit)
    if not readonly:  # nothing hangs on the end of a read: whoever uses the thread next stands behind it
        await ended


def _whole(function: Callable[[sa.Connection], T], connection: sa.Connection) -> T:
    try:
        result = function(connection)
    except BaseException:
        connection.rollback()
        raise
    _commit(connection)
    return result


def _truncate_log(connection: sa.Connection, *, busy_ms: int) -> bool:
    """Whether it could be done: not as long as anybody, in any process, reads from before the last commit."""
    raw: Any = connection.connection.driver_connection  # a checkpoint can't run inside a transaction
    # It keeps all writers waiting while it waits for the readers, so that must be short.
    raw.execute(f"PRAGMA busy_timeout={_CHECKPOINT_MS}").close()
    try:
        [busy, *_] = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        raw.execute(f"PRAGMA busy_timeout={busy_ms}").close()
    return not busy


def _commit(connection: sa.Connection) -> None:
    try:
        connection.commit()
    except Exception:
        connection.rollback()
        raise


def create_private(path: Path) -> None:
    """Make the folder and the file readable by their owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
