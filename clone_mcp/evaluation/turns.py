"""Turns: what people typed to agents. Each reply to an agent is a question that the predictor answers beforehand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from clone_mcp.evaluation.conversations import Exchange, LastTurns, Turn, listed_turns
from clone_mcp.evaluation.people import THRESHOLD, Answering, Scored
from clone_mcp.evaluation.replay import Attempt, Fits, PredictorAttempts, replay
from clone_mcp.evaluation.report import Result


def questions(turns: Sequence[Turn]) -> int:
    """How many there are."""
    last = LastTurns()
    return sum(last.question_before(turn) is not None for turn in turns)


async def answer_turns(answering: Answering, person: str, turns: Sequence[Turn]) -> AsyncIterator[Scored[Result]]:
    """Every question of one person, in order of time."""
    source = _Surviving(answering, person)
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


class _Surviving:
    """Attempts that go on after a failure of the model, a few times."""

    def __init__(self, answering: Answering, person: str) -> None:
        self._answering = answering
        self._source = PredictorAttempts(answering.predictor(person), threshold=THRESHOLD, model=answering.model)

    async def attempt(self, exchange: Exchange, fits: Fits, /) -> Attempt | None:
        if self._answering.stopped is not None:
            return None
        made = await self._answering.answer(
            self._source.attempt(exchange, fits), told=lambda attempt: (attempt.degraded, attempt.usage)
        )
        return made or Attempt(exchange, None)
