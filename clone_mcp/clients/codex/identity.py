"""The names that Codex's turns go by. Hooks and the importer use the same, so that a turn is recorded once.

An event's id is `event_id(CLIENT, session_id, turn_id(...), event_type)` from `clone_mcp.recording.identity`.
"""

from __future__ import annotations

CLIENT = "codex"


def turn_id(own: str, *, steered: int = 0) -> str:
    """Of a prompt, and of the agent's last words on it. Hooks and rollouts both say `turn_id`.

    What the person types while the agent works belongs to the same turn: `steered` counts those prompts, from 1.
    """
    return f"{own}#{steered}" if steered else own
