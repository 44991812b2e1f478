"""Told by an agent: what was typed to it."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.recording.sessions import Origin
from clone_mcp.wire.recording import RecordedReply, RecordPromptArguments


async def record_agent_prompt(clone: Clone, caller: Caller, arguments: RecordPromptArguments) -> RecordedReply:
    """Record what was typed to an agent. Set source to "user" only if the person typed it themselves.

    Clone learns how the person replies from nothing else, so never record text of an agent or of Clone as "user".
    """
    recorded = await clone.recording.turns.prompt(
        caller,
        Origin(arguments.source, arguments.source_detail),
        session_id=arguments.session_id,
        agent=arguments.agent,
        text=arguments.prompt,
        client_id=arguments.client_id or None,
    )
    return RecordedReply(
        event_id=recorded.event_id,
        session_id=arguments.session_id,
        duplicate=not recorded.new,
        author=recorded.author,
        redactions=recorded.redactions,
    )
