"""Turns: what people typed to agents.

Each reply to an agent is a question that the predictor answers beforehand. Conversations are taken apart in
conversations.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from clone_mcp.evaluation.conversations import LastTurns, Turn, listed_turns
from clone_mcp.evaluation.paid import PaidAttempts
from clone_mcp.evaluation.people import THRESHOLD, Answering, Scored
from clone_mcp.evaluation.replay import Attempt, PredictorAttempts, replay
from clone_mcp.evaluation.report import Result


def questions(turns: Sequence[Turn]) -> int:
    """How many there are."""
    last = LastTurns()
    return sum(last.question_before(turn) is not None for turn in turns)


async def answer_turns(answering: Answering, person: str, turns: Sequence[Turn]) -> AsyncIterator[Scored[Result]]:
    """Every question of one person, in order of time."""
    made_now = PredictorAttempts(answering.predictor(person), threshold=THRESHOLD, model=answering.model)
    source = PaidAttempts(made_now, answering.limits)
    async for attempt in replay(listed_turns(turns), source, with_rows=answering.model is not None):
        if attempt.result is not None:
            yield Scored(line(attempt), attempt.result)


def line(attempt: Attempt) -> dict[str, Any]:
    """One answer as a scorer reads it. `confidence` is the calibrated one."""
    reply = attempt.exchange.reply
    return {
        "session_id": reply.session_id,
        "turn_index": reply.index,
        "confidence": attempt.guesses[0][1],
        "candidates": [{"response": guess.response, "confidence": calibrated} for guess, calibrated in attempt.guesses],
    }
