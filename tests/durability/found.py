"""What lies there for Clone to take in: a history that Claude Code kept, and notes that hooks left."""

from __future__ import annotations

from datetime import timedelta

from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.recording.backfill import BATCH
from tests.durability.places import Place
from tests.sources.reading import jsonl
from tests.sources.test_claude_code import answered, text, typed
from tests.support.events import NINE

LENGTHS = (BATCH + 20, 60)
"""Turns of two sessions. The first doesn't go into one transaction."""


def history(place: Place) -> Place:
    """Turns say which they are, counted through."""
    started, number = NINE - timedelta(days=9), 0
    for session, length in enumerate(LENGTHS):
        turns = []
        for _ in range(length):
            own = {"sessionId": f"h{session}", "uuid": f"u{number}", "promptId": f"p{number}"}
            own["timestamp"] = (started + timedelta(minutes=number)).isoformat()
            said = f"turn {number:04}"
            turns.append(answered(text(f"{said}, go on?"), **own) if number % 2 else typed(said, **own))
            number += 1
        jsonl(place.base / "history" / f"h{session}.jsonl", turns)
    return place


def notes(place: Place) -> Place:
    """A short session, and what the person did with a prediction."""
    left = HookCall("claude-code", {"CLONE_HOME": str(place.settings.home)})
    left.note("started", "n", turn="start", project="/work", at=NINE.timestamp())
    for number in range(4):
        at = NINE.timestamp() + number
        left.note("response", "n", turn=f"p{number}", text="Shall I go on?", at=at)
        left.note("prompt", "n", turn=f"q{number}", text=f"yes, {number}", label="user", at=at)
    prediction = (place.base / "prediction").read_text()
    left.note("outcome", "n", prediction=prediction, status="rejected", text="no, wait", at=NINE.timestamp() + 9)
    left.note("stopped", "n", turn="stop", at=NINE.timestamp() + 10)
    return place
