"""L1 → L2: what the person said across episodes, distilled into facts that add up their evidence.

Claims are found in claims.py and habits.py, and graded in evidence.py. A model's claims come from model/facts.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from clone_mcp.language.sentence import own_part
from clone_mcp.language.wording import fold
from clone_mcp.memory.claims import claims, contradicts
from clone_mcp.memory.evidence import METHOD, answering, guarded, regrade, release, remove, retold
from clone_mcp.memory.habits import commonest, habit, often
from clone_mcp.memory.revise import look_again, typed_by_hand
from clone_mcp.memory.sameness import same_fact
from clone_mcp.models.events import Author, Channel, Job
from clone_mcp.models.memory import STATED, Claim, Episode, Fact, Gate, Layer, Raw, Ref, Review, Tier
from clone_mcp.ports import Clock, Storage, UnitOfWork

_HABIT_WORDS = 8
"""Longer replies are not given twice in the same words by habit."""
_MOST_EVIDENCE = 200
"""Rows that a habit cites. More would change nothing: importance is near its top long before."""


class PromoteFacts:
    """Distils facts from episodes that are new or changed."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(
        self, tenant: UUID, *, limit: int = 200, since: datetime | None = None, again: bool = False
    ) -> int:
        """How many claims were found. Each episode is a transaction of its own, so a long catch-up can be cut short.

        With `again`, episodes that were read before are read once more.
        """
        async with self._storage.begin(tenant, readonly=True) as uow:
            waiting = await uow.memory.episodes.unpromoted(limit=limit, since=since, again=again)
        found = 0
        for episode in waiting:
            async with self._storage.begin(tenant) as uow:
                await uow.memory.alone()
                found += await self._episode(uow, episode)
        async with self._storage.begin(tenant) as uow:
            await uow.memory.alone()
            await look_again(uow, self._clock)
            expired = await uow.memory.facts.expired(self._clock.now())
            for fact in expired:
                await remove(uow, fact)
            if expired:
                await release(uow, expired, self._clock)
            if len(waiting) == limit and not again:
                await uow.jobs.enqueue(Job("facts", dedupe_key="facts"))
            await uow.jobs.enqueue(Job("profile", dedupe_key="profile"))
        return found

    async def _episode(self, uow: UnitOfWork, episode: Episode) -> int:
        memory = uow.memory
        cited = await memory.links.cited_by(Ref(Layer.EPISODE, episode.id))
        rows = await memory.raws.of([ref.id for ref in cited if ref.layer is Layer.RAW])
        typed = await typed_by_hand(uow, [raw for raw in rows if raw.author is Author.PERSON], self._clock)
        found = [*claims(typed), *await _habits(uow, typed)]
        for claim in found:
            await support(uow, claim, episode, self._clock)
        await memory.episodes.promoted(episode.id, self._clock.now())
        return len(found)


async def _habits(uow: UnitOfWork, raws: Sequence[Raw]) -> list[Claim]:
    """Short replies in these rows that the person has given before. What states something is a claim, not a habit."""
    found: list[Claim] = []
    answers, _ = await uow.replies.endings()
    said = [(own_part(raw.text), raw) for raw in raws]
    short = [own for own, raw in said if own and len(own.split()) <= _HABIT_WORDS and not claims([raw])]
    for key in sorted(set(map(fold, short))):
        saying = await uow.memory.raws.saying(key, limit=_MOST_EVIDENCE)
        given = await answering(uow, saying) if len(saying) > 1 else []
        claim = habit(commonest(given), given) if given else None
        # A rarer wording of a habit adds to it, and is none by itself.
        if claim and (often(given, answers) or same_fact(claim, await uow.memory.facts.all())):
            found.append(claim)
    return found


async def support(uow: UnitOfWork, claim: Claim, episode: Episode, clock: Clock, *, method: str = METHOD) -> None:
    """Add a claim's rows to the fact that makes it, or make that fact. `method` says who found the claim."""
    memory, now = uow.memory, clock.now()
    allowed = await _unburied(uow, claim)
    if allowed is None:
        return
    claim = allowed
    known = await memory.facts.all()
    fact = same_fact(claim, known)
    if fact is not None and _too_late(fact, episode):
        await remove(uow, fact)
        fact = None
    fact = fact or _new(claim, now, method)
    rivals = [other for other in known if other.id != fact.id and contradicts(claim, other)]
    fact = replace(
        fact,
        explicit=fact.explicit or claim.explicit,
        gate=fact.gate or _gate(claim, fact, rivals),
        # What is said in two projects, or in none, holds in general.
        project=fact.project if fact.project == claim.project else None,
    )
    await memory.facts.put(fact)
    cited = [Ref(Layer.RAW, raw_id) for raw_id in claim.raw_ids]
    await memory.links.cite(Ref(Layer.FACT, fact.id), [Ref(Layer.EPISODE, episode.id), *cited])
    fact = await retold(uow, fact)
    await regrade(uow, fact, clock)
    if fact.gate is not None:
        rival = guarded(rivals) if fact.gate is Gate.CONTRADICTION else None
        await memory.reviews.ask(Review(str(uuid4()), fact.gate, fact.id, rival.id if rival else None, now))
        return
    for rival in rivals:
        if rival.gate is None:
            await regrade(uow, rival, clock)


def _too_late(fact: Fact, episode: Episode) -> bool:
    """Whether what was said in the episode was said after the fact's time to be borne out had passed."""
    if fact.tier is not Tier.CANDIDATE or fact.gate is not None or fact.expires_at is None:
        return False
    return fact.expires_at < episode.started_at


async def _unburied(uow: UnitOfWork, claim: Claim) -> Claim | None:
    """The claim as far as it may be made: once the person deleted it, only on rows that say so after that.

    That they did something again is not saying so, and what an agent only claims they said is not enough. The
    tombstone stays: what was said before must not join in when it is looked through again.
    """
    at = await uow.memory.tombstones.buried(Layer.FACT, claim.key)
    if at is None:
        return claim
    rows = await uow.memory.raws.of(claim.raw_ids)
    later = [raw for raw in rows if raw.occurred_at > at and raw.channel is Channel.ATTESTED]
    said = [found for found in claims(later) if found.key == claim.key and found.kind in STATED]
    return said[0] if said else None


def _new(claim: Claim, now: datetime, method: str) -> Fact:
    return Fact(
        id=str(uuid4()),
        kind=claim.kind,
        text=claim.text,
        key=claim.key,
        base=0.0,
        decay=0.0,
        tier=Tier.CANDIDATE,
        method=method,
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
    return Gate.CONTRADICTION if guarded(rivals) else None
