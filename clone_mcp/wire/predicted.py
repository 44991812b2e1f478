"""Predictions as they are kept, on the wire: one with its history, a list of them, and how they came true."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from clone_mcp.models.events import Moment
from clone_mcp.models.prediction import Decision, Feedback, Kind, Outcome, Prediction, PredictionFilter
from clone_mcp.wire.bodies import Query
from clone_mcp.wire.figures import Figures
from clone_mcp.wire.pages import PageQuery, Reply
from clone_mcp.wire.questions import PredictedReply, predicted_reply

State = Literal["auto", "escalated", "accepted", "edited", "rejected"]


class PredictionsQuery(PageQuery):
    status: State | None = Field(default=None, description="As the prediction stands now.")
    agent: Annotated[str, Field(max_length=512)] | None = None
    session_id: Annotated[str, Field(max_length=512)] | None = None
    since: Moment | None = Field(default=None, description="Made from then on.")
    until: Moment | None = Field(default=None, description="Made before then.")

    def sought(self) -> PredictionFilter:
        decided = self.status in ("auto", "escalated")
        return PredictionFilter(
            outcome=Outcome(self.status) if self.status and not decided else None,
            decision=Decision(self.status) if decided else None,
            agent=self.agent,
            session_id=self.session_id,
            since=self.since,
            until=self.until,
        )


class StatsQuery(Query):
    since: Moment | None = Field(default=None, description="Made from then on.")


class ReportReply(Reply):
    """What somebody said became of it."""

    status: Outcome
    actual_response: str | None
    by: str = Field(description="The scope of the key that reported it.")
    at: datetime


class KeptPrediction(PredictedReply):
    """A prediction as it is kept."""

    status: State = Field(description="What became of it, or what was decided while that is not known.")  # type: ignore[reportIncompatibleVariableOverride]
    kind: Kind
    decision: Decision
    agent: str
    agent_input: str = Field(description="The end of it, without secrets.")
    options: list[str]
    session_id: str | None
    created_at: datetime
    acted_at: datetime | None = Field(description="When an agent was told to go on by itself.")
    outcome: ReportReply | None = Field(description="The report that stands.")


class PredictionDetail(KeptPrediction):
    """A prediction with its audit trail."""

    snapshot: Figures = Field(description="Ids and versions of what the predictor was shown.")
    feedback: list[ReportReply] = Field(description="Every report, oldest first.")


def kept_prediction(prediction: Prediction, outcome: Feedback | None) -> KeptPrediction:
    """A prediction and what became of it."""
    return KeptPrediction(**_kept(prediction, outcome))


def prediction_detail(prediction: Prediction, outcome: Feedback | None, reports: list[Feedback]) -> PredictionDetail:
    """The same, with everything that led to it and came after it."""
    return PredictionDetail(
        **_kept(prediction, outcome), snapshot=prediction.snapshot, feedback=[_report(each) for each in reports]
    )


def _kept(prediction: Prediction, outcome: Feedback | None) -> dict[str, Any]:
    question = prediction.question
    return predicted_reply(prediction).model_dump() | {
        "status": outcome.outcome.value if outcome else prediction.decision.value,
        "kind": prediction.kind,
        "decision": prediction.decision,
        "agent": question.agent,
        "agent_input": question.agent_input,
        "options": list(question.options),
        "session_id": question.session_id,
        "created_at": prediction.created_at,
        "acted_at": prediction.created_at if prediction.decision is Decision.AUTO else None,
        "outcome": _report(outcome) if outcome else None,
    }


def _report(feedback: Feedback) -> ReportReply:
    return ReportReply(
        status=feedback.outcome, actual_response=feedback.actual_response, by=feedback.by, at=feedback.at
    )
