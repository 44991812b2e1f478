"""The names that Claude Code's turns go by. Hooks and the importer use the same, so that a turn is recorded once.

An event's id is `event_id(CLIENT, session_id, turn_id(...), event_type)` from `clone_mcp.recording.identity`.
"""

from __future__ import annotations

CLIENT = "claude-code"


def turn_id(prompt_id: str, *, continued: int = 0) -> str:
    """Of a prompt, and of the agent's last words on it. Hooks get it as `prompt_id`, the transcript says `promptId`.

    An agent that a Stop hook sends back to work speaks again under the same prompt: `continued` says how often it was
    sent back before these words. Without a prompt id, the record's `uuid` stands for it.
    """
    return f"{prompt_id}#{continued}" if continued else prompt_id


def question_id(tool_use_id: str, index: int = 0) -> str:
    """Of a question that AskUserQuestion put, and of its answer. One call may put several; the first is 0."""
    return f"{tool_use_id}:{index}"


def permission_id(tool_use_id: str) -> str:
    """Of the question whether a tool may be used, and of the decision."""
    return f"{tool_use_id}:permission"
