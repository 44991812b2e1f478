"""Questions, answers and feedback on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from clone_mcp.models.prediction import CitedFact, Outcome, Prediction, Question
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
        default=[], max_length=50, description="The choices you offer, if any; the candidates are then these."
    )

    def question(self) -> Question:
        return Question(
            self.agent,
            self.agent_input,
            self.session_id or None,
            tuple(self.options),
            self.k,
            self.threshold,
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
    actual_response: str = Field(default="", description="What the person really typed, if you know it.")


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
    top = prediction.top
    return PredictionReply(
        id=prediction.id,
        predicted_response=top.response,
        confidence=beside(top.confidence.sent, prediction.question.threshold),
        raw_confidence=top.confidence.raw,
        calibrated_confidence=top.confidence.calibrated,
        reasoning=top.reasoning,
        candidates=[
            Candidate(
                response=candidate.response,
                confidence=beside(candidate.confidence.sent, prediction.question.threshold),
                raw_confidence=candidate.confidence.raw,
                calibrated_confidence=candidate.confidence.calibrated,
                reasoning=candidate.reasoning,
            )
            for candidate in prediction.candidates
        ],
        k=prediction.question.k,
        status=prediction.decision.value,
        threshold=prediction.question.threshold,
        stop_recommended=prediction.stop_recommended,
        abstained=prediction.abstained,
        degraded=prediction.degraded is not None,
        degraded_reason=prediction.degraded,
        cited_facts=_facts(prediction.cited_facts),
        model=prediction.model,
        latency_ms=round(prediction.latency_ms, 3),
    )


def continuation_reply(prediction: Prediction) -> ContinuationReply:
    """A continuation as clients read it."""
    top = prediction.top
    return ContinuationReply(
        id=prediction.id,
        should_continue=not prediction.stop_recommended,
        confidence=beside(top.confidence.sent, prediction.question.threshold),
        raw_confidence=top.confidence.raw,
        calibrated_confidence=top.confidence.calibrated,
        reasoning=top.reasoning,
        status=prediction.decision.value,
        threshold=prediction.question.threshold,
        abstained=prediction.abstained,
        cited_facts=_facts(prediction.cited_facts),
        model=prediction.model,
        latency_ms=round(prediction.latency_ms, 3),
    )


def _facts(cited: tuple[CitedFact, ...]) -> list[Fact]:
    return [Fact(id=fact.id, importance=fact.importance, tier=fact.tier) for fact in cited]
