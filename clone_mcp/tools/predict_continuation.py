"""Asked by an agent that thinks it is done."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.wire.predictions import ContinuationArguments, ContinuationReply, continuation_reply


async def predict_continuation(clone: Clone, caller: Caller, arguments: ContinuationArguments) -> ContinuationReply:
    """Tell how likely the person goes on in this session or is satisfied now. Call it when you think you are done.

    It allows nothing. If status is "auto" and should_continue false, stop; if true, ask predict_next_prompt and act
    only on "auto" there. If "escalated", ask the person: abstained says why.
    """
    return continuation_reply(await clone.prediction.continuation(caller, arguments.question()))
