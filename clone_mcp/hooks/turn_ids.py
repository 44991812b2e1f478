"""The names that a client's turns go by. Hooks and importers use the same, so that a turn is recorded once.

An event's id is `event_id(client, session_id, <one of these>, event_type)` from `clone_mcp.recording.ingest`.
Standard library only: a hook waits for it.
"""

from __future__ import annotations


def claude_code_turn(prompt_id: str, *, continued: int = 0) -> str:
    """Of a prompt in Claude Code, and of the agent's last words on it.

    Hooks get it as `prompt_id`, the transcript says `promptId`. An agent that a Stop hook sends back to work speaks
    again under the same prompt: `continued` says how often it was sent back before these words. Without a prompt id,
    the record's `uuid` stands for it.
    """
    return f"{prompt_id}#{continued}" if continued else prompt_id


def question_id(tool_use_id: str, index: int = 0) -> str:
    """Of a question that AskUserQuestion put, and of its answer. One call may put several; the first is 0."""
    return f"{tool_use_id}:{index}"


def permission_id(tool_use_id: str) -> str:
    """Of the question whether a tool may be used, and of the decision."""
    return f"{tool_use_id}:permission"


def codex_turn(turn_id: str, *, steered: int = 0) -> str:
    """Of a prompt in Codex, and of the agent's last words on it. Hooks and rollouts both say `turn_id`.

    What the person types while the agent works belongs to the same turn: `steered` counts those prompts, from 1.
    """
    return f"{turn_id}#{steered}" if steered else turn_id
