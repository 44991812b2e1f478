"""Events and sessions, as they were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from clone_mcp.models.events import Session, StoredEvent
from clone_mcp.ports import Storage


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
