"""Postgres: asyncpg under row-level security.

The policies are in row_security.py, and the queue of jobs in procrastinate_queue.py.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from clone_mcp.errors import Invalid
from clone_mcp.storage import schema_version
from clone_mcp.storage.columns import dumps
from clone_mcp.storage.database import Run
from clone_mcp.storage.failures import translated
from clone_mcp.storage.procrastinate_queue import ProcrastinateQueue
from clone_mcp.storage.scope import TURN, turn_of

T = TypeVar("T")


def engine_for(url: str, *, pooler: bool = False, **pool: Any) -> AsyncEngine:
    """An engine over asyncpg, which reads the URL itself, so that whatever libpq understands works here.

    Behind pgbouncer in transaction mode no prepared statement may outlive its transaction, which costs a parse a
    statement, so that is only done when asked for.
    """
    driver, colon, rest = url.partition(":")
    unprepared = {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,  # anonymous: str() is ""
    }
    return create_async_engine(
        "postgresql+asyncpg://",
        json_serializer=dumps,
        hide_parameters=True,  # an error's text may end up in a log
        connect_args={
            "async_creator_fn": partial(_connect, driver.partition("+")[0] + colon + rest),
            "timeout": 5,
            **(unprepared if pooler else {}),
        },
        **pool,
    )


async def _connect(url: str, **settings: Any) -> Any:
    connect: Any = vars(asyncpg)["connect"]  # untyped
    try:
        return await connect(url, **settings)
    except ValueError as exc:
        raise Invalid(
            "The Postgres URL can't be read.", hint="Write it as postgresql://user:password@host:5432/name."
        ) from exc


class PostgresDatabase:
    """One database server. Its schema is brought up to date by `clone-mcp db upgrade`, never by a server."""

    def __init__(self, url: str, *, pooler: bool = False, worker_url: str = "", connections: int = 12) -> None:
        self._worker_url = worker_url or url
        self._worker_pooled = pooler and not worker_url
        kept = max(1, connections * 2 // 3)
        pool = {"pool_size": kept, "max_overflow": connections - kept, "pool_timeout": 5, "pool_recycle": 1800}
        self._engine = engine_for(url, pooler=pooler, **pool)
        self._reading = self._engine.execution_options(postgresql_readonly=True)
        self._looking = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def prepare(self) -> None:
        async with self.transaction(None, readonly=True) as run:
            await run(schema_version.require_current)

    @asynccontextmanager
    async def transaction(self, tenant: UUID | None, *, readonly: bool, in_turn: bool = False) -> AsyncGenerator[Run]:
        engine = self._reading if readonly else self._engine
        try:
            async with engine.connect() as connection, connection.begin():
                if tenant is not None:
                    await connection.exec_driver_sql(_as_tenant(tenant, in_turn=in_turn))
                yield connection.run_sync
        except (SQLAlchemyError, OSError) as exc:
            raise translated(exc) from exc

    async def once(
        self,
        tenant: UUID | None,
        function: Callable[[sa.Connection], T],
        *,
        readonly: bool = False,
        in_turn: bool = False,
    ) -> T:
        if tenant is None and readonly:
            return await self._look(function)
        async with self.transaction(tenant, readonly=readonly, in_turn=in_turn) as run:
            return await run(function)

    async def _look(self, function: Callable[[sa.Connection], T]) -> T:
        """A read that names no tenant needs no transaction around it: two trips less on the way of every request."""
        try:
            async with self._looking.connect() as connection:
                return await connection.run_sync(function)
        except (SQLAlchemyError, OSError) as exc:
            raise translated(exc) from exc

    def transaction_key(self, tenant: UUID) -> Any:
        return tenant  # row-level security holds for a whole transaction

    def work(self) -> ProcrastinateQueue:
        return ProcrastinateQueue(self, self._worker_url, pooler=self._worker_pooled)

    async def purge(self) -> bool:
        """Nothing to do: vacuum overwrites dead rows by itself, and archived logs are the operator's."""
        return True

    async def close(self) -> None:
        await self._engine.dispose()


def _as_tenant(tenant: UUID, *, in_turn: bool) -> str:
    # A literal, because SET takes no parameters; a UUID has nothing in it to quote.
    context = f"SET LOCAL app.tenant_id = '{UUID(str(tenant))}'"
    # One statement for both, to save a trip.
    return f"DO $$ BEGIN {context}; PERFORM {TURN % turn_of(tenant)}; END $$" if in_turn else context
