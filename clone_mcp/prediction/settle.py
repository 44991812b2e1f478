"""Reads off what the person typed how earlier predictions came out."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from clone_mcp.models.events import IDLE
from clone_mcp.models.prediction import Feedback, Prediction
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.prediction.feedback import keep
from clone_mcp.prediction.outcomes import ObservedOutcome, Ruling, rule

WINDOW = timedelta(days=7)
"""What was recorded late is still read; what was asked before that stays as it is."""
_AT_ONCE = 20
_MOST = 10_000


class Settle:
    """Settles sessions: one when it is asked about again or has ended, all of them once a day."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def session(self, tenant: UUID, session_id: str) -> int:
        """Settle one session; say how many outcomes were told."""
        return await self._storage.once(tenant, lambda uow: settle(uow, session_id, now=self._clock.now()))

    async def __call__(self, tenant: UUID) -> int:
        """Settle every session, each in a transaction of its own."""
        since = self._clock.now() - WINDOW
        async with self._storage.begin(tenant, readonly=True) as uow:
            sessions = await uow.predictions.unclosed(since=since, limit=_MOST)
        return sum([await self.session(tenant, session) for session in sessions])


async def settle(uow: UnitOfWork, session_id: str, *, now: datetime) -> int:
    """Settle what can be settled of a session, in this transaction. Says how many outcomes were told.

    Two that settle the same session at once count everything once: the second finds it closed.
    """
    found = await uow.predictions.followed(session_id, since=now - WINDOW, idle_since=now - IDLE, limit=_AT_ONCE)
    predictions = [prediction for prediction, _ in found.predictions]
    told = 0
    stood: list[str] = []
    nothing: list[str] = []
    for place, (prediction, present) in enumerate(found.predictions):
        ruling = rule(prediction, found.turns, predictions[place + 1 :], now=now)
        if isinstance(ruling, ObservedOutcome):
            stands = await _tell(uow, prediction, present, ruling, now)
            told += stands
            if not stands:
                nothing.append(prediction.id)
        elif ruling is not Ruling.OPEN:
            (stood if ruling is Ruling.STOOD else nothing).append(prediction.id)
    for ids in (stood, nothing):
        if ids:
            await uow.predictions.close(ids, stood=ids is stood, at=now)
    return told


async def _tell(
    uow: UnitOfWork, prediction: Prediction, present: Feedback | None, told: ObservedOutcome, now: datetime
) -> bool:
    # What was typed is not copied: it is recorded, and goes when the person deletes it there.
    report = Feedback(prediction.id, told.outcome, None, told.channel.value, now, told.event_id)
    return await keep(uow, prediction, present, report)
