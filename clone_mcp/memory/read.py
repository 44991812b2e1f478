"""The four tiers, read as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from clone_mcp.models.memory import Episode, Fact, Profile, Raw
from clone_mcp.ports import Storage


class ReadMemory:
    """Reads what is remembered. Raises NotFound for ids that are unknown or somebody else's."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def raw(self, tenant: UUID, raw_id: str) -> Raw:
        """One raw row."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.raws.get(raw_id)

    async def raws(self, tenant: UUID, *, since: datetime | None, limit: int, offset: int = 0) -> Sequence[Raw]:
        """Raw rows, newest first."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.raws.newest(since=since, limit=limit, offset=offset)

    async def episode(self, tenant: UUID, episode_id: str) -> Episode:
        """One episode."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.episodes.get(episode_id)

    async def episodes(
        self,
        tenant: UUID,
        *,
        since: datetime | None = None,
        limit: int,
        offset: int = 0,
        session_id: str | None = None,
    ) -> Sequence[Episode]:
        """Episodes, the latest first."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.episodes.newest(since=since, limit=limit, offset=offset, session_id=session_id)

    async def fact(self, tenant: UUID, fact_id: str) -> Fact:
        """One fact."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.facts.get(fact_id)

    async def facts(self, tenant: UUID, *, limit: int | None = None, offset: int = 0) -> Sequence[Fact]:
        """Facts, most important first, so archived ones last."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.facts.all(limit=limit, offset=offset)

    async def profile(self, tenant: UUID) -> Profile | None:
        """Who this person is, as far as it is known."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.profiles.get()
