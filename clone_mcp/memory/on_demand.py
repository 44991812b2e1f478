"""One loop at a time, when somebody asks for it: by rules always, by a model as well where one is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clone_mcp.access.scopes import require_owner
from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.model.facts import DistilFacts, Distilled
from clone_mcp.memory.model.summaries import SummariseEpisodes
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.sync import Sync
from clone_mcp.models.access import Caller


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to promote."""

    since: datetime | None = None
    limit: int = 100
    model: str | None = None
    """To be asked instead of what is set up. Without it a model is asked where one is allowed."""
    force: bool = False
    """Also what was promoted before."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of raw rows."""

    raw: int
    episodes: int
    summarised: int


@dataclass(frozen=True, slots=True)
class Found:
    """What became of episodes."""

    claims: int
    episodes: int
    distilled: int


class PromoteOnDemand:
    """Raw rows into episodes, or episodes into facts. Both need owner scope.

    Raises what LanguageModel raises, Unavailable too when a model is named and none is allowed. What was written before
    the failure stays.
    """

    def __init__(
        self,
        sync: Sync,
        episodes: PromoteEpisodes,
        summaries: SummariseEpisodes,
        facts: PromoteFacts,
        distil: DistilFacts,
        profile: CompileProfile,
        *,
        model_allowed: bool,
    ) -> None:
        self._sync = sync
        self._episodes = episodes
        self._summaries = summaries
        self._facts = facts
        self._distil = distil
        self._profile = profile
        self._model_allowed = model_allowed

    async def episodes(self, caller: Caller, wanted: Wanted) -> Told:
        """Tell sessions as episodes, also those that still go on."""
        require_owner(caller)
        raw = await self._sync(caller.tenant)
        told = await self._episodes.at_once(caller.tenant, limit=wanted.limit, since=wanted.since, again=wanted.force)
        summarised = 0
        if self._asks(wanted):
            summarised = await self._summaries(
                caller.tenant, since=wanted.since, limit=wanted.limit, model=wanted.model, force=wanted.force
            )
        return Told(raw, told, summarised)

    async def facts(self, caller: Caller, wanted: Wanted) -> Found:
        """Distil facts from episodes, and compile the profile from them."""
        require_owner(caller)
        claims = await self._facts(caller.tenant, limit=wanted.limit, since=wanted.since, again=wanted.force)
        distilled = Distilled()
        if self._asks(wanted):
            distilled = await self._distil(
                caller.tenant, since=wanted.since, limit=wanted.limit, model=wanted.model, force=wanted.force
            )
        await self._profile(caller.tenant)
        return Found(claims, distilled.episodes, distilled.claims)

    def _asks(self, wanted: Wanted) -> bool:
        return self._model_allowed or wanted.model is not None
