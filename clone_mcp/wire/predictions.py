"""Questions, answers and feedback on the wire.

Batches, audit trails and lists are REST's alone, and in rest_predictions.py.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from clone_mcp.models import prediction as models
from clone_mcp.models.prediction import Outcome, Prediction, Question
from clone_mcp.wire.arguments import Arguments, ToolReply
from clone_mcp.wire.figures import Figure, beside

AgentName = Annotated[str, Field(min_length=1, max_length=512, description="Who asks, such as claude-code.")]
SessionId = Annotated[str, Field(max_length=512, description="The session this belongs to; any id of yours will do.")]
Threshold = Annotated[float, Field(ge=0, le=1, description="Confidence from which you will act without asking.")]
Status = Literal["auto", "escalated"]


class PredictArguments(Arguments):
    agent: AgentName
    agent_input: str = Field(min_length=1, description="What you would say or ask the person now, word for word.")
    k: int = Field(default=1, ge=1, le=10, description="How many candidates to return.")
    threshold: Threshold = 0.8
    session_id: SessionId = ""
    options: list[Annotated[str, Field(min_length=1)]] = Field(
        default=[], max_length=50, description="The choices you offer, if any. The candidates are these."
    )

    several: bool = Field(default=False, description="Whether several may be taken, joined by commas.")

    def question(self) -> Question:
        return Question(
            self.agent,
            self.agent_input,
            self.session_id or None,
            tuple(self.options),
            self.k,
            self.threshold,
            several=self.several,
            usual_threshold="threshold" not in self.model_fields_set,
        )


class ContinuationArguments(Arguments):
    agent: AgentName
    agent_input: str = Field(min_length=1, description="What you just did and will do next, word for word.")
    threshold: Threshold = 0.8
    session_id: SessionId = ""

    def question(self) -> Question:
        return Question(self.agent, self.agent_input, self.session_id or None, threshold=self.threshold)


class FeedbackArguments(Arguments):
    prediction_id: Annotated[str, Field(min_length=1, max_length=512, description="The id a prediction came with.")]
    status: Literal["accepted", "edited", "rejected"] = Field(description="What the person did with it.")
    actual_response: str = Field(
        default="", description="What the person really typed, if you know it. Its meaning decides the status."
    )


class Candidate(BaseModel):
    response: str
    confidence: Figure
    raw_confidence: Figure
    calibrated_confidence: Figure
    reasoning: str


class Fact(BaseModel):
    id: str
    importance: Figure
    tier: str


class PredictionReply(ToolReply):
    id: str
    predicted_response: str
    confidence: Figure
    raw_confidence: Figure
    calibrated_confidence: Figure
    reasoning: str
    candidates: list[Candidate]
    k: int
    status: Status
    threshold: float
    stop_recommended: bool
    abstained: str | None
    degraded: bool
    degraded_reason: str | None
    cited_facts: list[Fact]
    model: str
    latency_ms: Figure


class ContinuationReply(ToolReply):
    id: str
    should_continue: bool
    confidence: Figure
    raw_confidence: Figure
    calibrated_confidence: Figure
    reasoning: str
    status: Status
    threshold: float
    abstained: str | None
    cited_facts: list[Fact]
    model: str
    latency_ms: Figure


class FeedbackReply(ToolReply):
    prediction_id: str
    status: Outcome
    changed: bool
    learned: bool


def prediction_reply(prediction: Prediction) -> PredictionReply:
    """A prediction as clients read it."""
    threshold = prediction.question.threshold
    return PredictionReply(
        **_answered(prediction),
        predicted_response=prediction.top.response,
        candidates=[Candidate(response=each.response, **_scored(each, threshold)) for each in prediction.candidates],
        k=prediction.question.k,
        stop_recommended=prediction.stop_recommended,
        degraded=prediction.degraded is not None,
        degraded_reason=prediction.degraded,
    )


def continuation_reply(prediction: Prediction) -> ContinuationReply:
    """A continuation as clients read it."""
    return ContinuationReply(**_answered(prediction), should_continue=not prediction.stop_recommended)


def _answered(prediction: Prediction) -> dict[str, Any]:
    """What every answer says."""
    return {
        "id": prediction.id,
        **_scored(prediction.top, prediction.question.threshold),
        "status": prediction.decision.value,
        "threshold": prediction.question.threshold,
        "abstained": prediction.abstained,
        "cited_facts": [asdict(fact) for fact in prediction.cited_facts],
        "model": prediction.model,
        "latency_ms": round(prediction.latency_ms, 3),
    }


def _scored(candidate: models.Candidate, threshold: float) -> dict[str, Any]:
    return {
        "confidence": beside(candidate.confidence.sent, threshold),
        "raw_confidence": candidate.confidence.raw,
        "calibrated_confidence": candidate.confidence.calibrated,
        "reasoning": candidate.reasoning,
    }
