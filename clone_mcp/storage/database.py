"""What the two databases have in common: transactions in which plain functions over a connection run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from clone_mcp.errors import CloneError, Unavailable

T = TypeVar("T")


class Run(Protocol):
    """Runs a function over the transaction's connection."""

    def __call__(self, function: Callable[[sa.Connection], T], /) -> Awaitable[T]: ...


class Database(Protocol):
    """One database that this process is connected to."""

    async def prepare(self) -> None:
        """Make the schema fit, or raise Unavailable with what to do."""
        ...

    def transaction(self, tenant: UUID | None, *, readonly: bool) -> AbstractAsyncContextManager[Run]:
        """A transaction. It commits on leaving and rolls back on an exception."""
        ...

    def lane(self, tenant: UUID) -> Any:
        """What appends must share to share a transaction."""
        ...

    async def purge(self) -> None:
        """Overwrite what was erased, where the database keeps it about."""
        ...

    async def close(self) -> None: ...


def translated(exc: Exception) -> CloneError:
    """The error that the core knows for one of the driver's. Its text stays in the cause, never in the message."""
    if isinstance(exc, OperationalError | InterfaceError | PoolTimeoutError | OSError):
        return Unavailable("The database can't be used right now.", hint="Try again; `clone-mcp doctor` says more.")
    return CloneError("The database refused what Clone asked of it.", hint="This is a bug; please report it.")
