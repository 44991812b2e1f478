"""All three loops at once, for those who don't want to wait: after an import, or on demand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from clone_mcp.access.spending import PaidModel, account
from clone_mcp.errors import Invalid, RateLimited, Unavailable, Upstream
from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.model.facts import DistilFacts, DistilResult
from clone_mcp.memory.model.summaries import SummariseEpisodes
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.sync import Sync
from clone_mcp.models.usage import Purpose

T = TypeVar("T")

_ALL = 1_000_000
_READ = 50
"""Episodes that a model reads at most, unless told otherwise: what it costs should not depend on the past."""


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


@dataclass(frozen=True, slots=True)
class PromoteExtent:
    """What to promote."""

    since: datetime | None = None
    limit: int = 100
    model: str | None = None
    """To be asked instead of what is set up. Without it a model is asked where one is allowed."""
    force: bool = False
    """Also what was promoted before."""


class WithModel:
    """What a model adds to the rules, where one is allowed.

    Whoever names a model is told of its failure: what LanguageModel raises, Unavailable too when none is allowed.
    Whoever names none gets what there is, and why not more. What was written before a failure stays.
    """

    def __init__(self, paid: PaidModel | None, summaries: SummariseEpisodes, facts: DistilFacts) -> None:
        self._paid = paid
        self._summaries = summaries
        self._facts = facts

    @property
    def allowed(self) -> bool:
        """Whether any model may be asked."""
        return self._paid is not None

    def check(self, tenant: UUID, model: str | None) -> None:
        """Raises Unavailable where a model is named and none allowed, and Invalid for one that Clone does not ask."""
        if model is None:
            return
        models = account(self._paid, tenant, Purpose.DISTIL).models
        if model not in models:
            raise Invalid(f"{model!r} is no model that Clone asks.", hint=f"Use {', '.join(models)}.")

    async def retold(self, tenant: UUID, wanted: PromoteExtent) -> tuple[int, str | None]:
        """How many summaries it wrote anew, and why no more."""
        return await self._as_far_as_it_goes(self._summaries, tenant, wanted, nothing=0)

    async def distilled(self, tenant: UUID, wanted: PromoteExtent) -> tuple[DistilResult, str | None]:
        """What it found in episodes, and why no more."""
        return await self._as_far_as_it_goes(self._facts, tenant, wanted, nothing=DistilResult())

    async def _as_far_as_it_goes(
        self, ask: Callable[..., Awaitable[T]], tenant: UUID, wanted: PromoteExtent, *, nothing: T
    ) -> tuple[T, str | None]:
        if not self.allowed:
            return nothing, None
        try:
            how = {"since": wanted.since, "limit": wanted.limit, "model": wanted.model, "force": wanted.force}
            return await ask(tenant, **how), None
        except (Unavailable, RateLimited, Upstream) as exc:
            if wanted.model is not None:
                raise
            return nothing, str(exc)


class Promote:
    """Raw rows into episodes, episodes into facts, facts into the profile."""

    def __init__(
        self, sync: Sync, episodes: PromoteEpisodes, facts: PromoteFacts, profile: CompileProfile, model: WithModel
    ) -> None:
        self._sync = sync
        self._episodes = episodes
        self._facts = facts
        self._profile = profile
        self._model = model

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
        self._model.check(tenant, model)
        most = limit or _ALL
        raw = await self._sync(tenant)
        episodes = await self._episodes.at_once(tenant, limit=most, since=since, again=force)
        claims = await self._facts(tenant, limit=most, since=since, again=force)
        await self._profile(tenant)
        done = Promoted(raw, episodes, claims)
        if self._model.allowed:
            done = await self._read(tenant, done, PromoteExtent(since, limit or _READ, model, force))
            await self._profile(tenant)
        return done

    async def _read(self, tenant: UUID, done: Promoted, wanted: PromoteExtent) -> Promoted:
        summaries, degraded = await self._model.retold(tenant, wanted)
        done = replace(done, summaries=summaries, degraded=degraded)
        if degraded is not None:
            return done
        found, degraded = await self._model.distilled(tenant, wanted)
        return replace(done, distilled=found.claims, degraded=degraded)
