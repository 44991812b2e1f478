"""Told by an agent: what the person did with a prediction."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.models.prediction import Outcome
from clone_mcp.wire.predictions import FeedbackArguments, FeedbackReply


async def submit_feedback(clone: Clone, caller: Caller, arguments: FeedbackArguments) -> FeedbackReply:
    """Tell Clone what the person did with a prediction: accepted, edited or rejected it.

    Send actual_response whenever you know what they really typed: that is what Clone learns from. Its meaning then
    decides, and the status that is answered may differ from yours: the same is accepted, part of it edited, anything
    else rejected. Sending the same report again changes nothing; a different one replaces it.
    """
    settled = await clone.prediction.feedback(
        caller, arguments.prediction_id, Outcome(arguments.status), arguments.actual_response
    )
    return FeedbackReply(
        prediction_id=settled.prediction_id, status=settled.outcome, changed=settled.changed, learned=settled.learned
    )
