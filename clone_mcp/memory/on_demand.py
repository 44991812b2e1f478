"""One loop at a time, when somebody asks for it: by rules always, by a model as well where one is allowed."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from clone_mcp.access.scopes import require_owner
from clone_mcp.errors import RateLimited, Unavailable, Upstream
from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.model.facts import DistilFacts, Distilled
from clone_mcp.memory.model.summaries import SummariseEpisodes
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.promote import WithModel
from clone_mcp.memory.sync import Sync
from clone_mcp.models.access import Caller

T = TypeVar("T")


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
    degraded: str | None = None
    """Why a model that is allowed has not read them all."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of episodes."""

    claims: int
    episodes: int
    distilled: int
    degraded: str | None = None
    """Why a model that is allowed has not read them all."""


class PromoteOnDemand:
    """Raw rows into episodes, or episodes into facts. Both need owner scope.

    Whoever names a model is told of its failure: what LanguageModel raises, Unavailable too when none is allowed.
    Whoever names none gets what there is, and why not more. What was written before a failure stays.
    """

    def __init__(
        self,
        sync: Sync,
        episodes: PromoteEpisodes,
        summaries: SummariseEpisodes,
        facts: PromoteFacts,
        distil: DistilFacts,
        profile: CompileProfile,
        model: WithModel,
    ) -> None:
        self._sync = sync
        self._episodes = episodes
        self._summaries = summaries
        self._facts = facts
        self._distil = distil
        self._profile = profile
        self._model = model

    async def episodes(self, caller: Caller, wanted: Wanted) -> Told:
        """Tell sessions as episodes, also those that still go on."""
        self._check(caller, wanted)
        raw = await self._sync(caller.tenant)
        told = await self._episodes.at_once(caller.tenant, limit=wanted.limit, since=wanted.since, again=wanted.force)
        if not self._model.allowed:
            return Told(raw, told, summarised=0)
        asked = self._summaries(
            caller.tenant, since=wanted.since, limit=wanted.limit, model=wanted.model, force=wanted.force
        )
        summarised, degraded = await _as_far_as_it_goes(asked, wanted)
        return Told(raw, told, summarised or 0, degraded)

    async def facts(self, caller: Caller, wanted: Wanted) -> Found:
        """Distil facts from episodes, and compile the profile from them."""
        self._check(caller, wanted)
        claims = await self._facts(caller.tenant, limit=wanted.limit, since=wanted.since, again=wanted.force)
        distilled, degraded = None, None
        if self._model.allowed:
            asked = self._distil(
                caller.tenant, since=wanted.since, limit=wanted.limit, model=wanted.model, force=wanted.force
            )
            distilled, degraded = await _as_far_as_it_goes(asked, wanted)
        await self._profile(caller.tenant)
        read = distilled or Distilled()
        return Found(claims, read.episodes, read.claims, degraded)

    def _check(self, caller: Caller, wanted: Wanted) -> None:
        require_owner(caller)
        if wanted.model is not None:
            self._model.check(caller.tenant, wanted.model)


async def _as_far_as_it_goes(asked: Awaitable[T], wanted: Wanted) -> tuple[T | None, str | None]:
    """What came of asking, or why nothing did."""
    try:
        return await asked, None
    except (Unavailable, RateLimited, Upstream) as exc:
        if wanted.model is not None:
            raise
        return None, str(exc)
