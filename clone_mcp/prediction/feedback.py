"""What became of a prediction: as somebody reports it, or as it is read off what the person typed next.

What the person's words say of a prediction is decided in outcomes.py. Here outcomes are kept, and the stronger one
stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clone_mcp.language.choices import spelled
from clone_mcp.language.question_trace import question_in
from clone_mcp.language.wrapped import said_last
from clone_mcp.memory import evidence, precedents, standing
from clone_mcp.models.access import Caller, require_writer
from clone_mcp.models.calibration import OutcomeSource, told_by
from clone_mcp.models.events import IDLE
from clone_mcp.models.prediction import Feedback, Kind, Outcome, Prediction
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.prediction.outcomes import ObservedOutcome, Ruling, reported, rule
from clone_mcp.recording.ingest import reply_in
from clone_mcp.recording.redaction import redact

WINDOW = timedelta(days=7)
"""What was recorded late is still read; what was asked before that stays as it is."""
_AT_ONCE = 20
"""Predictions of a session that are settled in one transaction."""
_MOST = 10_000
"""Sessions that are settled in one run."""
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
        """Keep a report. One that brings what the person typed is judged by that, whatever it says. Blanks are nothing.

        Raises NotFound for a prediction that is unknown or somebody else's, Forbidden for a viewer.
        """
        require_writer(caller)
        actual = actual if actual and actual.strip() else None
        if actual is not None and self._redact:
            actual = redact(actual).text
        async with self._storage.begin(caller.tenant) as uow:
            prediction, present = await uow.predictions.held(prediction_id)
            known = reported(prediction, outcome, actual)
            report = Feedback(prediction_id, known, actual, by=caller.scope, at=self._clock.now())
            if present is not None and _same(present, report):
                return SettledOutcome(prediction_id, present.outcome, changed=False, learned=False)
            stands = await keep(uow, prediction, present, report)
            # That a guess was accepted teaches no reply: Clone wrote it.
            learned = stands and outcome is not Outcome.ACCEPTED and await _learn(uow, prediction, report)
        standing = report if stands or present is None else present
        return SettledOutcome(prediction_id, standing.outcome, changed=stands, learned=learned)


async def keep(uow: UnitOfWork, prediction: Prediction, present: Feedback | None, report: Feedback) -> bool:
    """Keep a report of a prediction that is held. If it stands from now on, the cited facts follow it."""
    stands = present is None or _replaces(prediction, present, report)
    await uow.predictions.settle(report, stands=stands)
    if stands:
        await evidence.settle(uow, prediction, report)
        await precedents.settle(uow, prediction, report)
        await standing.settle(uow, prediction, report)
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
    """What the person really typed is a reply of theirs, also where it comes to the guess in other words."""
    if report.actual_response is None or prediction.kind is not Kind.REPLY:
        return False
    reply = reply_in(report.actual_response)
    if reply is None:
        return False
    return await uow.replies.learn_told(
        reply,
        source_id=prediction.id,
        session_id=prediction.question.session_id,
        question=question_in(spelled(said_last(prediction.question.agent_input), prediction.question.options)),
        at=report.at,
        attested=told_by(report.by) is OutcomeSource.PERSON,
    )


class Settle:
    """Settles sessions: one when it is asked about again or has ended, all of them once a day."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def session(self, tenant: UUID, session_id: str) -> int:
        """Settle one session; say how many outcomes were told."""
        return await self._storage.once(tenant, lambda uow: settle(uow, session_id, now=self._clock.now()))

    async def __call__(self, tenant: UUID) -> int:
        """Settle every session, each in a transaction of its own."""
        since = self._clock.now() - WINDOW
        async with self._storage.begin(tenant, readonly=True) as uow:
            sessions = await uow.predictions.unclosed(since=since, limit=_MOST)
        return sum([await self.session(tenant, session) for session in sessions])


async def settle(uow: UnitOfWork, session_id: str, *, now: datetime) -> int:
    """Settle what can be settled of a session, in this transaction. Says how many outcomes were told.

    Two that settle the same session at once count everything once: the second finds it closed.
    """
    found = await uow.predictions.followed(session_id, since=now - WINDOW, idle_since=now - IDLE, limit=_AT_ONCE)
    predictions = [prediction for prediction, _ in found.predictions]
    told = 0
    ruled: dict[Ruling, list[str]] = {ruling: [] for ruling in Ruling}
    for place, (prediction, present) in enumerate(found.predictions):
        ruling = rule(prediction, found.turns, predictions[place + 1 :], now=now)
        if isinstance(ruling, ObservedOutcome):
            # What was typed is not copied: it is recorded, and goes when the person deletes it there.
            report = Feedback(prediction.id, ruling.outcome, None, ruling.channel.value, now, ruling.event_id)
            if await keep(uow, prediction, present, report):
                told += 1
                continue
            ruling = Ruling.NOTHING
        ruled[ruling].append(prediction.id)
    for ruling in (Ruling.STOOD, Ruling.NOTHING):
        if ruled[ruling]:
            await uow.predictions.close(ruled[ruling], stood=ruling is Ruling.STOOD, at=now)
    return told
