"""All three loops at once, for those who don't want to wait: after an import, or on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clone_mcp.errors import Invalid
from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.sync import Sync

_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Promoted:
    """What the loops did."""

    raw: int
    """Events that had no sentence yet."""
    episodes: int
    """Episodes written or written anew."""
    claims: int
    """Things that those episodes say of the person."""


class Promote:
    """Raw rows into episodes, episodes into facts, facts into the profile."""

    def __init__(self, sync: Sync, episodes: PromoteEpisodes, facts: PromoteFacts, profile: CompileProfile) -> None:
        self._sync = sync
        self._episodes = episodes
        self._facts = facts
        self._profile = profile

    async def __call__(
        self, tenant: UUID, *, since: datetime | None = None, limit: int | None = None, force: bool = False
    ) -> Promoted:
        """Promote what is new: of sessions active `since` then, at most `limit` sessions and as many episodes.

        With `force`, what was promoted already is done anew. Sessions that still go on are told as far as they are.
        """
        if limit is not None and limit < 1:
            raise Invalid("The limit is a number from 1 on.")
        most = limit or _ALL
        raw = await self._sync(tenant)
        episodes = await self._episodes.at_once(tenant, limit=most, since=since, again=force)
        claims = await self._facts(tenant, limit=most, since=since, again=force)
        await self._profile(tenant)
        return Promoted(raw, episodes, claims)
