"""The headline: what would the person type now?"""

from __future__ import annotations

from uuid import uuid4

from clone_mcp.models.access import Caller
from clone_mcp.models.prediction import Kind, Prediction, Question
from clone_mcp.ports import Clock, Predictor, Storage
from clone_mcp.prediction.decision import decide
from clone_mcp.prediction.question import kept

PHRASES = 150
ANSWERS = 300


class Predict:
    """Answers a question and stores the answer."""

    def __init__(self, storage: Storage, clock: Clock, predictor: Predictor, *, redact: bool) -> None:
        self._storage = storage
        self._clock = clock
        self._predictor = predictor
        self._redact = redact

    async def __call__(self, caller: Caller, question: Question) -> Prediction:
        """The prediction, already stored. Raises Invalid for a threshold that can't be honoured."""
        began = self._clock.monotonic()
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            history = await uow.replies.history(phrases=PHRASES, answers=ANSWERS)
        now = self._clock.now()
        proposal = await self._predictor.propose(question, history, now=now)
        candidates, decision = decide(
            [(guess, guess.score) for guess in proposal.guesses],
            threshold=question.threshold,
            capped=proposal.abstained,
        )
        prediction = Prediction(
            id=str(uuid4()),
            kind=Kind.REPLY,
            question=question,
            candidates=candidates,
            decision=decision,
            abstained=proposal.abstained,
            stop_recommended=proposal.stop_recommended,
            model=self._predictor.name,
            created_at=now,
            latency_ms=(self._clock.monotonic() - began) * 1000,
        )
        async with self._storage.begin(caller.tenant) as uow:
            await uow.predictions.add(kept(prediction, redacted=self._redact))
        return prediction
