"""What the two databases have in common: transactions in which plain functions over a connection run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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

    def lane(self, tenant: UUID) -> Any:
        """What appends must share to share a transaction."""
        ...

    def work(self) -> Work:
        """The jobs of this database, for whoever works them off."""
        ...

    async def purge(self) -> bool:
        """Overwrite what was erased, where the database keeps it about. False when somebody is in the way."""
        ...

    async def close(self) -> None: ...
