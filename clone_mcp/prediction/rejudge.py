"""Judges stored outcomes again, once, after an upgrade: earlier versions took alike words for the same answer.

An outcome is judged again where both texts are still there: what was predicted, and what the person typed. Others stay
as they are. What an outcome gave a fact, or took, follows it, and afterwards the fits are made anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from clone_mcp.errors import NotFound
from clone_mcp.language.pasted import own_words
from clone_mcp.memory import evidence
from clone_mcp.models.access import Scope
from clone_mcp.models.events import Job
from clone_mcp.models.prediction import Decision, Feedback, Kind, Outcome, Prediction
from clone_mcp.models.text import DELETED
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.prediction.calibrate import CALIBRATE
from clone_mcp.prediction.outcomes import judged, reported, undoes

REJUDGE = "rejudge"
"""The kind of job that does this. A migration enqueues it for every tenant, under this name."""
_AT_ONCE = 100
"""Outcomes that are judged in one transaction, and by one job."""


class Rejudge:
    """One job judges so many outcomes and enqueues the next, in one transaction. The last one asks for new fits.

    What was judged by meaning comes out the same again, so a job that is done twice changes nothing.
    """

    def __init__(self, storage: Storage, clock: Clock, *, at_once: int = _AT_ONCE) -> None:
        self._storage = storage
        self._clock = clock
        self._at_once = at_once

    async def __call__(self, tenant: UUID, payload: dict[str, Any]) -> None:
        """Judge the outcomes of the predictions whose ids follow the one that the payload names."""
        after = str(payload.get("after", ""))
        await self._storage.once(tenant, lambda uow: self._batch(uow, after))

    async def _batch(self, uow: UnitOfWork, after: str) -> None:
        found = await uow.predictions.judged(after=after, limit=self._at_once)
        for prediction_id in found:
            await self._one(uow, prediction_id)
        if len(found) == self._at_once:
            job = Job(REJUDGE, {"after": found[-1]}, dedupe_key=REJUDGE)
        else:
            job = Job(CALIBRATE, dedupe_key=CALIBRATE)
        await uow.jobs.enqueue(job)

    async def _one(self, uow: UnitOfWork, prediction_id: str) -> None:
        prediction, stands = await uow.predictions.held(prediction_id)
        if stands is None or prediction.kind is not Kind.REPLY:
            return
        reply = await _typed(uow, stands)
        if not reply or DELETED in reply or DELETED in prediction.top.response:
            return
        outcome = _again(prediction, stands, reply)
        if outcome is not stands.outcome:
            again = replace(stands, outcome=outcome)
            await uow.predictions.settle(again, stands=True)  # as of then, so that it is as old a label as it was
            await evidence.settle(uow, prediction, replace(again, at=self._clock.now()))


async def _typed(uow: UnitOfWork, stands: Feedback) -> str:
    """What the person typed; empty where that is not known, or no longer."""
    if not stands.implicit:
        return stands.actual_response or ""
    reports = await uow.predictions.reports(stands.prediction_id)
    prompt_id = next((each.event_id for each in reports if (each.by, each.at) == (stands.by, stands.at)), None)
    if prompt_id is None:
        return ""
    try:
        event = await uow.events.get(prompt_id)
    except NotFound:  # deleted since
        return ""
    prompt = event.payload.get("prompt")
    return own_words(prompt) if isinstance(prompt, str) else ""


def _again(prediction: Prediction, stands: Feedback, reply: str) -> Outcome:
    if stands.implicit:
        # An answer that went out was not compared: taking it back is what rejected it.
        taken_back = prediction.decision is Decision.AUTO and undoes(reply)
        return stands.outcome if taken_back else judged(prediction, reply)
    if stands.by == Scope.RECORDER:
        # Hooks reported so, and called edited what shared half of its words: no word of the person's.
        return judged(prediction, own_words(reply) or reply)
    return reported(prediction, stands.outcome, reply)
