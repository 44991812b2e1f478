"""All three loops at once, for those who don't want to wait: after an import, or on demand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from clone_mcp.access.spending import PaidModel, account
from clone_mcp.errors import Invalid, RateLimited, Unavailable, Upstream
from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.model.facts import DistilFacts
from clone_mcp.memory.model.summaries import SummariseEpisodes
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.sync import Sync
from clone_mcp.models.usage import Purpose

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


class WithModel:
    """What a model adds to the rules, where one is allowed."""

    def __init__(self, paid: PaidModel | None, summaries: SummariseEpisodes, facts: DistilFacts) -> None:
        self._paid = paid
        self._summaries = summaries
        self._facts = facts

    @property
    def allowed(self) -> bool:
        """Whether any model may be asked."""
        return self._paid is not None

    def check(self, tenant: UUID, model: str) -> None:
        """Raises Unavailable where no model is allowed, and Invalid for one that Clone does not ask."""
        models = account(self._paid, tenant, Purpose.DISTIL).models
        if model not in models:
            raise Invalid(f"{model!r} is no model that Clone asks.", hint=f"Use {', '.join(models)}.")

    async def __call__(
        self, tenant: UUID, done: Promoted, *, since: datetime | None, limit: int, model: str | None, force: bool
    ) -> Promoted:
        """Raises what LanguageModel raises if it was named. Who named none gets what there is, and why not more."""
        try:
            summaries = await self._summaries(tenant, since=since, limit=limit, model=model, force=force)
            done = replace(done, summaries=summaries)
            distilled = await self._facts(tenant, since=since, limit=limit, model=model, force=force)
        except (Unavailable, RateLimited, Upstream) as exc:
            if model is not None:
                raise
            return replace(done, degraded=str(exc))
        return replace(done, distilled=distilled.claims)


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
        if model is not None:
            self._model.check(tenant, model)
        most = limit or _ALL
        raw = await self._sync(tenant)
        episodes = await self._episodes.at_once(tenant, limit=most, since=since, again=force)
        claims = await self._facts(tenant, limit=most, since=since, again=force)
        await self._profile(tenant)
        done = Promoted(raw, episodes, claims)
        if not self._model.allowed:
            return done
        done = await self._model(tenant, done, since=since, limit=limit or _READ, model=model, force=force)
        await self._profile(tenant)
        return done
