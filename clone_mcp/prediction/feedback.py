"""What became of a prediction."""

from __future__ import annotations

from dataclasses import dataclass

from clone_mcp.memory import decay
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Feedback, Kind, Outcome, Prediction
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.recording.ingest import reply_in
from clone_mcp.recording.reading.asked import question_in
from clone_mcp.recording.redaction import redact

_WEIGHT = {Scope.AGENT.value: 0, Scope.RECORDER.value: 1, Scope.OWNER.value: 1}


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome that stands after a report, and whether the report changed it."""

    prediction_id: str
    outcome: Outcome
    changed: bool
    learned: bool


class SubmitFeedback:
    """Keeps what a caller says the person did. Saying it again changes nothing; changing one's mind is kept as such."""

    def __init__(self, storage: Storage, clock: Clock, *, redact: bool) -> None:
        self._storage = storage
        self._clock = clock
        self._redact = redact

    async def __call__(self, caller: Caller, prediction_id: str, outcome: Outcome, actual: str | None) -> Settled:
        """Raises NotFound for a prediction that is unknown or somebody else's."""
        if actual is not None and self._redact:
            actual = redact(actual).text
        report = Feedback(prediction_id, outcome, actual, by=caller.scope, at=self._clock.now())
        async with self._storage.begin(caller.tenant) as uow:
            prediction, present = await uow.predictions.held(prediction_id)
            if present is not None and _same(present, report):
                return Settled(prediction_id, present.outcome, changed=False, learned=False)
            stands = present is None or _WEIGHT[report.by] >= _WEIGHT[present.by]
            await uow.predictions.settle(report, stands=stands)
            if stands:
                await decay.settle(uow, prediction, report)
            learned = stands and await _learn(uow, prediction, report)
        standing = report if stands or present is None else present
        return Settled(prediction_id, standing.outcome, changed=stands, learned=learned)


def _same(present: Feedback, report: Feedback) -> bool:
    return (present.outcome, present.actual_response, present.by) == (report.outcome, report.actual_response, report.by)


async def _learn(uow: UnitOfWork, prediction: Prediction, report: Feedback) -> bool:
    """What the person really typed is a reply of theirs. That a guess was accepted is not: Clone wrote it."""
    if report.actual_response is None or report.outcome is Outcome.ACCEPTED or prediction.kind is not Kind.REPLY:
        return False
    reply = reply_in(report.actual_response)
    if reply is None:
        return False
    return await uow.replies.learn_told(
        reply,
        source_id=prediction.id,
        session_id=prediction.question.session_id,
        question=question_in(prediction.question.agent_input),
        at=report.at,
    )
