"""Predictions as REST has them: the tools' shapes and a little more, batches, and stored predictions.

They stand apart from predictions.py because they take 10 ms to load, and clients wait until the tools are listed.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from clone_mcp.models.act import Consequence, Ground, Weight, Where
from clone_mcp.models.events import Moment
from clone_mcp.models.prediction import Decision, Feedback, Kind, Outcome, Prediction, PredictionFilter, Question
from clone_mcp.wire.bodies import Body, PageQuery, Query, Reply
from clone_mcp.wire.figures import Figures
from clone_mcp.wire.predictions import ContinuationArguments, PredictArguments, PredictionReply, prediction_reply

_AS_SENT = ConfigDict(strict=True, extra="ignore", coerce_numbers_to_str=False)
MOST_AT_ONCE = 100
State = Literal["auto", "escalated", "accepted", "edited", "rejected"]


class PredictBody(PredictArguments):
    model_config = _AS_SENT

    model: str = Field(default="", max_length=200, description="A language model to ask, instead of what is set up.")
    recency_minutes: int = Field(
        default=60, ge=1, le=10_080, description="How far back a model is shown what was said and done."
    )

    def question(self) -> Question:
        return replace(super().question(), model=self.model or None, recency_minutes=self.recency_minutes)


class ContinuationBody(ContinuationArguments):
    model_config = _AS_SENT


class FeedbackBody(Body):
    status: Literal["accepted", "edited", "rejected"] = Field(description="What the person did with it.")
    actual_response: str = Field(
        default="", description="What the person really typed, if you know it. Its meaning decides the status."
    )


class BatchBody(Body):
    elsewhere = dict.fromkeys(PredictBody.model_fields, "Put it in each of the prompts.")

    prompts: list[Any] = Field(
        description="Each as predict/ takes it. One that is wrong is told of in its place and holds up no other.",
    )


class TokensUsed(Reply):
    input_tokens: int = Field(description="The whole prompt, what the cache held included.")
    output_tokens: int


class PredictedReply(PredictionReply):
    """A prediction as REST answers it."""

    usage: TokensUsed = Field(description="What a language model was paid for; nothing where none was asked.")


class BatchItem(Reply):
    index: int
    status: int = Field(description="The HTTP status that this question alone would have had.")
    prediction: PredictedReply | None = None
    error: str | None = None


class BatchReply(Reply):
    results: list[BatchItem]


def predicted_reply(prediction: Prediction) -> PredictedReply:
    """A prediction, with what it cost."""
    usage = prediction.usage
    tokens = TokensUsed(
        input_tokens=usage.prompt_tokens if usage else 0, output_tokens=usage.output_tokens if usage else 0
    )
    return PredictedReply(**prediction_reply(prediction).model_dump(), usage=tokens)


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


class ActReply(Reply):
    """Something that the predicted response would set in motion."""

    verb: str = Field(description="Its base form; of a command its program and subcommand. Empty where it is unread.")
    object: str
    qualifiers: list[str] = Field(description="What limits or widens it: environment, branch, amount, flags.")
    where: Where = Field(description="Where it stands.")
    weight: Weight = Field(description="What it would take to undo it.")
    consequence: Consequence | None = Field(description="Why it is grave, if it is.")
    evidence: str = Field(description="An excerpt, without secrets.")


class LeaveReply(Reply):
    """What lets it happen without asking."""

    ground: Ground
    evidence: str = Field(description="A sentence for the person.")
    fact_id: str | None = Field(description="The permission.")


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
    acts: list[ActReply] = Field(
        description="What the predicted response would set in motion. Empty, too, where it was too unlikely to be read."
    )
    leave: list[LeaveReply] = Field(description="What lets it happen without asking.")
    outcome: ReportReply | None = Field(description="The report that stands.")


class PredictionDetail(KeptPrediction):
    """A prediction with its audit trail."""

    snapshot: Figures = Field(description="Ids and versions of what the predictor was shown.")
    feedback: list[ReportReply] = Field(description="Every report, oldest first.")


def kept_prediction(prediction: Prediction, outcome: Feedback | None) -> KeptPrediction:
    """A prediction and what became of it."""
    question = prediction.question
    told: dict[str, Any] = predicted_reply(prediction).model_dump() | {
        "status": outcome.outcome.value if outcome else prediction.decision.value,
        "kind": prediction.kind,
        "decision": prediction.decision,
        "agent": question.agent,
        "agent_input": question.agent_input,
        "options": list(question.options),
        "session_id": question.session_id,
        "created_at": prediction.created_at,
        "acted_at": prediction.created_at if prediction.decision is Decision.AUTO else None,
        "acts": [{name: value for name, value in asdict(act).items() if name != "key"} for act in prediction.acts],
        "leave": [asdict(each) for each in prediction.leave],
        "outcome": _report(outcome) if outcome else None,
    }
    return KeptPrediction(**told)


def prediction_detail(prediction: Prediction, outcome: Feedback | None, reports: list[Feedback]) -> PredictionDetail:
    """The same, with everything that led to it and came after it."""
    kept = kept_prediction(prediction, outcome).model_dump()
    return PredictionDetail(**kept, snapshot=prediction.snapshot, feedback=[_report(each) for each in reports])


def _report(feedback: Feedback) -> ReportReply:
    told = feedback.actual_response
    return ReportReply(status=feedback.outcome, actual_response=told, by=feedback.by, at=feedback.at)
