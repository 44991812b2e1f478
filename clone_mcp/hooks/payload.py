"""Reading what clients tell hooks: JSON that may hold anything, a tool's use, and the names that turns go by.

Hooks and importers use the same names, so that a turn is recorded once. An event's id is
`event_id(client, session_id, <one of these>, event_type)` from `clone_mcp.recording.ingest`.
"""

from __future__ import annotations

import json
from typing import Any, cast

Payload = dict[str, Any]
"""An event's JSON, and what a client takes in answer to it."""
_LONGEST, _INPUT = 400, 200
"""Characters of a use, and of what the tool was given: one line, to tell by what an agent was doing."""
# What says most about a use, in the order in which it is looked for.
_TELLING = ("command", "cmd", "file_path", "path", "pattern", "query", "url", "prompt", "description")
_ANSWERING = ("stdout", "output", "content", "result", "returnDisplay", "text", "error", "stderr")


def an_object(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def a_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def a_text(value: Any) -> str:
    """The value if it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def an_object_in(text: bytes | str) -> dict[str, Any]:
    """The object that the text is, or an empty one."""
    try:
        return an_object(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def text(payload: Payload, name: str) -> str:
    """A field, if it is text."""
    return a_text(payload.get(name))


def session_of(payload: Payload, *names: str) -> str:
    """The session's id, under the first of these names that holds one. Without one nothing can be noted."""
    for name in names:
        if found := text(payload, name):
            return found
    raise ValueError(f"no {' or '.join(names)} came")


def summary(tool: str, given: Any, answered: Any) -> str:
    """The tool, what it was given and how its answer begins."""
    line = f"{tool}: {_one_line(given, _TELLING)[:_INPUT]}".rstrip(": ")
    answer = _one_line(answered, _ANSWERING)
    return f"{line} → {answer}"[:_LONGEST] if answer else line


def _one_line(value: Any, names: tuple[str, ...]) -> str:
    if fields := an_object(value):
        value = next((fields[name] for name in names if fields.get(name)), fields)
    if value is None or value == {}:
        return ""
    return " ".join((value if isinstance(value, str) else json.dumps(value))[:4000].split())


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
