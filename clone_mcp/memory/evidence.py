"""What a fact stands on: how that grades it, what speaks against it, and what is left of it when some of that goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from clone_mcp.language.claim_keys import opposite
from clone_mcp.memory.distill import METHOD
from clone_mcp.memory.distill.claims import claims, contradicts
from clone_mcp.memory.distill.habits import habit
from clone_mcp.memory.distill.merge import same_claim
from clone_mcp.memory.distill.tiers import CANDIDATE_DAYS, grade
from clone_mcp.memory.episodes import PERSON
from clone_mcp.memory.profile import strike
from clone_mcp.models.events import Author
from clone_mcp.models.memory import Claim, Fact, Layer, Raw, Tier
from clone_mcp.ports import Clock, UnitOfWork

GUARDED = 0.85
"""A fact this important is not contradicted without asking the person."""

CONFIRMED = 0.9
"""The least base importance of what the person has confirmed."""


async def regrade(uow: UnitOfWork, fact: Fact, clock: Clock) -> Fact | None:
    """Set a fact's tier and base by the evidence it has. Without any it goes, whoever wrote it."""
    evidence = await uow.memory.facts.evidence(fact.id)
    if not evidence:
        await remove(uow, fact)
        return None
    now = clock.now()
    if fact.confirmed_at is not None:
        base = max(fact.base, CONFIRMED)
        graded = replace(fact, tier=Tier.STRONG, base=base, expires_at=None, updated_at=now)
    else:
        tier, base = grade(evidence, explicit=fact.explicit, contradicted=bool(await rivals_of(uow, fact)))
        until = fact.expires_at or fact.created_at + timedelta(days=CANDIDATE_DAYS)
        expires = until if tier is Tier.CANDIDATE else None
        graded = replace(fact, tier=tier, base=base, expires_at=expires, updated_at=now)
    await uow.memory.facts.put(graded)
    return graded


async def rivals_of(uow: UnitOfWork, fact: Fact) -> Sequence[Fact]:
    """Facts that can't be true together with this one. What waits for the person speaks against nothing yet."""
    claim = Claim(fact.kind, fact.text, fact.key, (), opposes=opposite(fact.key), project=fact.project)
    others = await uow.memory.facts.all()
    return [other for other in others if other.id != fact.id and other.gate is None and contradicts(claim, other)]


def guarded(facts: Iterable[Fact]) -> Fact | None:
    """The first of the facts that may not be contradicted without asking the person."""
    return next((fact for fact in facts if fact.importance >= GUARDED and fact.gate is None), None)


async def remove(uow: UnitOfWork, fact: Fact) -> None:
    """Let a fact go, wherever it is written."""
    await uow.memory.facts.drop(fact.id)
    await strike(uow, fact.text)


async def bury(uow: UnitOfWork, fact: Fact, at: datetime) -> None:
    """Remember that the person does not want this claim, in whatever words its rows have or a model may find for it."""
    for name in await _names(uow, fact):
        await uow.memory.tombstones.bury(Layer.FACT, name, at)


async def unbury(uow: UnitOfWork, fact: Fact) -> None:
    """The person wants this claim again after all."""
    for name in await _names(uow, fact):
        await uow.memory.tombstones.unbury(Layer.FACT, name)


async def _names(uow: UnitOfWork, fact: Fact) -> Sequence[str]:
    rows = await _rows(uow, fact)
    wordings = {claim.key for claim in claims(rows) if same_claim(claim.key, [fact.key])}
    return sorted({fact.key, *wordings, *(evidence_tombstone(row.id) for row in rows)})


def evidence_tombstone(raw_id: str) -> str:
    """The name under which a row is buried that a deleted fact rested on. No key looks like it."""
    return f"behind {raw_id}"


async def buried(uow: UnitOfWork, key: str) -> datetime | None:
    """When the person deleted this claim, if they did."""
    return await uow.memory.tombstones.buried(Layer.FACT, key)


async def still_supported(uow: UnitOfWork, fact: Fact, gone: set[str]) -> Fact | None:
    """The fact as the evidence that is not `gone` has it: in words that are still there. None if nothing says it."""
    rows = [row for row in await _rows(uow, fact) if row.id not in gone]
    if fact.method == PERSON:
        return fact if any(row.text == fact.text for row in rows) else None
    if fact.method != METHOD:
        # A model may have drawn on exactly the rows that are gone. It will say it again if the rest bears it out.
        return None
    claim = _claim(fact, rows)
    return replace(fact, text=claim.text, explicit=claim.explicit) if claim else None


def _claim(fact: Fact, rows: Sequence[Raw]) -> Claim | None:
    for claim in claims(rows):
        if same_claim(claim.key, [fact.key]):
            return claim
    typed = [row for row in rows if row.author is Author.PERSON]
    # Once is no habit.
    found = habit(typed[-1].text, typed) if len(typed) > 1 and fact.key.startswith("habit ") else None
    return found if found and found.key == fact.key else None


async def _rows(uow: UnitOfWork, fact: Fact) -> Sequence[Raw]:
    return await uow.memory.raws.of([each.raw_id for each in await uow.memory.facts.evidence(fact.id)])
