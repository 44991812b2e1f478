"""Judges stored outcomes again, once, after an upgrade: earlier versions took alike words for the same answer.

An outcome is judged again where both texts are still there: what was predicted, and what the person typed. Where they
are not, an outcome that went by resemblance is marked as such: it is no label, and moves no fact. What outcomes gave
the cited facts, or took, follows, and at the end the fits are made anew. How outcomes are judged stands in outcomes.py.
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
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.prediction.calibrate import CALIBRATE
from clone_mcp.prediction.outcomes import judgeable, judged, reported, undoes

REJUDGE = "rejudge"
"""The kind of job that does this. A migration enqueues it for every tenant, under this name."""
_AT_ONCE = 100
"""Outcomes that are judged in one transaction, and by one job."""


class Rejudge:
    """One job judges so many outcomes and enqueues the next, in one transaction. The last one asks for new fits.

    What was looked at is marked, so that a job that is killed or done twice does harm to nothing.
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
        found = await uow.predictions.outdated(after=after, limit=self._at_once)
        for prediction_id in found:
            await self._one(uow, prediction_id)
        if len(found) == self._at_once:
            job = Job(REJUDGE, {"after": found[-1]}, dedupe_key=REJUDGE)
        else:
            job = Job(CALIBRATE, dedupe_key=CALIBRATE)
        await uow.jobs.enqueue(job)

    async def _one(self, uow: UnitOfWork, prediction_id: str) -> None:
        prediction, stands = await uow.predictions.held(prediction_id)
        if stands is None:
            return
        outcome = await _again(uow, prediction, stands)
        again = replace(stands, outcome=outcome or stands.outcome, by_meaning=outcome is not None)
        await uow.predictions.rejudge(again)  # told when it was told, so that it is as old a label as it was
        if outcome is not stands.outcome:
            await evidence.settle(uow, prediction, replace(again, at=self._clock.now()))


async def _again(uow: UnitOfWork, prediction: Prediction, stands: Feedback) -> Outcome | None:
    """What an outcome comes to by meaning. None where all that is known is how alike the words were."""
    if prediction.kind is not Kind.REPLY:
        return stands.outcome  # whether somebody went on was never a matter of words
    if stands.implicit:
        reply = await _typed(uow, stands)
        if not reply or not judgeable(prediction, reply):
            return None
        # An answer that went out was not compared: taking it back is what rejected it.
        taken_back = prediction.decision is Decision.AUTO and undoes(reply)
        return stands.outcome if taken_back else judged(prediction, reply)
    actual = stands.actual_response
    if stands.by == Scope.RECORDER and actual and not judgeable(prediction, actual):
        # Hooks called accepted what was equal, and went by shared words for the rest.
        return stands.outcome if stands.outcome is Outcome.ACCEPTED else None
    return reported(prediction, stands.outcome, actual)


async def _typed(uow: UnitOfWork, stands: Feedback) -> str:
    """What the person typed; empty where that is not known, or no longer."""
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
