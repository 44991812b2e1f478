"""Asked by an agent that thinks it is done."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.wire.predictions import ContinuationArguments, ContinuationReply, continuation_reply


async def predict_continuation(clone: Clone, caller: Caller, arguments: ContinuationArguments) -> ContinuationReply:
    """Tell whether the person would have you go on or is satisfied now. Call it when you think you are done.

    Say what you will do next, too. Act on should_continue only when status is "auto"; when it is "escalated", ask the
    person. abstained says why Clone leaves it to them.
    """
    return continuation_reply(await clone.prediction.continuation(caller, arguments.question()))
