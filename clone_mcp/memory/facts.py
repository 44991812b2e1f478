"""L1 → L2: what the person said across episodes, distilled into facts that add up their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from clone_mcp.memory.distill import METHOD
from clone_mcp.memory.distill.claims import claims, contradicts
from clone_mcp.memory.distill.habits import habit
from clone_mcp.memory.distill.merge import same_claim
from clone_mcp.memory.distill.tiers import CANDIDATE_DAYS, grade
from clone_mcp.models.events import Author, Job
from clone_mcp.models.memory import Claim, Episode, Fact, Gate, Layer, Raw, Ref, Review, Tier
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.recording.wording import fold

_HABIT_WORDS = 8
_MOST_EVIDENCE = 200
_GUARDED = 0.85
"""A fact this important is not contradicted without asking the person."""


class PromoteFacts:
    """Distils facts from episodes that are new or changed."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, tenant: UUID, *, limit: int = 200) -> int:
        """How many claims were found. Each episode is a transaction of its own, so a long catch-up can be cut short."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            waiting = await uow.memory.episodes.unpromoted(limit=limit)
        found = 0
        for episode in waiting:
            async with self._storage.begin(tenant) as uow:
                found += await self._episode(uow, episode)
        async with self._storage.begin(tenant) as uow:
            for fact in await uow.memory.facts.expired(self._clock.now()):
                await uow.memory.facts.drop(fact.id)
            await uow.jobs.enqueue(Job("profile", dedupe_key="profile"))
        return found

    async def _episode(self, uow: UnitOfWork, episode: Episode) -> int:
        memory = uow.memory
        cited = await memory.links.cited_by(Ref(Layer.EPISODE, episode.id))
        rows = await memory.raws.of([ref.id for ref in cited if ref.layer is Layer.RAW])
        typed = [raw for raw in rows if raw.author is Author.PERSON]
        found = [*claims(typed), *await _habits(uow, typed)]
        for claim in found:
            await support(uow, claim, episode, self._clock)
        await memory.episodes.promoted(episode.id, self._clock.now())
        return len(found)


async def _habits(uow: UnitOfWork, raws: Sequence[Raw]) -> list[Claim]:
    """Short replies in these rows that the person has given before."""
    found: list[Claim] = []
    for key in sorted({fold(raw.text) for raw in raws if len(raw.text.split()) <= _HABIT_WORDS}):
        occasions = await uow.memory.raws.saying(key, limit=_MOST_EVIDENCE)
        if len(occasions) > 1 and (claim := habit(occasions[0].text, occasions)) is not None:
            found.append(claim)
    return found


async def support(uow: UnitOfWork, claim: Claim, episode: Episode, clock: Clock) -> None:
    """Add a claim's rows to the fact that makes it, or make that fact."""
    memory, now = uow.memory, clock.now()
    key = same_claim(claim.key, await memory.facts.keys()) or claim.key
    fact = await memory.facts.by_key(key)
    if fact is None:
        if await _buried(uow, claim):
            return
        fact = _new(claim, key, clock)
    rivals = [other for other in await memory.facts.all() if contradicts(claim, other)]
    fact = replace(fact, explicit=fact.explicit or claim.explicit, gate=fact.gate or _gate(claim, fact, rivals))
    await memory.facts.put(fact)
    cited = [Ref(Layer.RAW, raw_id) for raw_id in claim.raw_ids]
    await memory.links.cite(Ref(Layer.FACT, fact.id), [Ref(Layer.EPISODE, episode.id), *cited])
    await regrade(uow, fact, clock, contradicted=bool(rivals))
    if fact.gate is not None:
        rival = rivals[0].id if fact.gate is Gate.CONTRADICTION and rivals else None
        await memory.reviews.ask(Review(str(uuid4()), fact.gate, fact.id, rival, now))


def _new(claim: Claim, key: str, clock: Clock) -> Fact:
    now = clock.now()
    return Fact(
        id=str(uuid4()),
        kind=claim.kind,
        text=claim.text,
        key=key,
        base=0.0,
        decay=0.0,
        tier=Tier.CANDIDATE,
        method=METHOD,
        created_at=now,
        updated_at=now,
        tags=claim.tags,
        project=claim.project,
        explicit=claim.explicit,
    )


def _gate(claim: Claim, fact: Fact, rivals: Sequence[Fact]) -> Gate | None:
    if fact.confirmed_at is not None:
        return None
    if claim.gate is not None:
        return claim.gate
    return Gate.CONTRADICTION if any(rival.importance >= _GUARDED for rival in rivals) else None


async def _buried(uow: UnitOfWork, claim: Claim) -> bool:
    """Whether the person deleted this fact and has not said it again since."""
    at = await uow.memory.tombstones.buried(Layer.FACT, claim.key)
    if at is None:
        return False
    said = [raw.occurred_at for raw in await uow.memory.raws.of(claim.raw_ids)]
    if claim.explicit and said and max(said) > at:
        await uow.memory.tombstones.unbury(Layer.FACT, claim.key)
        return False
    return True


async def regrade(uow: UnitOfWork, fact: Fact, clock: Clock, *, contradicted: bool = False) -> Fact | None:
    """Set a fact's tier and base by the evidence it has left. Without any it goes, whoever wrote it."""
    evidence = await uow.memory.facts.evidence(fact.id)
    if not evidence:
        await uow.memory.facts.drop(fact.id)
        return None
    now = clock.now()
    if fact.confirmed_at is not None:
        graded = replace(fact, tier=Tier.STRONG, base=max(fact.base, 0.9), expires_at=None, updated_at=now)
    else:
        tier, base = grade(evidence, explicit=fact.explicit, contradicted=contradicted)
        expires = (
            (fact.expires_at or fact.created_at + timedelta(days=CANDIDATE_DAYS)) if tier is Tier.CANDIDATE else None
        )
        graded = replace(fact, tier=tier, base=base, expires_at=expires, updated_at=now)
    await uow.memory.facts.put(graded)
    return graded
