"""CloneEvents as producers send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_numbers = count(1)


def at(minutes: float) -> str:
    """So many minutes after nine, as a producer writes it."""
    return (NINE + timedelta(minutes=minutes)).isoformat()


def event(kind: str, session: str = "s", *, minutes: float = 0, **fields: Any) -> dict[str, Any]:
    base = {"id": f"event-{next(_numbers)}", "session_id": session, "occurred_at": at(minutes), "source": "cli"}
    return {**base, "type": kind, **fields}


def started(session: str = "s", **fields: Any) -> dict[str, Any]:
    return event("session.started", session, **fields)


def stopped(session: str = "s", **fields: Any) -> dict[str, Any]:
    return event("session.stopped", session, **fields)


def typed(text: str, session: str = "s", **fields: Any) -> dict[str, Any]:
    """A prompt that the person typed."""
    return event("agent.prompt", session, agent="claude-code", prompt=text, **fields)


def said(text: str, session: str = "s", **fields: Any) -> dict[str, Any]:
    """What an agent said."""
    return event("agent.response", session, agent="claude-code", response=text, **{"source": "agent", **fields})


def one_of_each(session: str = "s") -> list[dict[str, Any]]:
    """Every type there is, a prompt twice: of the person and of nobody in particular."""
    return [
        started(session),
        event("app.focused", session, app="Terminal", window_title=None),
        event("capture.frame", session, uri="file:///frame.png", content_hash=None, width=800, height=600),
        event("input.keystroke", session, event_type="press", modifiers={"shift": True}),
        event("input.click", session, x=1, y=2, button="left", event_type="press"),
        event("input.scroll", session, x=1, y=2, dx=0.0, dy=-3.5),
        said("Shall I run the tests?", session),
        typed("yes, run them", session),
        typed("made by some agent", session, source="agent"),
        stopped(session, minutes=5),
    ]
