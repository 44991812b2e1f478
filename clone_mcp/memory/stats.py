"""How much is remembered, tier by tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clone_mcp.models.memory import Layer, Tally
from clone_mcp.ports import Storage


@dataclass(frozen=True, slots=True)
class Stats:
    """Each tier: how many there are, and when the last of them came or changed."""

    raw: Tally
    episodes: Tally
    facts: Tally
    profile: Tally


class Count:
    """Counts what is remembered."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(self, tenant: UUID, *, since: datetime | None = None) -> Stats:
        """All of it, or what came or changed `since` then."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            tiers = await uow.memory.counted(since)
        return Stats(tiers[Layer.RAW], tiers[Layer.EPISODE], tiers[Layer.FACT], tiers[Layer.PROFILE])
