"""The bundle: an always-on baseline first, then what is alike and recent, until the budget is spent.

Ranking by likeness alone would drop who the person is as soon as a question is off their usual path. So the soul card
and the most important facts are always there, and only the rest competes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from clone_mcp.errors import Invalid
from clone_mcp.memory.ranking import Ranking, RankQuery
from clone_mcp.models.memory import Bundle, ContextRequest, Episode, Fact, Profile, Raw, Tier
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.ports.rows import BundleQuery, Embedder

Row = TypeVar("Row", Episode, Raw)

LOOK = 2000
"""Newest rows of the window that are ranked by their sketches: all, as a rule; in a heavy week its last days'."""

_EPISODES_LOOK = 500

_EPISODES_READ = 4
_RAWS_READ = 2
"""Rows whose texts are read for each that may be returned: the rest loses the ranking."""
_AT_LEAST = 40
"""Rows whose texts are read however few may be returned."""
_TOKEN_BYTES = 4
"""Bytes of a token, as near as one comes without a tokeniser."""
_RANGES = {
    "recency_minutes": (1, 10_080),
    "max_facts": (1, 100),
    "max_episodes": (1, 50),
    "max_raw": (1, 500),
    "budget": (0, 1_000_000),
}


class Context:
    """Assembles bundles."""

    def __init__(self, storage: Storage, clock: Clock, embedder: Embedder | None = None) -> None:
        self._storage = storage
        self._clock = clock
        self._embedder = embedder

    async def __call__(self, tenant: UUID, request: ContextRequest) -> Bundle:
        """One bundle, in one read transaction. Raises Invalid for what is out of range."""
        asked = await self.understand(request)
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await assemble(uow, request, self._clock, asked)

    async def understand(self, request: ContextRequest) -> RankQuery:
        """The question, understood before any transaction is open."""
        if self._embedder is None:
            return RankQuery.of(request.query)
        return await asyncio.to_thread(RankQuery.of, request.query, self._embedder)


async def assemble(uow: UnitOfWork, request: ContextRequest, clock: Clock, asked: RankQuery | None = None) -> Bundle:
    """The bundle for a request, within a transaction. Raises Invalid for what is out of range."""
    _check(request)
    asked = asked or RankQuery.of(request.query)
    episodes = Ranking(asked, most=max(_AT_LEAST, request.max_episodes * _EPISODES_READ))
    raws = Ranking(asked, most=max(_AT_LEAST, request.max_raw * _RAWS_READ))
    found = await uow.memory.bundle_rows(
        BundleQuery(
            since=clock.now() - timedelta(minutes=request.recency_minutes),
            raws_looked_at=LOOK,
            episodes_looked_at=_EPISODES_LOOK,
            facts=request.max_facts,
            goal=request.goal,
            tags=request.tags,
            episodes=episodes.pick,
            raws=raws.pick,
            embedder=asked.embedder.name if asked.embedder else None,
        )
    )
    baseline = _cost(found.profile.soul_card if found.profile else "") + sum(_cost(fact.text) for fact in found.facts)
    left = max(0, request.budget - baseline)
    best_told = episodes.ranked(found.episodes, _summary)[: request.max_episodes]
    best_said = raws.ranked(found.raws, _text)[: request.max_raw]
    told, left = _fitting(best_told, left, _summary)
    said, left = _fitting(best_said, left, _text)
    return Bundle(
        profile=found.profile,
        facts=tuple(found.facts),
        episodes=tuple(sorted(told, key=lambda episode: (episode.ended_at, episode.id))),
        raw=tuple(sorted(said, key=lambda raw: (raw.occurred_at, raw.id))),
        meta=_meta(request, found.profile, found.facts, baseline=baseline, left=left),
    )


def _check(request: ContextRequest) -> None:
    for name, (least, most) in _RANGES.items():
        value = getattr(request, name)
        if not least <= value <= most:
            raise Invalid(f"{name} is a number from {least:,} to {most:,}, not {value:,}.")


def _summary(episode: Episode) -> str:
    return episode.summary


def _text(raw: Raw) -> str:
    return raw.text


def _fitting(rows: Sequence[Row], budget: int, text: Callable[[Row], str]) -> tuple[list[Row], int]:
    """The rows that fit, best first, and what is left of the budget."""
    taken: list[Row] = []
    for row in rows:
        cost = _cost(text(row))
        if cost <= budget:
            taken.append(row)
            budget -= cost
    return taken, budget


def _cost(text: str) -> int:
    return -(-len(text.encode()) // _TOKEN_BYTES)


def _meta(
    request: ContextRequest, profile: Profile | None, facts: Sequence[Fact], *, baseline: int, left: int
) -> dict[str, Any]:
    dynamic = max(0, request.budget - baseline) - left
    return {
        "budget": request.budget,
        "tokens": {"baseline": baseline, "dynamic": dynamic, "total": baseline + dynamic},
        "recency_minutes": request.recency_minutes,
        "profile_updated_at": profile.updated_at.isoformat() if profile else None,
        "tentative": [fact.id for fact in facts if fact.tier is Tier.TENTATIVE],
    }
