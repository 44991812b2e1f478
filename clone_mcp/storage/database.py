"""What the two databases have in common: transactions in which plain functions over a connection run."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from clone_mcp.errors import CloneError, Unavailable
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


# Not ours to mend: locked, out of memory or space, not writable, unreadable, damaged.
_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
# The same for Postgres, by SQLSTATE: connection, a server that only reads, who may connect and to what, deadlock,
# resources, locks, shutdown, system.
_POSTGRES = ("08", "25006", "28", "3D", "40", "53", "55P03", "57", "58")


def translated(exc: Exception) -> CloneError:
    """The error that the core knows for one of the driver's. Its text stays in the cause, never in the message."""
    state = str(getattr(getattr(exc, "orig", None), "sqlstate", None) or "")
    if _is_out_of_reach(exc, state):
        return Unavailable("The database can't be used right now.", hint="Try again; `clone-mcp doctor` says more.")
    return CloneError("The database refused what Clone asked of it.", hint="This is a bug; please report it.")


def _is_out_of_reach(exc: Exception, state: str) -> bool:
    if isinstance(exc, OSError | InterfaceError | PoolTimeoutError) or state.startswith(_POSTGRES):
        return True
    if not isinstance(exc, DBAPIError):
        return False
    code = getattr(exc.orig, "sqlite_errorcode", None)
    return exc.connection_invalidated or (code is not None and code & 0xFF in _SQLITE)
