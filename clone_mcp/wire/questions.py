"""Questions as REST takes them: what the tools take, with JSON types as they stand, and a little more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pydantic import ConfigDict, Field

from clone_mcp.models.prediction import Prediction, Question
from clone_mcp.wire.bodies import Body
from clone_mcp.wire.pages import Reply
from clone_mcp.wire.predictions import (
    ContinuationArguments,
    PredictArguments,
    PredictionReply,
    prediction_reply,
)

_AS_SENT = ConfigDict(strict=True, extra="ignore", coerce_numbers_to_str=False)
MOST_AT_ONCE = 100


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
    actual_response: str = Field(default="", description="What the person really typed, if you know it.")


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
