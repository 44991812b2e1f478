"""What Recording offers to everybody outside it: one bundle, how it is built, and reading what was recorded.

The sentences that memory keeps of these events are read in memory/read.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from clone_mcp.access.limits import Quota
from clone_mcp.models.events import Job, Session, StoredEvent
from clone_mcp.ports import Clock, Storage
from clone_mcp.recording.backfill import Backfill
from clone_mcp.recording.ingest import Ingest
from clone_mcp.recording.sessions import RecordTurns


class ReadRecording:
    """Reads what was recorded. Raises NotFound for ids that are unknown or somebody else's."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def event(self, tenant: UUID, event_id: str) -> StoredEvent:
        """One event, with its whole payload."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.events.get(event_id)

    async def sessions(self, tenant: UUID, *, limit: int, offset: int = 0) -> Sequence[Session]:
        """Sessions, by their latest event, newest first."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.sessions.recent(limit=limit, offset=offset)

    async def session_events(
        self, tenant: UUID, session_id: str, *, limit: int, offset: int = 0
    ) -> Sequence[StoredEvent]:
        """A session's events, oldest first."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            await uow.sessions.get(session_id)
            return await uow.events.of_session(session_id, limit=limit, offset=offset)


@dataclass(frozen=True, slots=True)
class Recording:
    """What was said, taken in and read back."""

    ingest: Ingest
    turns: RecordTurns
    backfill: Backfill
    read: ReadRecording


def recording_over(storage: Storage, clock: Clock, *, redact: bool, later: tuple[Job, ...], quota: Quota) -> Recording:
    """Recording on this storage. `later` is enqueued beside every event: what other layers have to do about it."""
    ingest = Ingest(storage, clock, redact=redact, later=later, quota=quota)
    return Recording(
        ingest=ingest,
        turns=RecordTurns(ingest, clock),
        backfill=Backfill(storage, clock, ingest, later=later),
        read=ReadRecording(storage),
    )
