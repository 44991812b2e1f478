"""Facts, the questions about them that wait for the person, and the profile that is compiled from them.

How evidence grades a fact, and when one must wait, is decided in clone_mcp/memory/, never here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.events import Channel
from clone_mcp.models.memory import ARCHIVED_BELOW, Evidence, Fact, FactKind, Gate, Layer, Profile, Ref, Review, Tier
from clone_mcp.storage.columns import UtcDateTime
from clone_mcp.storage.memory import links
from clone_mcp.storage.memory_schema import facts, outcomes, profiles, reviews
from clone_mcp.storage.memory_schema import links as link_rows
from clone_mcp.storage.schema import events, predictions
from clone_mcp.storage.scope import (
    IDS,
    TENANT,
    Repository,
    Scope,
    Upsert,
    change,
    fields_of,
    others,
    remove,
    rows,
)

_PROFILE_ID = "profile"
"""What citations call it: a tenant has one."""

_PUT = Upsert.replacing(facts, others(facts, "decay", "created_at"))
_ONE = rows(facts).where(facts.c.id == sa.bindparam("fact"))
_OF = rows(facts).where(facts.c.id.in_(IDS))
_BY_KEY = rows(facts).where(facts.c.key == sa.bindparam("claim"))
_DROP = remove(facts).where(facts.c.id == sa.bindparam("fact"))
_ORDER = (facts.c.importance.desc(), facts.c.updated_at.desc(), facts.c.id)
_USABLE = (
    rows(facts)
    .where(facts.c.tier != Tier.CANDIDATE.value, facts.c.gate.is_(None), facts.c.importance >= ARCHIVED_BELOW)
    .order_by(*_ORDER)
)
_CONFIRMED = _USABLE.where(facts.c.confirmed_at.is_not(None))
_ALL = rows(facts).order_by(*_ORDER)
_KEYS = rows(facts, facts.c.key)
_EXPIRED = rows(facts).where(
    facts.c.tier == Tier.CANDIDATE.value, facts.c.gate.is_(None), facts.c.expires_at <= sa.bindparam("now")
)
_EVIDENCE = (
    sa.select(events.c.id, events.c.session_id, events.c.channel)
    .join(
        link_rows,
        sa.and_(
            link_rows.c.tenant_id == events.c.tenant_id,
            link_rows.c.cited_layer == Layer.RAW.value,
            link_rows.c.cited_id == events.c.id,
        ),
    )
    .where(
        events.c.tenant_id == TENANT,
        link_rows.c.citing_layer == Layer.FACT.value,
        link_rows.c.citing_id == sa.bindparam("fact"),
    )
)
_BEFORE = rows(outcomes, outcomes.c.amount).where(
    outcomes.c.prediction_id == sa.bindparam("prediction"), outcomes.c.fact_id == sa.bindparam("fact")
)
_NOTE = Upsert.replacing(outcomes, ("amount",))
_shifted = facts.c.decay + sa.bindparam("shift")
_sum = facts.c.base + _shifted
_SHIFT = (
    change(facts)
    .where(facts.c.id == sa.bindparam("fact"))
    .values(decay=_shifted, importance=sa.case((_sum > 1, 1.0), (_sum < 0, 0.0), else_=_sum))
)
_DECAYS = (
    sa.select(facts.c.key, sa.func.sum(outcomes.c.amount).label("amount"))
    .join(facts, sa.and_(facts.c.tenant_id == outcomes.c.tenant_id, facts.c.id == outcomes.c.fact_id))
    .join(
        predictions,
        sa.and_(predictions.c.tenant_id == outcomes.c.tenant_id, predictions.c.id == outcomes.c.prediction_id),
    )
    .where(outcomes.c.tenant_id == TENANT, predictions.c.outcome_at < sa.bindparam("until", type_=UtcDateTime()))
    .group_by(facts.c.key)
)
_LOCK = rows(facts, facts.c.id).where(facts.c.id == sa.bindparam("fact")).with_for_update()

_ASK = Upsert.into(reviews, key=("tenant_id", "fact_id", "gate"))
_WAITING = rows(reviews).order_by(reviews.c.asked_at, reviews.c.id)
_REVIEW = rows(reviews).where(reviews.c.id == sa.bindparam("review"))
_DROP_REVIEW = remove(reviews).where(reviews.c.id == sa.bindparam("review"))

_PROFILE = rows(profiles)
_PUT_PROFILE = Upsert.replacing(profiles, ("body", "soul_card", "thresholds", "method", "updated_at"))


def fact_of(row: Any) -> Fact:
    return Fact(
        id=row.id,
        kind=FactKind(row.kind),
        text=row.text,
        key=row.key,
        base=row.base,
        decay=row.decay,
        tier=Tier(row.tier),
        method=row.method,
        created_at=row.created_at,
        updated_at=row.updated_at,
        tags=tuple(row.tags),
        project=row.project,
        gate=Gate(row.gate) if row.gate else None,
        explicit=row.explicit,
        confirmed_at=row.confirmed_at,
        expires_at=row.expires_at,
    )


def _drop(scope: Scope, fact_id: str) -> None:
    links.drop(scope, Ref(Layer.FACT, fact_id))
    scope.run(_DROP, fact=fact_id)


def _decayed(scope: Scope, prediction_id: str, fact_id: str, amount: float) -> None:
    """One fact's outcomes are settled one at a time: the lock makes concurrent flips add up."""
    if scope.run(_LOCK, fact=fact_id).first() is None:
        return  # deleted since it was cited
    before = scope.run(_BEFORE, prediction=prediction_id, fact=fact_id).scalar() or 0.0
    if amount == before:
        return
    scope.run(_NOTE, prediction_id=prediction_id, fact_id=fact_id, amount=amount)
    scope.run(_SHIFT, fact=fact_id, shift=amount - before)


def top(scope: Scope, *, limit: int, goal: str = "", tags: Sequence[str] = ()) -> list[Fact]:
    """Facts that bundles may hold, most important first."""
    in_sql = goal.isascii()  # SQLite takes a for A, but not ä for Ä
    wanted = _USABLE.where(facts.c.text.icontains(goal, autoescape=True)) if goal and in_sql else _USABLE
    if in_sql and not tags:
        wanted = wanted.limit(limit)
    found = [fact_of(row) for row in scope.run(wanted).all()]
    if not in_sql:
        found = [fact for fact in found if goal.casefold() in fact.text.casefold()]
    return [fact for fact in found if not tags or not set(tags).isdisjoint(fact.tags)][:limit]


class SqlFacts(Repository):
    """The Facts port."""

    async def get(self, fact_id: str) -> Fact:
        row = await self._first(_ONE, fact=fact_id)
        if row is None:
            raise NotFound("There is no such fact.")
        return fact_of(row)

    async def of(self, ids: Sequence[str]) -> Sequence[Fact]:
        return [fact_of(row) for row in await self._run(lambda scope: scope.rows_of(_OF, ids))]

    async def by_key(self, key: str) -> Fact | None:
        row = await self._first(_BY_KEY, claim=key)
        return None if row is None else fact_of(row)

    async def put(self, fact: Fact) -> None:
        await self._execute(_PUT, **fields_of(fact), importance=fact.importance)

    async def top(self, *, limit: int, goal: str = "", tags: Sequence[str] = ()) -> Sequence[Fact]:
        return await self._run(lambda scope: top(scope, limit=limit, goal=goal, tags=tags))

    async def all(self, *, limit: int | None = None, offset: int = 0) -> Sequence[Fact]:
        return [fact_of(r) for r in await self._all(_ALL.limit(limit).offset(offset))]

    async def keys(self) -> Sequence[str]:
        return await self._scalars(_KEYS)

    async def confirmed(self) -> Sequence[Fact]:
        return [fact_of(row) for row in await self._all(_CONFIRMED)]

    async def expired(self, now: datetime) -> Sequence[Fact]:
        return [fact_of(row) for row in await self._all(_EXPIRED, now=now)]

    async def drop(self, fact_id: str) -> None:
        await self._run(lambda scope: _drop(scope, fact_id))

    async def evidence(self, fact_id: str) -> Sequence[Evidence]:
        found = await self._all(_EVIDENCE, fact=fact_id)
        return [Evidence(row.id, row.session_id, Channel(row.channel)) for row in found]

    async def decayed(self, prediction_id: str, fact_id: str, amount: float) -> None:
        await self._run(lambda scope: _decayed(scope, prediction_id, fact_id, amount))

    async def decays(self, *, before: datetime) -> Mapping[str, float]:
        return {row.key: row.amount for row in await self._all(_DECAYS, until=before)}


def _review(row: Any) -> Review:
    return Review(row.id, Gate(row.gate), row.fact_id, row.other_fact_id, row.asked_at)


class SqlReviews(Repository):
    """The Reviews port."""

    async def waiting(self) -> Sequence[Review]:
        return [_review(row) for row in await self._all(_WAITING)]

    async def get(self, review_id: str) -> Review:
        row = await self._first(_REVIEW, review=review_id)
        if row is None:
            raise NotFound("There is no such question.", hint="`clone-mcp review` shows what waits.")
        return _review(row)

    async def ask(self, review: Review) -> None:
        await self._execute(_ASK, **fields_of(review))

    async def drop(self, review_id: str) -> None:
        await self._execute(_DROP_REVIEW, review=review_id)


def _drop_profile(scope: Scope) -> None:
    links.drop(scope, Ref(Layer.PROFILE, _PROFILE_ID))
    scope.run(remove(profiles))


def profile(scope: Scope) -> Profile | None:
    """The profile, if there is one."""
    row = scope.run(_PROFILE).first()
    return None if row is None else Profile(row.body, row.soul_card, row.method, row.updated_at, row.thresholds)


class SqlProfiles(Repository):
    """The Profiles port."""

    async def get(self) -> Profile | None:
        return await self._run(profile)

    async def put(self, profile: Profile) -> None:
        await self._execute(_PUT_PROFILE, **fields_of(profile))

    async def drop(self) -> None:
        await self._run(_drop_profile)
