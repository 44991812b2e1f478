"""Would the person have the agent go on, or are they satisfied now?

Going on is an answer like every other: what the agent says it will do next stands behind the same gate as a reply's.
"""

from __future__ import annotations

from uuid import uuid4

from clone_mcp.models.access import Caller, require_writer
from clone_mcp.models.prediction import Guess, Kind, Prediction, Question
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.decision import decide, find_permissions, pause_reason, shadow_reason
from clone_mcp.prediction.grounding import going_on
from clone_mcp.prediction.materials import Gather, calibration
from clone_mcp.prediction.outcomes import GO_ON, STOP
from clone_mcp.prediction.predict import store
from clone_mcp.prediction.satisfaction import NAME, Satisfaction, Stopping
from clone_mcp.stakes.permission import forbidden

_UNKNOWN = "Too little is known yet about when this person ends a session."


class PredictContinuation:
    """Tells how likely the person goes on, by how they went on after messages like this one."""

    def __init__(
        self, storage: Storage, clock: Clock, *, redact: bool, gather: Gather | None = None, shadow: bool = False
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._redact = redact
        self._gather = gather or Gather(storage, clock)
        self._shadow = shadow
        self._stopping = Stopping()

    async def __call__(self, caller: Caller, question: Question) -> Prediction:
        """The prediction, already stored; its first candidate is `continue` or `stop`.

        Raises Forbidden for a viewer.
        """
        require_writer(caller)
        began = self._clock.monotonic()
        grounds = await self._gather.grounds(caller.tenant, [question])
        now, standing = self._clock.now(), grounds.standing
        known = self._stopping.satisfaction(question, grounds.history, standing.endings)
        best, score = (GO_ON, 1 - known.stop) if known.stop < 0.5 else (STOP, known.stop)
        scored = [(Guess(best, score, _reason(known)), calibration(standing)(NAME, score))]
        grave = forbidden(question, scored)
        allowed = await find_permissions(self._storage, caller.tenant, question, scored) if grave else ()
        reason = (
            pause_reason(question, standing)
            or (None if known.known else _UNKNOWN)
            or (None if allowed else grave)
            or going_on(question, scored, grounds.history, standing)
            or shadow_reason(question, scored, standing, everywhere=self._shadow)
        )
        candidates, decision = decide(scored, threshold=question.threshold, capped=reason)
        fit = standing.fits.get(NAME)
        prediction = Prediction(
            id=str(uuid4()),
            kind=Kind.CONTINUATION,
            question=question,
            candidates=candidates,
            decision=decision,
            abstained=reason,
            stop_recommended=best == STOP,
            model=NAME,
            created_at=now,
            latency_ms=(self._clock.monotonic() - began) * 1000,
            cited_facts=allowed,
            fit=fit.version if fit else None,
            grave=grave is not None if scored[0][1] >= question.threshold else None,
        )
        await self._storage.once(caller.tenant, lambda uow: store(uow, prediction, redacted=self._redact))
        return prediction


def _reason(known: Satisfaction) -> str:
    return f"After {known.messages} messages they stopped {known.stops} times. This one reads as `{known.kind}`."
