"""One loop at a time, when somebody asks for it: by rules always, by a model as well where one is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.promote import PromoteExtent, WithModel
from clone_mcp.memory.sync import Sync
from clone_mcp.models.access import Caller, require_owner


@dataclass(frozen=True, slots=True)
class EpisodesResult:
    """What became of raw rows."""

    raw: int
    episodes: int
    summarised: int
    degraded: str | None = None
    """Why a model that is allowed has not read them all."""


@dataclass(frozen=True, slots=True)
class FactsResult:
    """What became of episodes."""

    claims: int
    episodes: int
    distilled: int
    degraded: str | None = None
    """Why a model that is allowed has not read them all."""


class PromoteOnDemand:
    """Raw rows into episodes, or episodes into facts, by rules and as WithModel says. Both need owner scope."""

    def __init__(
        self, sync: Sync, episodes: PromoteEpisodes, facts: PromoteFacts, profile: CompileProfile, model: WithModel
    ) -> None:
        self._sync = sync
        self._episodes = episodes
        self._facts = facts
        self._profile = profile
        self._model = model

    async def episodes(self, caller: Caller, wanted: PromoteExtent) -> EpisodesResult:
        """Tell sessions as episodes, also those that still go on."""
        tenant = self._allowed(caller, wanted)
        raw = await self._sync(tenant)
        told = await self._episodes.at_once(tenant, limit=wanted.limit, since=wanted.since, again=wanted.force)
        return EpisodesResult(raw, told, *await self._model.retold(tenant, wanted))

    async def facts(self, caller: Caller, wanted: PromoteExtent) -> FactsResult:
        """Distil facts from episodes, and compile the profile from them."""
        tenant = self._allowed(caller, wanted)
        claims = await self._facts(tenant, limit=wanted.limit, since=wanted.since, again=wanted.force)
        read, degraded = await self._model.distilled(tenant, wanted)
        await self._profile(tenant)
        return FactsResult(claims, read.episodes, read.claims, degraded)

    def _allowed(self, caller: Caller, wanted: PromoteExtent) -> UUID:
        require_owner(caller)
        self._model.check(caller.tenant, wanted.model)
        return caller.tenant
