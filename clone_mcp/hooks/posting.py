"""Delivering notes to a hosted Clone, by its tools. Standard library only: it runs within a hook.

An event's id comes out the same as on this machine, because the tools take the client's own name for a turn.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from clone_mcp.hooks.spool import Spool

Ask = Callable[[str, dict[str, Any]], dict[str, Any] | None]
"""A call of one of Clone's tools; None when nobody answers."""

_LONGEST_SECONDS = 2.0
"""While somebody waits; the rest is left to the next time."""
_PATIENT_SECONDS = 30.0
_PAUSE_SECONDS = 0.2


def post(spool: Spool, ask: Ask) -> None:
    """Send what waits, in its order; what can't be sent soon stays."""
    _post(spool, ask, time.monotonic() + _LONGEST_SECONDS)


def post_all(spool: Spool, ask: Ask) -> None:
    """The same where nobody waits: also what comes meanwhile, and what another process holds and leaves."""
    until = time.monotonic() + _PATIENT_SECONDS
    while _post(spool, ask, until) and spool.waiting() and time.monotonic() < until:
        time.sleep(_PAUSE_SECONDS)


def _post(spool: Spool, ask: Ask, until: float) -> bool:
    """Whether all that could be had was sent."""
    for file in spool.claimed():
        for line in file.lines():
            if time.monotonic() > until or not _sent(spool, ask, line):
                return False
        file.delivered = True
    return True


def _sent(spool: Spool, ask: Ask, line: bytes) -> bool:
    try:
        tool, arguments = _call(json.loads(line))
    except (ValueError, KeyError, TypeError) as exc:
        spool.set_aside(line.decode(errors="replace"), f"it can't be sent: {exc!r}")
        return True
    return ask(tool, arguments) is not None


def _call(note: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The tool call that says the same."""
    session, client, kind = note["session"], note["client"], note["kind"]
    origin = {"source": note.get("label") or "integration", "source_detail": client}
    turn = {"session_id": session, "agent": client, "client_id": note.get("turn") or note["id"]}
    match kind:
        case "started":
            return "start_session", {"session_id": session, "project": note.get("project") or "", **origin}
        case "stopped":
            return "stop_session", {"session_id": session, **origin}
        case "prompt":
            return "record_agent_prompt", {**turn, "prompt": note["text"], **origin}
        case "response":
            return "record_agent_response", {**turn, "response": note["text"], **origin}
        case "outcome":
            told = {"prediction_id": note["prediction"], "status": note["status"]}
            return "submit_feedback", {**told, "actual_response": note.get("text", "")}
        case _:
            raise ValueError(f"a note of kind {kind!r}")
