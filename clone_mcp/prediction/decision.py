"""Whether an agent may act on an answer: the person's switches, their permissions, and the number that is sent.

Clients act on the number alone, so whatever forbids acting lowers the number that is sent, just below the threshold.
What an answer would set in motion is read by `stakes`, not here.
"""

from __future__ import annotations

import math
from dataclasses import replace
from uuid import UUID

from clone_mcp.errors import Invalid, NotFound
from clone_mcp.models.calibration import Standing, Switch
from clone_mcp.models.prediction import Candidate, CitedFact, Confidence, Decision, Question
from clone_mcp.ports import Storage, UnitOfWork
from clone_mcp.stakes.permission import Scored, granted, permissions

PAUSED = "Clone is paused: it answers nothing for the person until they resume it."
SHADOW = "Clone only watches (shadow mode): without that, this would have been answered automatically."


def with_threshold(question: Question, standing: Standing, usual: float | None) -> Question:
    """The question with the threshold to answer it by. Without a usual one the promise says it, and 1 until it can."""
    if not question.usual_threshold:
        return question
    if usual is None:
        kept = standing.promise.threshold if standing.promise else None
        usual = 1.0 if kept is None else kept
    return replace(question, threshold=usual, usual_threshold=False)


def pause_reason(question: Question, standing: Standing) -> str | None:
    """Why nothing is answered at all, if it isn't."""
    return PAUSED if standing.on(Switch.PAUSE, question.session_id) else None


def shadow_reason(question: Question, scored: Scored, standing: Standing, *, everywhere: bool) -> str | None:
    """Why this is only watched, if it would be acted on."""
    on = everywhere or standing.on(Switch.SHADOW, question.session_id)
    return SHADOW if on and any(sure >= question.threshold for _, sure in scored) else None


async def find_permissions(storage: Storage, tenant: UUID, question: Question, scored: Scored) -> tuple[CitedFact, ...]:
    """The confirmed facts that allow every grave answer that would be acted on, or none."""
    async with storage.begin(tenant, readonly=True) as uow:
        allowed = permissions(await uow.memory.facts.confirmed(), await _project(uow, question.session_id))
    return granted(allowed, question, scored)


async def _project(uow: UnitOfWork, session_id: str | None) -> str | None:
    if session_id is None:
        return None
    try:
        return (await uow.sessions.get(session_id)).project
    except NotFound:  # nothing was recorded of it
        return None


def decide(scored: Scored, *, threshold: float, capped: str | None) -> tuple[tuple[Candidate, ...], Decision]:
    """Candidates with the confidence to send, and the decision: auto exactly when the first reaches the threshold.

    `scored` pairs each guess with its calibrated confidence; `capped` says why acting is out of the question, if it is.
    """
    if capped and threshold <= 0:
        raise Invalid(
            f"With a threshold of 0 every answer would be acted on, and this one must not be: {capped}",
            hint="Send a threshold above 0.",
        )
    ceiling = math.nextafter(threshold, 0.0) if capped else 1.0
    candidates = tuple(
        Candidate(guess.response, Confidence(guess.score, calibrated, min(calibrated, ceiling)), guess.reasoning)
        for guess, calibrated in scored
    )
    sure = candidates[0].confidence.sent >= threshold
    return candidates, Decision.AUTO if sure else Decision.ESCALATED
