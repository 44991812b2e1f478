"""Postgres: asyncpg under row-level security."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from clone_mcp.errors import CloneError
from clone_mcp.storage import schema_version
from clone_mcp.storage.database import Run, translated
from clone_mcp.storage.json_text import dumps


def async_url(url: str) -> sa.URL:
    """The URL as SQLAlchemy wants it, whichever way it was spelt."""
    return sa.make_url(url).set(drivername="postgresql+asyncpg")


def engine_for(url: str, *, pooler: bool = False) -> AsyncEngine:
    """A pool of connections. Behind pgbouncer in transaction mode no prepared statement may outlive its transaction,
    which costs a parse a statement, so that is only done when asked for."""
    unprepared = {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,  # anonymous: str() is ""
    }
    return create_async_engine(
        async_url(url),
        pool_size=8,
        max_overflow=4,
        pool_timeout=5,
        pool_recycle=1800,
        json_serializer=dumps,
        connect_args={"timeout": 5, **(unprepared if pooler else {})},
    )


class PostgresDatabase:
    """One database server. Its schema is brought up to date by `clone-mcp db upgrade`, never by a server."""

    def __init__(self, url: str, *, pooler: bool = False) -> None:
        self._engine = engine_for(url, pooler=pooler)

    async def prepare(self) -> None:
        async with self.transaction(None, readonly=True) as run:
            await run(schema_version.require_current)

    @asynccontextmanager
    async def transaction(self, tenant: UUID | None, *, readonly: bool) -> AsyncGenerator[Run]:
        try:
            async with self._engine.connect() as connection, connection.begin():
                if readonly:
                    await connection.exec_driver_sql("SET TRANSACTION READ ONLY")
                if tenant is not None:
                    # A literal, because SET takes no parameters; a UUID has nothing in it to quote.
                    await connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{UUID(str(tenant))}'")
                yield connection.run_sync
        except CloneError:
            raise
        except (SQLAlchemyError, OSError) as exc:
            raise translated(exc) from exc

    def lane(self, tenant: UUID) -> Any:
        return tenant  # row-level security holds for a whole transaction

    async def purge(self) -> None:
        """Nothing to do: vacuum overwrites dead rows by itself, and archived logs are the operator's."""

    async def close(self) -> None:
        await self._engine.dispose()
