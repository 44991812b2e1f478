"""Would the person have the agent go on, or are they satisfied now?"""

from __future__ import annotations

from uuid import uuid4

from clone_mcp.access.scopes import require_writer
from clone_mcp.models.access import Caller
from clone_mcp.models.prediction import Guess, Kind, Prediction, Question
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.decision import decide
from clone_mcp.prediction.question import kept

NAME = "continuation-1"
GO_ON, STOP = "continue", "stop"

_LEARNED_AFTER = 20
# Half of all sessions with coding agents have four turns or more: three answers for each ending.
_PRIOR_ANSWERS, _PRIOR_ENDINGS = 3, 1


class PredictContinuation:
    """Tells how likely the person goes on, by how their sessions went so far."""

    def __init__(self, storage: Storage, clock: Clock, *, redact: bool) -> None:
        self._storage = storage
        self._clock = clock
        self._redact = redact

    async def __call__(self, caller: Caller, question: Question) -> Prediction:
        """The prediction, already stored; its first candidate is `continue` or `stop`.

        Raises Forbidden for a viewer.
        """
        require_writer(caller)
        began = self._clock.monotonic()
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            answers, endings = await uow.replies.endings()
        chance = (answers + _PRIOR_ANSWERS) / (answers + endings + _PRIOR_ANSWERS + _PRIOR_ENDINGS)
        abstained = None
        if endings == 0 or answers + endings < _LEARNED_AFTER:
            abstained = "Too little is known yet about when this person ends a session."
        reason = f"They answered {answers} times and ended {endings} sessions so far."
        best, score = (GO_ON, chance) if chance >= 0.5 else (STOP, 1 - chance)
        candidates, decision = decide(
            [(Guess(best, score, reason), score)], threshold=question.threshold, capped=abstained
        )
        prediction = Prediction(
            id=str(uuid4()),
            kind=Kind.CONTINUATION,
            question=question,
            candidates=candidates,
            decision=decision,
            abstained=abstained,
            stop_recommended=best == STOP,
            model=NAME,
            created_at=self._clock.now(),
            latency_ms=(self._clock.monotonic() - began) * 1000,
        )
        async with self._storage.begin(caller.tenant) as uow:
            await uow.predictions.add(kept(prediction, redacted=self._redact))
        return prediction
