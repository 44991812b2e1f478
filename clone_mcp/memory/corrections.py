"""What the person did to memory by hand, each thing with its moment, so that it can be done again to a copy of memory.

Only what still stands: what was deleted or written over is gone for good, and is not brought back by looking at the
past. Facts and episodes themselves are not here: they are recomputed from what was said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import uuid4

from clone_mcp.memory.episodes import PERSON
from clone_mcp.memory.evidence import regrade
from clone_mcp.memory.statements import SESSION, State, vouched
from clone_mcp.models.memory import Episode, Fact, Layer, Raw, Ref, Tier
from clone_mcp.ports import Clock, UnitOfWork


class MomentClock:
    """A clock that shows one moment."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def monotonic(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Correction:
    """Something that the person did, and how it is done again."""

    at: datetime
    again: Callable[[UnitOfWork, Clock], Awaitable[None]]


async def corrections(uow: UnitOfWork) -> Sequence[Correction]:
    """Everything that the person did and that still stands, oldest first."""
    found: list[Correction] = []
    for fact in await uow.memory.facts.all():
        found += _of_fact(fact, await _statement(uow, fact))
    for episode, at in await uow.memory.episodes.written_by(PERSON):
        cited = await uow.memory.links.cited_by(Ref(Layer.EPISODE, episode.id))
        found.append(Correction(at, partial(_tell, episode, at, cited)))
    return sorted(found, key=lambda correction: correction.at)


async def _statement(uow: UnitOfWork, fact: Fact) -> Raw | None:
    """Where the person put the fact in the words that it has."""
    if fact.method != PERSON:
        return None
    evidence = await uow.memory.facts.evidence(fact.id)
    told = await uow.memory.raws.of([each.raw_id for each in evidence if each.session_id == SESSION])
    return next((raw for raw in told if raw.text == fact.text), None)


def _of_fact(fact: Fact, said: Raw | None) -> Iterator[Correction]:
    if said is not None:
        yield Correction(said.occurred_at, partial(_state, fact, said))
    confirmed = fact.confirmed_at
    if confirmed is not None and (said is None or confirmed > said.occurred_at):
        yield Correction(confirmed, partial(_confirm, fact.key, confirmed))


async def _state(fact: Fact, said: Raw, uow: UnitOfWork, _clock: Clock) -> None:
    """Put the fact in the person's words. Its tags may be later, so they stay out."""
    at = said.occurred_at
    known = await uow.memory.facts.by_key(fact.key)
    if known is None:
        known = Fact(str(uuid4()), fact.kind, fact.text, fact.key, 0.0, 0.0, Tier.CANDIDATE, PERSON, at, at)
    stated = replace(known, text=fact.text, method=PERSON, explicit=fact.explicit)
    # Confirmed then, unless it never was. What waits by now may have waited for nothing then.
    confirmed = fact.confirmed_at is not None or fact.gate is not None
    await vouched(uow, State(MomentClock(at), redact=False), stated, said, confirmed=confirmed)


async def _confirm(key: str, at: datetime, uow: UnitOfWork, clock: Clock) -> None:
    fact = await uow.memory.facts.by_key(key)
    if fact is None:
        return
    for review in await uow.memory.reviews.waiting():
        if review.fact_id == fact.id:
            await uow.memory.reviews.drop(review.id)
    fact = replace(fact, gate=None, confirmed_at=at)
    await uow.memory.facts.put(fact)
    await regrade(uow, fact, clock)


async def _tell(episode: Episode, at: datetime, cited: Sequence[Ref], uow: UnitOfWork, _clock: Clock) -> None:
    """Put an episode in the person's words: one of a session in its place, another with what they said of it."""
    if episode.session_id is None:
        await uow.memory.episodes.put(replace(episode, tags=()), at)
        await uow.memory.links.cite(Ref(Layer.EPISODE, episode.id), cited)
        return
    for known in await uow.memory.episodes.of([episode.id]):
        told = replace(known, summary=episode.summary, method=PERSON, sketch=episode.sketch)
        await uow.memory.episodes.put(told, at)
