"""Told by an agent: what it said."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.language.choices import spelled
from clone_mcp.models.access import Caller
from clone_mcp.recording.sessions import Origin
from clone_mcp.wire.recording import RecordedReply, RecordResponseArguments


async def record_agent_response(clone: Clone, caller: Caller, arguments: RecordResponseArguments) -> RecordedReply:
    """Record what an agent said to the person. It is the context of the person's next prompt, never a fact about them.

    Record it before the prompt that answers it.
    """
    recorded = await clone.recording.turns.response(
        caller,
        Origin(arguments.source, arguments.source_detail),
        session_id=arguments.session_id,
        agent=arguments.agent,
        text=spelled(arguments.response, arguments.options),
        in_response_to=arguments.in_response_to or None,
        client_id=arguments.client_id or None,
    )
    return RecordedReply(
        event_id=recorded.event_id,
        session_id=arguments.session_id,
        duplicate=not recorded.new,
        author=recorded.author,
        redactions=recorded.redactions,
    )
