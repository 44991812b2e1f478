"""Told by an agent: a conversation is over."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.recording.sessions import Origin
from clone_mcp.wire.recording import SessionEventReply, StopSessionArguments


async def stop_session(clone: Clone, caller: Caller, arguments: StopSessionArguments) -> SessionEventReply:
    """End a recorded conversation. Clone then works out what is to be remembered of it."""
    recorded = await clone.recording.turns.stop(
        caller, Origin(arguments.source, arguments.source_detail), session_id=arguments.session_id
    )
    return SessionEventReply(session_id=arguments.session_id, event_id=recorded.event_id)
