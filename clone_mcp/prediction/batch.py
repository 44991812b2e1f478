"""Many questions at once, which share what is known of the person."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from clone_mcp.errors import CloneError, TooLarge
from clone_mcp.models.access import Caller, require_writer
from clone_mcp.models.prediction import Prediction, Question
from clone_mcp.ports import Clock, Materials
from clone_mcp.prediction.predict import Predict

MOST = 100
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class FailedQuestion:
    """A question that got no answer, and why."""

    error: CloneError


class PredictBatch:
    """Answers up to a hundred questions over one bundle, a few of them at a time."""

    def __init__(self, clock: Clock, predict: Predict) -> None:
        self._clock = clock
        self._predict = predict

    async def __call__(self, caller: Caller, questions: Sequence[Question]) -> list[Prediction | FailedQuestion]:
        """An answer for each question, in their order. One that fails leaves the others alone.

        Raises TooLarge, and Forbidden for a viewer.
        """
        require_writer(caller)
        if len(questions) > MOST:
            raise TooLarge(f"A batch holds at most {MOST} questions.", hint="Send several batches.")
        if not questions:
            return []
        materials = await self._predict.gather(caller.tenant, questions)
        turns = asyncio.Semaphore(AT_ONCE)

        async def answer(question: Question, known: Materials) -> Prediction | FailedQuestion:
            async with turns:
                try:
                    return await self._predict.answer(caller, question, known, began=self._clock.monotonic())
                except CloneError as exc:
                    return FailedQuestion(exc)

        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(answer(*each)) for each in zip(questions, materials, strict=True)]
        return [each.result() for each in asked]
