"""The bundle: an always-on baseline first, then what is alike and recent, until the budget is spent.

Ranking by likeness alone would drop who the person is as soon as a question is off their usual path. So the soul card
and the most important facts are always there, and only the rest competes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from clone_mcp.models.memory import Bundle, ContextRequest, Episode, Fact, Profile, Raw, Tier
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.recording.wording import alike, sketch

Row = TypeVar("Row", Episode, Raw)

_TOKEN_BYTES = 4
_READ = 4
"""Rows read for each that may be returned: the rest loses the ranking."""


class Context:
    """Assembles bundles."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, tenant: UUID, request: ContextRequest) -> Bundle:
        """One bundle, in one read transaction."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await assemble(uow, request, self._clock)


async def assemble(uow: UnitOfWork, request: ContextRequest, clock: Clock) -> Bundle:
    """The bundle for a request."""
    memory = uow.memory
    since = clock.now() - timedelta(minutes=request.recency_minutes)
    profile = await memory.profiles.get()
    facts = await memory.facts.top(limit=request.max_facts, goal=request.goal, tags=request.tags)
    baseline = _cost(profile.soul_card if profile else "") + sum(_cost(fact.text) for fact in facts)
    left = max(0, request.budget - baseline)
    asked = sketch(request.query)
    episodes = await memory.episodes.newest(since=since, limit=request.max_episodes * _READ)
    raws = [raw for raw in await memory.raws.newest(since=since, limit=request.max_raw * _READ) if raw.text]
    told, left = _fitting(_ranked(episodes, asked)[: request.max_episodes], left, lambda episode: episode.summary)
    said, left = _fitting(_ranked(raws, asked)[: request.max_raw], left, lambda raw: raw.text)
    return Bundle(
        profile=profile,
        facts=tuple(facts),
        episodes=tuple(sorted(told, key=lambda episode: (episode.ended_at, episode.id))),
        raw=tuple(sorted(said, key=lambda raw: (raw.occurred_at, raw.id))),
        meta=_meta(request, profile, facts, baseline=baseline, left=left),
    )


def _ranked(rows: Sequence[Row], asked: int) -> list[Row]:
    """By likeness to the question; among equals the newest first, as they come."""
    return sorted(rows, key=lambda row: -alike(asked, row.sketch))


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
