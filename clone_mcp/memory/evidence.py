"""What a fact stands on: how evidence grades it, what speaks against it, and what is left when some of that goes.

Also what outcomes do to the facts that predictions cited. Where facts come from is in `facts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import exp
from uuid import uuid4

from clone_mcp.language.claim_keys import opposite
from clone_mcp.language.question_trace import unpacked
from clone_mcp.memory.claims import claims, contradicts
from clone_mcp.memory.episodes import PERSON, RULES
from clone_mcp.memory.habits import SESSIONS, commonest, habit, habit_key, recurring
from clone_mcp.memory.profile import recompile, strike
from clone_mcp.memory.sameness import HABIT, same_fact
from clone_mcp.models.calibration import VOUCHED
from clone_mcp.models.events import Author, Channel
from clone_mcp.models.memory import Claim, Evidence, Fact, Gate, Layer, Raw, Review, Tier
from clone_mcp.models.prediction import Feedback, Outcome, Prediction
from clone_mcp.ports import Clock, UnitOfWork

METHOD = f"{RULES}2"
"""Named in every fact that our rules find. Facts of an earlier version are looked at again: see `facts`."""
CANDIDATE_DAYS = 14
"""A candidate that no further evidence reaches for so long is discarded."""

# The numbers below are what docs/explanation/memory.md promises.
GUARDED = 0.85
"""A fact this important is not contradicted without asking the person."""
CONFIRMED = 0.9
"""The least base importance of what the person has confirmed."""

_STRONG_REPEATS = 5
_STRONG_SESSIONS = 2
_STRONG_FROM, _STRONG_TO = 0.9, 0.98
_TENTATIVE_FROM, _TENTATIVE_TO = 0.4, 0.6
_EXPLICIT_FROM = 0.5
"""Where a tentative fact begins that the person put as a rule: nobody has to say that twice."""
_CANDIDATE = 0.2
_PER_REPEAT = 0.05
_PATIENCE = 20
"""How many rows beyond the fifth it takes to come two thirds of the way to the top."""
_ACCEPTED = 0.04
_REJECTED = -0.08
"""What an outcome gives each cited fact, or takes: a mistake weighs as much as two successes."""


def grade(evidence: Sequence[Evidence], *, explicit: bool, contradicted: bool) -> tuple[Tier, float]:
    """The tier and base importance of a claim. The same row counts once, however often it is cited.

    Only attested rows can make a claim strong. `contradicted` means that other evidence speaks against it.
    """
    rows = {row.raw_id: row for row in evidence}.values()
    attested = [row for row in rows if row.channel is Channel.ATTESTED]
    sessions = {row.session_id for row in attested}
    if len(attested) >= _STRONG_REPEATS and len(sessions) >= _STRONG_SESSIONS and not contradicted:
        return Tier.STRONG, _strong(len(attested))
    if len(rows) >= 2 or (rows and explicit):
        return Tier.TENTATIVE, _tentative(len(rows), explicit=explicit, contradicted=contradicted)
    return Tier.CANDIDATE, _CANDIDATE if rows else 0.0


def _strong(repeats: int) -> float:
    grown = 1 - exp(-(repeats - _STRONG_REPEATS) / _PATIENCE)
    return round(_STRONG_FROM + (_STRONG_TO - _STRONG_FROM) * grown, 4)


def _tentative(repeats: int, *, explicit: bool, contradicted: bool) -> float:
    if contradicted:
        return _TENTATIVE_FROM
    start, first = (_EXPLICIT_FROM, 1) if explicit else (_TENTATIVE_FROM, 2)
    return round(min(_TENTATIVE_TO, start + _PER_REPEAT * (repeats - first)), 4)


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
    claim, others = as_claim(fact), await uow.memory.facts.all()
    return [other for other in others if other.id != fact.id and other.gate is None and contradicts(claim, other)]


def as_claim(fact: Fact) -> Claim:
    """The fact as a claim, to be compared with other facts."""
    return Claim(fact.kind, fact.text, fact.key, (), opposes=opposite(fact.key), project=fact.project)


def guarded(facts: Iterable[Fact]) -> Fact | None:
    """The first of the facts that may not be contradicted without asking the person."""
    return next((fact for fact in facts if fact.importance >= GUARDED and fact.gate is None), None)


async def release(uow: UnitOfWork, gone: Sequence[Fact], clock: Clock) -> None:
    """Facts are gone or say something else now: what they spoke against counts for what it is worth again.

    A question which of two is true is answered when only one of them is left.
    """
    for fact in await uow.memory.facts.all():
        if fact.gate is None and any(contradicts(as_claim(fact), other) for other in gone):
            await regrade(uow, fact, clock)
    for review in await uow.memory.reviews.waiting():
        if review.gate is not Gate.CONTRADICTION:
            continue
        fact = await uow.memory.facts.get(review.fact_id)
        rival = guarded(await rivals_of(uow, fact))
        if rival is not None and rival.id == review.other_fact_id:
            continue
        await uow.memory.reviews.drop(review.id)
        if rival is not None:
            await uow.memory.reviews.ask(Review(str(uuid4()), review.gate, fact.id, rival.id, review.asked_at))
            continue
        # What the person put in words themselves waited for nothing else.
        confirmed = clock.now() if fact.method == PERSON else fact.confirmed_at
        freed = replace(fact, gate=None, confirmed_at=confirmed)
        await uow.memory.facts.put(freed)
        await regrade(uow, freed, clock)


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
    wordings = {claim.key for claim in claims(rows) if same_fact(claim, [fact])}
    if is_habit(fact):
        wordings |= {habit_key(row.text) for row in rows}
    return sorted({fact.key, *wordings, *(evidence_tombstone(row.id) for row in rows)})


def evidence_tombstone(raw_id: str) -> str:
    """The name under which a row is buried that a deleted fact rested on. No key looks like it."""
    return f"behind {raw_id}"


async def still_supported(uow: UnitOfWork, fact: Fact, gone: set[str]) -> Fact | None:
    """The fact as the evidence that is not `gone` has it: in words that are still there. None if nothing says it."""
    rows = [row for row in await _rows(uow, fact) if row.id not in gone]
    if fact.method == PERSON:
        return fact if any(row.text == fact.text for row in rows) else None
    if not fact.method.startswith(RULES):
        # A model may have drawn on exactly the rows that are gone. It will say it again if the rest bears it out.
        return None
    claim = _claim(fact, rows)
    return replace(fact, text=claim.text, explicit=claim.explicit) if claim else None


def _claim(fact: Fact, rows: Sequence[Raw]) -> Claim | None:
    for claim in claims(rows):
        if same_fact(claim, [fact]):
            return claim
    return habit_of(rows) if is_habit(fact) else None


def habit_of(rows: Sequence[Raw]) -> Claim | None:
    """What rows that were found to be a habit still show. Once, or in one session, is none."""
    typed = [row for row in rows if row.author is Author.PERSON]
    return habit(commonest(typed), typed) if len({row.session_id for row in typed}) >= SESSIONS else None


async def retold(uow: UnitOfWork, fact: Fact) -> Fact:
    """A habit in the wordings that its rows have by now."""
    if fact.method != METHOD or not is_habit(fact):
        return fact
    found = habit_of(await _rows(uow, fact))
    if found is None or found.text == fact.text:
        return fact
    await strike(uow, fact.text, instead=found.text)
    return replace(fact, text=found.text)


async def answering(uow: UnitOfWork, rows: Sequence[Raw]) -> list[Raw]:
    """Those of the rows that make a habit, by the questions that they answered."""
    questions = await uow.memory.raws.questions([row.id for row in rows])
    return recurring(rows, {row_id: unpacked(question).kind for row_id, question in questions.items()})


def is_habit(fact: Fact) -> bool:
    """Whether the fact says what replies show, not what the person states."""
    return fact.key.startswith(f"{HABIT} ")


async def _rows(uow: UnitOfWork, fact: Fact) -> Sequence[Raw]:
    return await uow.memory.raws.of([each.raw_id for each in await uow.memory.facts.evidence(fact.id)])


def _given(prediction: Prediction, standing: Feedback) -> float:
    """What the standing outcome gives each cited fact, or takes. Edits say nothing either way."""
    match standing.outcome:
        case Outcome.ACCEPTED if standing.by_meaning:
            return _ACCEPTED
        case Outcome.REJECTED if standing.judges(prediction.decision):
            return _REJECTED
        case _:
            return 0.0


async def settle(uow: UnitOfWork, prediction: Prediction, standing: Feedback) -> None:
    """Bring the cited facts in line with the standing outcome, whatever stood before."""
    ids = sorted({fact.id for fact in prediction.cited_facts})
    if not ids:
        return
    await uow.memory.alone()
    facts = await uow.memory.facts.of(ids)
    before = {fact.id: fact.usable for fact in facts}
    given = _given(prediction, standing)
    for fact in facts:
        # What the person confirmed may let agents act, so their praise must not outweigh the person's own refusals.
        praised = given > 0 and fact.confirmed_at is not None and standing.by not in VOUCHED
        await uow.memory.facts.decayed(prediction.id, fact.id, 0.0 if praised else given)
    after = {fact.id: fact.usable for fact in await uow.memory.facts.of(ids)}
    if before != after:  # what is archived must not go on in the soul card until tomorrow
        await recompile(uow, standing.at)
