"""What forbids acting on an answer, however sure it is: the person's switches, and what only they may authorise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clone_mcp.models.calibration import Standing, Switch
from clone_mcp.models.prediction import Guess, Question
from clone_mcp.stakes import consequences

PAUSED = "Clone is paused: it answers nothing for the person until they resume it."
SHADOW = "Clone only watches (shadow mode): without that, this would have been answered automatically."

Scored = Sequence[tuple[Guess, float]]
"""Guesses, each with its calibrated confidence."""


def asked(question: Question, standing: Standing, usual: float | None) -> Question:
    """The question with the threshold to answer it by. Without a usual one the promise says it, and 1 until it can."""
    if not question.usual_threshold:
        return question
    if usual is None:
        kept = standing.promise.threshold if standing.promise else None
        usual = 1.0 if kept is None else kept
    return replace(question, threshold=usual, usual_threshold=False)


def paused(question: Question, standing: Standing) -> str | None:
    """Why nothing is answered at all, if it isn't."""
    return PAUSED if standing.on(Switch.PAUSE, question.session_id) else None


def forbidden(question: Question, scored: Scored) -> str | None:
    """Why none of this may be acted on, if a guess that could be would authorise something grave."""
    for guess, sure in scored:
        if sure < question.threshold:
            continue
        for found in consequences(question.agent_input, guess.response, question.options):
            return f"It would authorise something {found.consequence}, which only the person may: {found.evidence}"
    return None


def shadowed(question: Question, scored: Scored, standing: Standing, *, everywhere: bool) -> str | None:
    """Why this is only watched, if it would be acted on."""
    on = everywhere or standing.on(Switch.SHADOW, question.session_id)
    return SHADOW if on and any(sure >= question.threshold for _, sure in scored) else None
