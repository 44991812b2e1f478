"""When the loops run: all three at once, one on demand, and once a day with a model.

The loops themselves are in `episodes`, `facts` and `profile`; what rules found stands whatever becomes of a model.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from clone_mcp.errors import Invalid, RateLimited, Unavailable, Upstream
from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.model.facts import DistilFacts, DistilResult
from clone_mcp.memory.model.prompt import MOST_EPISODES, PromoteExtent, Reader
from clone_mcp.memory.model.summaries import SummariseEpisodes
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.sync import Sync
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.models.events import Job
from clone_mcp.models.usage import Purpose
from clone_mcp.ports import Clock, Storage

T = TypeVar("T")

log = logging.getLogger(__name__)

MODEL = Job("model", dedupe_key="model", serialize_by="model")
"""Reading with a model. A job of its own, so that one whose process dies between the model's answer and what is
written of it is done again, whatever the day's calls were."""
DAY = timedelta(days=1)
_ALL = 1_000_000
"""More sessions than anybody has."""


@dataclass(frozen=True, slots=True)
class Promoted:
    """What the loops did."""

    raw: int
    """Events that had no sentence yet."""
    episodes: int
    """Episodes written or written anew."""
    claims: int
    """Things that those episodes say of the person, by the rules."""
    summaries: int = 0
    """Of them a model wrote so many anew,"""
    distilled: int = 0
    """and found so many claims besides."""
    degraded: str | None = None
    """Why a model that is allowed has not read them all."""


class WithModel:
    """What a model adds to the rules, where one is allowed.

    Whoever names a model is told of its failure: what LanguageModel raises, Unavailable too when none is allowed.
    Whoever names none gets what there is, and why not more. What was written before a failure stays.
    """

    def __init__(self, reader: Reader, summaries: SummariseEpisodes, facts: DistilFacts) -> None:
        self._reader = reader
        self._summaries = summaries
        self._facts = facts

    @property
    def allowed(self) -> bool:
        """Whether any model may be asked."""
        return self._reader.paid is not None

    def check(self, tenant: UUID, model: str | None) -> None:
        """Raises Unavailable where a model is named and none allowed, and Invalid for one that Clone does not ask."""
        if model is None:
            return
        models = self._reader.account(tenant).models
        if model not in models:
            raise Invalid(f"{model!r} is no model that Clone asks.", hint=f"Use {', '.join(models)}.")

    async def retold(self, tenant: UUID, wanted: PromoteExtent) -> tuple[int, str | None]:
        """How many summaries it wrote anew, and why no more."""
        return await self._as_far_as_it_goes(self._summaries, tenant, wanted, nothing=0)

    async def distilled(self, tenant: UUID, wanted: PromoteExtent) -> tuple[DistilResult, str | None]:
        """What it found in episodes, and why no more."""
        return await self._as_far_as_it_goes(self._facts, tenant, wanted, nothing=DistilResult())

    async def _as_far_as_it_goes(
        self, ask: Callable[[UUID, PromoteExtent], Awaitable[T]], tenant: UUID, wanted: PromoteExtent, *, nothing: T
    ) -> tuple[T, str | None]:
        if not self.allowed:
            return nothing, None
        try:
            return await ask(tenant, wanted), None
        except (Unavailable, RateLimited, Upstream) as exc:
            if wanted.model is not None:
                raise
            return nothing, str(exc)


class Promote:
    """Raw rows into episodes, episodes into facts, facts into the profile."""

    def __init__(self, steps: PromotionSteps, reader: Reader) -> None:
        self.steps = steps
        self.model = WithModel(reader, steps.summaries, steps.distil)

    async def __call__(
        self,
        tenant: UUID,
        *,
        since: datetime | None = None,
        limit: int | None = None,
        model: str | None = None,
        force: bool = False,
    ) -> Promoted:
        """Promote what is new: of sessions active `since` then, at most `limit` sessions and as many episodes.

        With `force`, what was promoted already is done anew. Sessions that still go on are told as far as they are. A
        model that is allowed reads after the rules, so that what they found stands whatever becomes of it; naming one
        makes its failure an error.
        """
        if limit is not None and limit < 1:
            raise Invalid("The limit is a number from 1 on.")
        self.model.check(tenant, model)
        most = limit or _ALL
        raw = await self.steps.sync(tenant)
        episodes = await self.steps.episodes.at_once(tenant, limit=most, since=since, again=force)
        claims = await self.steps.facts(tenant, limit=most, since=since, again=force)
        await self.steps.profile(tenant)
        done = Promoted(raw, episodes, claims)
        if self.model.allowed:
            done = await self._read(tenant, done, PromoteExtent(since, limit or MOST_EPISODES, model, force))
            await self.steps.profile(tenant)
        return done

    async def _read(self, tenant: UUID, done: Promoted, wanted: PromoteExtent) -> Promoted:
        summaries, degraded = await self.model.retold(tenant, wanted)
        done = replace(done, summaries=summaries, degraded=degraded)
        if degraded is not None:
            return done
        found, degraded = await self.model.distilled(tenant, wanted)
        return replace(done, distilled=found.claims, degraded=degraded)


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

    def __init__(self, loops: Promote) -> None:
        self._loops = loops

    async def episodes(self, caller: Caller, wanted: PromoteExtent) -> EpisodesResult:
        """Tell sessions as episodes, also those that still go on."""
        tenant = self._allowed(caller, wanted)
        raw = await self._loops.steps.sync(tenant)
        told = await self._loops.steps.episodes.at_once(
            tenant, limit=wanted.limit, since=wanted.since, again=wanted.force
        )
        return EpisodesResult(raw, told, *await self._loops.model.retold(tenant, wanted))

    async def facts(self, caller: Caller, wanted: PromoteExtent) -> FactsResult:
        """Distil facts from episodes, and compile the profile from them."""
        tenant = self._allowed(caller, wanted)
        claims = await self._loops.steps.facts(tenant, limit=wanted.limit, since=wanted.since, again=wanted.force)
        read, degraded = await self._loops.model.distilled(tenant, wanted)
        await self._loops.steps.profile(tenant)
        return FactsResult(claims, read.episodes, read.claims, degraded)

    def _allowed(self, caller: Caller, wanted: PromoteExtent) -> UUID:
        require_owner(caller)
        self._loops.model.check(caller.tenant, wanted.model)
        return caller.tenant


class ReadDaily:
    """Summarises and distils, at most once a day for each person."""

    def __init__(self, storage: Storage, clock: Clock, summaries: SummariseEpisodes, facts: DistilFacts) -> None:
        self._storage = storage
        self._clock = clock
        self._summaries = summaries
        self._facts = facts

    async def when_due(self, tenant: UUID) -> None:
        """Have it done, unless it was today."""
        async with self._storage.begin(tenant) as uow:
            last = await uow.usage.last(Purpose.DISTIL)
            if last is None or self._clock.now() - last >= DAY:
                await uow.jobs.enqueue(MODEL)

    async def __call__(self, tenant: UUID) -> None:
        """Read what no model has read. A failure of the model is logged, and tried again a day later."""
        try:
            await self._summaries(tenant)
            await self._facts(tenant)
        except (Unavailable, RateLimited, Upstream) as exc:
            log.warning("No model has read the new episodes: %s", exc.message)


@dataclass(frozen=True, slots=True)
class PromotionSteps:
    """The steps of promotion, each for whoever takes it at its own time."""

    sync: Sync
    episodes: PromoteEpisodes
    facts: PromoteFacts
    profile: CompileProfile
    summaries: SummariseEpisodes
    distil: DistilFacts
    daily: ReadDaily | None
    """Set where a model is allowed."""


def steps_over(storage: Storage, clock: Clock, reader: Reader) -> PromotionSteps:
    """All steps in this storage."""
    summaries, distil = SummariseEpisodes(storage, clock, reader), DistilFacts(storage, clock, reader)
    return PromotionSteps(
        sync=Sync(storage),
        episodes=PromoteEpisodes(storage, clock),
        facts=PromoteFacts(storage, clock),
        profile=CompileProfile(storage, clock),
        summaries=summaries,
        distil=distil,
        daily=ReadDaily(storage, clock, summaries, distil) if reader.paid else None,
    )
