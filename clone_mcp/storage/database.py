"""What the two databases have in common: transactions in which plain functions over a connection run.

Here is only what is asked of a database, and what runs over any. How each does it stands in `sqlite.py` and
`postgres.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.ports.work import Work

T = TypeVar("T")


class Run(Protocol):
    """Runs a function over the transaction's connection."""

    def __call__(self, function: Callable[[sa.Connection], T], /) -> Awaitable[T]: ...


class Database(Protocol):
    """One database that this process is connected to."""

    async def prepare(self) -> None:
        """Make the schema fit, or raise Unavailable with what to do."""
        ...

    def transaction(
        self, tenant: UUID | None, *, readonly: bool, in_turn: bool = False
    ) -> AbstractAsyncContextManager[Run]:
        """A transaction. It commits on leaving and rolls back on an exception.

        With `in_turn` it waits for every other such transaction of the tenant, in any process.
        """
        ...

    async def once(
        self,
        tenant: UUID | None,
        function: Callable[[sa.Connection], T],
        *,
        readonly: bool = False,
        in_turn: bool = False,
    ) -> T:
        """A whole transaction around one function. On SQLite that is one trip to its thread instead of two."""
        ...

    def transaction_key(self, tenant: UUID) -> Any:
        """What appends must share to share a transaction."""
        ...

    def work(self) -> Work:
        """The jobs of this database, for whoever works them off."""
        ...

    async def purge(self) -> bool:
        """Overwrite what was erased, where the database keeps it about. False when somebody is in the way."""
        ...

    async def close(self) -> None: ...


class AcrossTenants:
    """A port without a tenant. What is a single statement, its methods run with one of these, each in a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _execute(self, statement: sa.UpdateBase) -> int:
        """How many rows it changed."""
        return await self._database.once(None, lambda connection: connection.execute(statement).rowcount)

    async def _all(self, statement: sa.Select[Any], values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        return await self._database.once(None, lambda c: c.execute(statement, values).all(), readonly=True)

    async def _first(self, statement: sa.Select[Any], values: Mapping[str, Any] | None = None) -> Any:
        """None where there is none."""
        return await self._database.once(None, lambda c: c.execute(statement, values).first(), readonly=True)
