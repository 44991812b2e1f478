"""How the person decided on acts so far. What an answer decides, and how decisions add up, is in stakes/precedent.py.

Answers are counted by a job, once their session has gone quiet; recording has nothing to do with it. Whoever decides
meanwhile reads the newest answers that are not counted yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clone_mcp.models.act import CountableAnswer, DecidedAct, Precedent
from clone_mcp.models.calibration import VOUCHED
from clone_mcp.models.events import Job
from clone_mcp.models.prediction import Decision, Feedback, Kind, Outcome, Prediction
from clone_mcp.ports import Storage, UnitOfWork
from clone_mcp.stakes.precedent import NEWEST, decisions, precedent

PRECEDENTS = "precedents"
"""The kind of job that counts. A migration enqueues it for every tenant, under this name."""
COUNT = Job(PRECEDENTS, dedupe_key=PRECEDENTS)
_AT_ONCE = 100
"""Answers that are counted in one transaction, and by one job."""
_BREATH = 10
"""Answers that are read without letting others be served."""
_WAITING = 10
"""Answers that a decision reads which nobody has counted yet."""


class CountPrecedents:
    """One job counts so many answers, the newest first, and enqueues the next. Done twice, it changes nothing."""

    def __init__(self, storage: Storage, *, at_once: int = _AT_ONCE) -> None:
        self._storage = storage
        self._at_once = at_once

    async def __call__(self, tenant: UUID, payload: Mapping[str, Any] | None = None) -> int:
        """How many answers were counted. A payload with `again` has all of them counted anew."""
        if payload and payload.get("again"):
            await self._storage.once(tenant, lambda uow: uow.memory.precedents.recount())
        async with self._storage.begin(tenant, readonly=True) as uow:
            found = await uow.memory.precedents.uncounted(limit=self._at_once)
        read: list[tuple[str, Sequence[DecidedAct]]] = []
        for number, answer in enumerate(found):
            if number % _BREATH == _BREATH - 1:
                await asyncio.sleep(0)
            read.append((answer.id, decisions(answer)))
        if read:
            await self._storage.once(tenant, lambda uow: self._keep(uow, sorted(read)))
        return len(read)

    async def _keep(self, uow: UnitOfWork, read: Sequence[tuple[str, Sequence[DecidedAct]]]) -> None:
        for answer_id, decided in read:  # in order, like everybody who holds several
            await uow.memory.precedents.count(answer_id, decided)
        if len(read) == self._at_once:
            await uow.jobs.enqueue(COUNT)


@dataclass(frozen=True, slots=True)
class KnownDecisions:
    """What is kept of some keys, and the newest answers that are not counted yet."""

    decided: Sequence[DecidedAct] = ()
    uncounted: Sequence[CountableAnswer] = ()
    more: bool = False
    """Whether older ones are not counted either."""
    trusting: bool = False

    def precedents(self, keys: Sequence[str]) -> tuple[dict[str, Precedent], frozenset[str]]:
        """By key how the person decided; and of which keys that may not be the newest, so that nobody goes by it."""
        newly = [each for answer in self.uncounted for each in decisions(answer)]
        # A refusal among answers that are not counted is older than an approval among those that were read.
        sure = {each.key for each in newly if each.approved and (each.attested or self.trusting)}
        known = {key: precedent(key, [*self.decided, *newly], trusting=self.trusting) for key in keys}
        return known, frozenset(keys) - sure if self.more else frozenset()


async def known_decisions(uow: UnitOfWork, keys: Sequence[str], *, trusting: bool) -> KnownDecisions:
    """What a decision on acts of these keys has to read. `trusting`: claims count like what is attested."""
    decided = await uow.memory.precedents.decided(keys, claims=trusting, limit=NEWEST)
    uncounted = await uow.memory.precedents.uncounted(limit=_WAITING + 1)
    return KnownDecisions(decided, uncounted[:_WAITING], more=len(uncounted) > _WAITING, trusting=trusting)


async def settle(uow: UnitOfWork, prediction: Prediction, standing: Feedback) -> None:
    """An automatic answer that the person took back is a refusal of what it set in motion, for as long as that stands.

    Whether somebody went on is another thing: that they did not refuses nothing.
    """
    if prediction.decision is not Decision.AUTO or prediction.kind is not Kind.REPLY:
        return
    keys = sorted({act.key for act in prediction.acts if act.key})
    if not keys:
        return
    session_id, attested = prediction.question.session_id or "", standing.by in VOUCHED
    refusals = [
        DecidedAct(key, session_id, approved=False, refused=True, attested=attested, at=standing.at) for key in keys
    ]
    undone = standing.outcome is Outcome.REJECTED and standing.judges(prediction.decision)
    await uow.memory.precedents.take_back(prediction.id, refusals if undone else [])
