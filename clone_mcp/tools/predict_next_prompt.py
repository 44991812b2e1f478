"""Asked by an agent before it interrupts the person."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.wire.predictions import PredictArguments, PredictionReply, prediction_reply


async def predict_next_prompt(clone: Clone, caller: Caller, arguments: PredictArguments) -> PredictionReply:
    """Predict what the person you work for would type now. Call it before you ask or interrupt them.

    status "auto": go on with predicted_response as if they had typed it. status "escalated": ask the person; the
    candidates are suggestions at most. abstained says why Clone does not know. Report what happened with
    submit_feedback.
    """
    return prediction_reply(await clone.prediction.predict(caller, arguments.question()))
