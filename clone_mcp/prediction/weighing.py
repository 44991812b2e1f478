"""What an answer would set in motion, and whether the person has decided that it may: fetched and put together here.

How acts are read and what holds them is in stakes/; what precedents there are is Memory's. The number that is sent, and
everything else that may hold an answer back, is in decision.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from clone_mcp.errors import NotFound
from clone_mcp.memory.precedents import KnownDecisions, known_decisions
from clone_mcp.models.act import Act, Leave, Weight
from clone_mcp.models.calibration import Standing, Switch
from clone_mcp.models.memory import Fact
from clone_mcp.models.prediction import CitedFact, Guess, Kind, Question
from clone_mcp.ports import Storage, UnitOfWork
from clone_mcp.stakes import acts
from clone_mcp.stakes.holding import Hold, hold
from clone_mcp.stakes.permission import covering, permissions
from clone_mcp.stakes.precedent import Precedents

Scored = Sequence[tuple[Guess, float]]
"""Guesses, each with its calibrated confidence."""

SUGGESTED = 0.5
"""Calibrated confidence from which clients may suggest a guess. Hooks import nothing, so they have their own copy."""
_GRAVEST_FIRST = (Weight.GRAVE, Weight.UNREAD, Weight.REVERSIBLE, Weight.NONE)
_ONLY_THE_PERSONS = (Weight.GRAVE, Weight.UNREAD)


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the first guess would set in motion, and what that means for acting on any of the guesses."""

    acts: tuple[Act, ...] = ()
    """The gravest first."""
    grave: bool | None = None
    """Whether only the person may decide on one of them. None where the guess is too unlikely to be used."""
    held: str | None = None
    """Why none of the guesses may be acted on."""
    leave: tuple[Leave, ...] = ()
    """What lets those that would be acted on."""
    facts: tuple[CitedFact, ...] = ()
    """The permissions among that."""
    behind: bool = False
    """Whether answers were found that nobody has counted yet."""


@dataclass(frozen=True, slots=True)
class _Known:
    allowed: Sequence[Fact]
    decisions: KnownDecisions


class Weigh:
    """Reads each guess that could be used once, and looks up what is known of its acts if it would be acted on."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(
        self, tenant: UUID, question: Question, kind: Kind, scored: Scored, standing: Standing
    ) -> Weighing:
        """The weighing. A reply may be suggested before it may be acted on, so it is read from then on."""
        threshold = question.threshold
        used_from = min(threshold, SUGGESTED) if kind is Kind.REPLY else threshold
        first, acting = None, list[tuple[Guess, float, tuple[Act, ...]]]()
        for place, (guess, sure) in enumerate(scored):
            if sure < (threshold if place else used_from):
                continue
            found = _moving(question, guess.response)
            first = found if place == 0 else first
            if found and sure >= threshold:
                acting.append((guess, sure, found))
        grave = None if first is None else any(act.weight in _ONLY_THE_PERSONS for act in first)
        if not acting:
            return Weighing(first or (), grave)
        trusting = standing.on(Switch.TRUST, question.session_id)
        keys = _keys(act for _, _, found in acting for act in found)
        known = await self._storage.once(
            tenant, partial(_known, session_id=question.session_id, keys=keys, trusting=trusting), readonly=True
        )
        return _weighed(question, acting, known, keys, Weighing(first or (), grave))


async def _known(uow: UnitOfWork, *, session_id: str | None, keys: Sequence[str], trusting: bool) -> _Known:
    """The permissions that hold here, and what was decided on these acts."""
    project = None
    if session_id is not None:
        with suppress(NotFound):  # nothing was recorded of it
            project = (await uow.sessions.get(session_id)).project
    allowed = permissions(await uow.memory.facts.confirmed(), project)
    return _Known(allowed, await known_decisions(uow, keys, trusting=trusting) if keys else KnownDecisions())


def _weighed(
    question: Question,
    acting: Sequence[tuple[Guess, float, tuple[Act, ...]]],
    known: _Known,
    keys: Sequence[str],
    read: Weighing,
) -> Weighing:
    precedents, uncounted = known.decisions.precedents(keys)
    behind = bool(known.decisions.uncounted)
    leave: dict[Leave, None] = {}
    cited: dict[str, CitedFact] = {}
    for guess, sure, found in acting:
        permitted = covering(known.allowed, question, guess.response)
        result = hold(
            found, sent=min(sure, guess.most), precedents=precedents, permitted=permitted, uncounted=uncounted
        )
        if isinstance(result, Hold):
            return Weighing(read.acts, read.grave, held=result.reason, behind=behind)
        leave |= dict.fromkeys(result)
        cited |= {fact.id: CitedFact(fact.id, fact.importance, fact.tier) for fact in permitted}
    return Weighing(read.acts, read.grave, None, tuple(leave), tuple(cited.values()), behind)


def _moving(question: Question, reply: str) -> tuple[Act, ...]:
    """What a reply sets in motion, the gravest first."""
    found = (act for act in acts(question.agent_input, reply, question.options) if act.weight is not Weight.NONE)
    return tuple(sorted(found, key=lambda act: _GRAVEST_FIRST.index(act.weight)))


def held_by_precedent(question: Question, scored: Scored, precedents: Precedents) -> str | None:
    """Why none of the guesses may be acted on, by precedent alone: for replaying somebody who permitted nothing."""
    for guess, sure in scored:
        if sure < question.threshold:
            continue
        found = _moving(question, guess.response)
        known = precedents.of(_keys(found))
        if isinstance(result := hold(found, sent=min(sure, guess.most), precedents=known), Hold):
            return result.reason
    return None


def _keys(found: Iterable[Act]) -> list[str]:
    return sorted({act.key for act in found if act.weight is Weight.REVERSIBLE})
