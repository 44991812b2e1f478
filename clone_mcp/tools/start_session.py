"""Told by an agent: a conversation begins."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.recording.sessions import Origin
from clone_mcp.wire.recording import SessionEventReply, StartSessionArguments


async def start_session(clone: Clone, caller: Caller, arguments: StartSessionArguments) -> SessionEventReply:
    """Begin recording a conversation between the person and an agent. Use the session_id in all later calls."""
    session_id, recorded = await clone.recording.turns.start(
        caller,
        Origin(arguments.source, arguments.source_detail),
        session_id=arguments.session_id or None,
        project=arguments.project or None,
    )
    return SessionEventReply(session_id=session_id, event_id=recorded.event_id)
