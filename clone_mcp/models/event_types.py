"""The types of CloneEvents, and what is said of an event that has none of them.

Said here, because Pydantic tells of a missing type without naming those there are.
"""

from __future__ import annotations

from typing import Any, cast

from clone_mcp.spelling import closest

EVENT_TYPES = (
    "session.started",
    "session.stopped",
    "app.focused",
    "capture.frame",
    "input.keystroke",
    "input.click",
    "input.scroll",
    "agent.prompt",
    "agent.response",
)


def of_a_known_type(event: object) -> object:
    """The event as it came. Raises ValueError where its type is none of these; what is no object is left to others."""
    if not isinstance(event, dict):
        return event  # which is refused in its turn
    kind = cast("dict[str, Any]", event).get("type")
    if kind not in EVENT_TYPES:
        near = closest(kind, EVENT_TYPES) if isinstance(kind, str) else None
        said = "is required:" if kind is None else "must be"
        raise ValueError(f"type {said} one of {', '.join(EVENT_TYPES)}" + (f". Did you mean {near!r}?" if near else ""))
    return cast("object", event)
