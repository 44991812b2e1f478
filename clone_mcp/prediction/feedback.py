"""What became of a prediction, as somebody reports it."""

from __future__ import annotations

from dataclasses import dataclass

from clone_mcp.language.question_trace import question_in
from clone_mcp.memory import evidence
from clone_mcp.models.access import Caller, require_writer
from clone_mcp.models.calibration import OutcomeSource, told_by
from clone_mcp.models.prediction import Feedback, Kind, Outcome, Prediction
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.recording.ingest import reply_in
from clone_mcp.recording.redaction import redact

_WEAKEST_FIRST = tuple(reversed(OutcomeSource))


@dataclass(frozen=True, slots=True)
class SettledOutcome:
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

    async def __call__(
        self, caller: Caller, prediction_id: str, outcome: Outcome, actual: str | None
    ) -> SettledOutcome:
        """Raises NotFound for a prediction that is unknown or somebody else's, Forbidden for a viewer."""
        require_writer(caller)
        if actual is not None and self._redact:
            actual = redact(actual).text
        report = Feedback(prediction_id, outcome, actual, by=caller.scope, at=self._clock.now())
        async with self._storage.begin(caller.tenant) as uow:
            prediction, present = await uow.predictions.held(prediction_id)
            if present is not None and _same(present, report):
                return SettledOutcome(prediction_id, present.outcome, changed=False, learned=False)
            stands = await keep(uow, prediction, present, report)
            learned = stands and await _learn(uow, prediction, report)
        standing = report if stands or present is None else present
        return SettledOutcome(prediction_id, standing.outcome, changed=stands, learned=learned)


async def keep(uow: UnitOfWork, prediction: Prediction, present: Feedback | None, report: Feedback) -> bool:
    """Keep a report of a prediction that is held. If it stands from now on, the cited facts follow it."""
    stands = present is None or _replaces(prediction, present, report)
    await uow.predictions.settle(report, stands=stands)
    if stands:
        await evidence.settle(uow, prediction, report)
    return stands


def _replaces(prediction: Prediction, present: Feedback, report: Feedback) -> bool:
    """By precedence. What the person typed and a report that judges nothing do not contradict each other."""
    judged, judges = present.judges(prediction.decision), report.judges(prediction.decision)
    if judged is not judges and (present.implicit or report.implicit):
        return judges
    return _WEAKEST_FIRST.index(told_by(report.by)) >= _WEAKEST_FIRST.index(told_by(present.by))


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
        attested=told_by(report.by) is OutcomeSource.PERSON,
    )
