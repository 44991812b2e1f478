"""What the core needs from outside, as promises. Adapters keep them; `app.py` chooses the adapters.

Three names mean the same in every port and are explained nowhere else: `get` raises NotFound, unless it can answer
None; `add` stores what is new; `put` adds or replaces.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from clone_mcp.models.access import Webhook
from clone_mcp.models.events import Record, Session, StoredEvent
from clone_mcp.models.usage import ModelCall, Purpose
from clone_mcp.ports.accounts import Directory
from clone_mcp.ports.hosting import Meters, Tenants, TenantSettings
from clone_mcp.ports.memory import Memory
from clone_mcp.ports.predictions import Calibration, Materials, Predictions, Predictor, Replies, Surroundings
from clone_mcp.ports.rows import RecordedEvent
from clone_mcp.ports.work import Jobs, Work

T = TypeVar("T")

__all__ = [
    "Clock",
    "Directory",
    "Materials",
    "Predictor",
    "Scratch",
    "ScratchStorage",
    "Storage",
    "Surroundings",
    "UnitOfWork",
]


class Clock(Protocol):
    """Time, passed in."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...


class Events(Protocol):
    """The append-only record of one tenant."""

    async def get(self, event_id: str) -> StoredEvent: ...

    async def of_session(self, session_id: str, *, limit: int = 500, offset: int = 0) -> Sequence[StoredEvent]:
        """The session's events, oldest first. Empty when there is no such session."""
        ...

    async def turns(self, *, after: tuple[datetime, str] | None, limit: int) -> Sequence[StoredEvent]:
        """What the person typed and what agents said, oldest first, from behind a moment and the id of its event."""
        ...

    async def recorded(
        self, *, before: datetime, after: StoredEvent | None = None, limit: int
    ) -> Sequence[RecordedEvent]:
        """Everything that happened before a moment, oldest first, from behind an event on."""
        ...

    async def size(self) -> int:
        """Bytes of all that was recorded. Reads every row."""
        ...


class Sessions(Protocol):
    """Runs of events."""

    async def recent(self, *, limit: int = 50, offset: int = 0) -> Sequence[Session]:
        """Newest first."""
        ...

    async def get(self, session_id: str) -> Session: ...

    async def activity(self, session_id: str) -> tuple[datetime, bool]:
        """When its last event came in, and whether it has ended. Raises NotFound."""
        ...


class ModelCalls(Protocol):
    """What language models were asked for on the tenant's account."""

    async def since(self, moment: datetime) -> Sequence[ModelCall]:
        """Calls from then on, oldest first. In a writing transaction, nobody else books before it ends."""
        ...

    async def book(self, call: ModelCall) -> None:
        """Keep a call, or what is known of it by now."""
        ...

    async def last(self, purpose: Purpose) -> datetime | None:
        """When a model was last asked for this."""
        ...


class Webhooks(Protocol):
    """Addresses that other services may send to."""

    async def add(self, webhook: Webhook) -> None: ...

    async def get(self, webhook_id: str) -> Webhook: ...

    async def all(self) -> Sequence[Webhook]:
        """Newest first, revoked ones included."""
        ...

    async def used(self, webhook_id: str, at: datetime) -> None: ...

    async def revoke(self, webhook_id: str, at: datetime) -> None:
        """Take nothing from it any more. Raises NotFound; again, and nothing changes."""
        ...

    async def reseal(self, webhook_id: str, secret: bytes) -> None:
        """Keep its signing secret as it is encrypted now."""
        ...


class UnitOfWork(Protocol):
    """One transaction on one tenant's data. Leaving it commits; an exception undoes all of it."""

    @property
    def events(self) -> Events: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def predictions(self) -> Predictions: ...
    @property
    def replies(self) -> Replies: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def memory(self) -> Memory: ...
    @property
    def usage(self) -> ModelCalls: ...
    @property
    def calibration(self) -> Calibration: ...
    @property
    def settings(self) -> TenantSettings: ...
    @property
    def webhooks(self) -> Webhooks: ...


class Storage(Protocol):
    """Everything Clone keeps. One implementation for SQLite and Postgres.

    Raises Unavailable when the database can't be reached or is busy for too long.
    """

    @property
    def directory(self) -> Directory: ...
    @property
    def work(self) -> Work: ...
    @property
    def meters(self) -> Meters: ...
    @property
    def tenants(self) -> Tenants: ...

    def begin(self, tenant: UUID, *, readonly: bool = False) -> AbstractAsyncContextManager[UnitOfWork]:
        """An interactive transaction. `readonly` takes no write lock, and writing in it fails."""
        ...

    async def once(
        self, tenant: UUID, steps: Callable[[UnitOfWork], Coroutine[Any, Any, T]], *, readonly: bool = False
    ) -> T:
        """A whole transaction around steps that wait for nothing but this unit of work.

        On SQLite that is one trip to a thread, however many steps there are; a trip costs more than most statements.
        """
        ...

    async def append(self, tenant: UUID, records: Sequence[Record]) -> Sequence[bool]:
        """Append events; says for each whether it was new. Returns once they are durable.

        Concurrent calls share transactions. An event whose id is known changes nothing at all.
        """
        ...

    async def check(self) -> None:
        """Reach the database. Raises Unavailable."""
        ...

    async def revision(self) -> str: ...

    async def purge(self) -> bool:
        """Make what was erased unreadable in the database's own files, as far as the database allows.

        False when another process still reads what was there before, so that it has to be done again.
        """
        ...

    async def close(self) -> None:
        """Let go of everything. What was acknowledged is already durable."""
        ...


class ScratchStorage(Storage, Protocol):
    """A storage that is thrown away. It holds the local tenant alone."""

    def provisional(self) -> AbstractAsyncContextManager[None]:
        """What is written within the block can be read within it, and is undone when it ends. Nothing is appended."""
        ...


class Scratch(Protocol):
    """Opens an empty storage in this process's memory."""

    def __call__(self, now: Callable[[], datetime], /) -> AbstractAsyncContextManager[ScratchStorage]:
        """The storage goes by this time. When the block ends, nothing is left of it."""
        ...
