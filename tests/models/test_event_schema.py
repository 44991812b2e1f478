"""Three descriptions of one event, the models, the JSON Schema and the TypeScript types, say the same."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from clone_mcp.models.event_types import EVENT_TYPES
from clone_mcp.models.events import CLONE_EVENT
from tests.support.node import node, package

Event = dict[str, Any]

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schema" / "events.schema.json").read_text(encoding="utf-8"))
TYPESCRIPT = "5.9.3"


def event(kind: str, *without: str, **fields: Any) -> Event:
    base = {
        "id": "evt-1",
        "session_id": "sess-1",
        "occurred_at": "2026-11-20T08:30:00Z",
        "source": "cli",
        "type": kind,
    }
    return {name: value for name, value in {**base, **fields}.items() if name not in without}


def focus(*without: str, **fields: Any) -> Event:
    return event("app.focused", *without, **{"app": "Terminal", "window_title": "zsh", **fields})


def frame(*without: str, **fields: Any) -> Event:
    shown = {"uri": "file:///frame.png", "content_hash": None, "width": 1920, "height": 1080}
    return event("capture.frame", *without, **{**shown, **fields})


def key(*without: str, **fields: Any) -> Event:
    return event("input.keystroke", *without, **{"event_type": "press", "modifiers": {"shift": True}, **fields})


def click(*without: str, **fields: Any) -> Event:
    return event("input.click", *without, **{"x": -5, "y": 0, "button": "left", "event_type": "release", **fields})


def scroll(*without: str, **fields: Any) -> Event:
    return event("input.scroll", *without, **{"x": 1, "y": 2, "dx": 0, "dy": -1.5, **fields})


def prompt(*without: str, **fields: Any) -> Event:
    return event("agent.prompt", *without, **{"agent": "claude-code", "prompt": "yes, go on", **fields})


def response(*without: str, **fields: Any) -> Event:
    return event("agent.response", *without, **{"agent": "claude-code", "response": "Done.", **fields})


VALID = {
    "session started": event("session.started"),
    "session stopped": event("session.stopped", source="desktop", source_detail=None),
    "app focused": focus(),
    "app focused without a title": focus(window_title=None),
    "capture frame": frame(content_hash="sha256:00", width=1),
    "keystroke": key(),
    "keystroke with all modifiers": key(modifiers={"shift": False, "ctrl": True, "alt": True, "meta": True}),
    "click without modifiers": click(),
    "click with modifiers": click(button="other", modifiers={"ctrl": True}),
    "id at the limit": event("session.started", id="é" * 512),
    "whole number written as a decimal": click(x=3.0),
    "scroll": scroll(),
    "prompt": prompt(),
    "response": response(),
    "response to a prompt": response(in_response_to="evt-0"),
    "response to nothing": response(in_response_to=None),
    "integration with its provider": prompt(source="integration", source_detail="slack"),
    "free label": prompt(source="agent", source_detail="claude-code"),
    "empty label outside an integration": prompt(source_detail=""),
    "offset": event("session.started", occurred_at="2026-11-20T09:30:00.123456+01:00"),
    "offset without a colon": event("session.started", occurred_at="2026-11-20T09:30:00+0100"),
    "time to the minute": event("session.started", occurred_at="2026-11-20T08:30Z"),
    "time after a space": event("session.started", occurred_at="2026-11-20 08:30:00Z"),
}

REFUSED_BY_TYPE = {
    "unknown field": event("session.started", mood="good"),
    "field of another type": prompt(response="Done."),
    "key that was pressed": key(key="a"),
    "unknown type": event("session.paused"),
    "no type": event("session.started", "type"),
    "no id": event("session.started", "id"),
    "id of a number": event("session.started", id=7),
    "no session": event("session.started", "session_id"),
    "no time": event("session.started", "occurred_at"),
    "time as a number": event("session.started", occurred_at=1795163400),
    "unknown source": event("session.started", source="telepathy"),
    "source in capitals": event("session.started", source="CLI"),
    "label of a number": event("session.started", source_detail=7),
    "integration without a provider": prompt(source="integration"),
    "integration with a null provider": prompt(source="integration", source_detail=None),
    "no window title key": focus("window_title"),
    "no app": focus("app"),
    "no content hash key": frame("content_hash"),
    "width as text": frame(width="1920"),
    "width as a boolean": frame(width=True),
    "unknown modifier": key(modifiers={"hyper": True}),
    "modifier as text": key(modifiers={"shift": "yes"}),
    "modifier as a number": click(modifiers={"shift": 1}),
    "modifiers as a list": key(modifiers=["shift"]),
    "keystroke without modifiers": key("modifiers"),
    "null modifiers": click(modifiers=None),
    "unknown button": click(button="fourth"),
    "unknown direction": key(event_type="hold"),
    "no distance": scroll("dy"),
    "distance as text": scroll(dx="3"),
    "distance as a boolean": scroll(dx=True),
    "no prompt": prompt("prompt"),
    "null prompt": prompt(prompt=None),
    "no agent": response("agent"),
    "answer to a number": response(in_response_to=1),
}

REFUSED_BY_VALUE = {
    "empty id": event("session.started", id=""),
    "id over the limit": event("session.started", id="e" * 513),
    "empty session": event("session.started", session_id=""),
    "empty app": focus(app=""),
    "empty prompt": prompt(prompt=""),
    "empty provider": prompt(source="integration", source_detail=""),
    "no width": frame(width=0),
    "negative height": frame(height=-1),
    "broken width": frame(width=1.5),
    "half a pixel": click(x=0.5),
    "time without an offset": event("session.started", occurred_at="2026-11-20T08:30:00"),
    "day alone": event("session.started", occurred_at="2026-11-20"),
    "nonsense time": event("session.started", occurred_at="yesterday"),
    "empty time": event("session.started", occurred_at=""),
    "seconds since 1970": event("session.started", occurred_at="1795163400"),
    "fraction of seconds since 1970": event("session.started", occurred_at="1795163400.5"),
    "thirteenth month": event("session.started", occurred_at="2026-13-20T08:30:00Z"),
    "thirtieth of February": event("session.started", occurred_at="2026-02-30T08:30:00Z"),
}


# The library checks date-time only with one more package. The pattern in the schema does most of that work;
# what is left is the calendar, which the standard library knows.
CALENDAR = FormatChecker(formats=())


@CALENDAR.checks("date-time", raises=ValueError)
def _is_in_the_calendar(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


def schema_accepts(candidate: Event) -> bool:
    return Draft202012Validator(SCHEMA, format_checker=CALENDAR).is_valid(candidate)


def models_accept(candidate: Event) -> bool:
    try:
        CLONE_EVENT.validate_json(json.dumps(candidate))
    except ValidationError:
        return False
    return True


def test_the_files_in_schema_are_what_the_models_say() -> None:
    check = subprocess.run([sys.executable, "scripts/schema.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert (check.returncode, check.stderr) == (0, "")


def test_the_schema_is_valid_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_examples_show_every_type() -> None:
    types = {definition["properties"].get("type", {}).get("const") for definition in _objects()}
    assert {example["type"] for example in VALID.values()} == types - {None}


def test_no_object_takes_fields_it_does_not_name() -> None:
    assert all(definition["additionalProperties"] is False for definition in _objects())


@pytest.mark.parametrize("example", VALID.values(), ids=VALID.keys())
def test_models_and_schema_accept(example: Event) -> None:
    assert (models_accept(example), schema_accepts(example)) == (True, True)


@pytest.mark.parametrize(
    "example",
    [*REFUSED_BY_TYPE.values(), *REFUSED_BY_VALUE.values()],
    ids=[*REFUSED_BY_TYPE.keys(), *REFUSED_BY_VALUE.keys()],
)
def test_models_and_schema_refuse(example: Event) -> None:
    assert (models_accept(example), schema_accepts(example)) == (False, False)


@pytest.mark.parametrize("distance", ["NaN", "Infinity", "1e999"])
def test_a_distance_that_json_has_no_number_for_is_refused(distance: str) -> None:
    text = json.dumps(scroll(dx="DISTANCE")).replace('"DISTANCE"', distance)
    with pytest.raises(ValidationError, match="finite"):
        CLONE_EVENT.validate_json(text)


def test_the_typescript_types_accept_and_refuse_the_same(typescript: Path, tmp_path: Path) -> None:
    """Each refused example stands under a line that makes the compiler fail unless it finds an error there."""
    types = (ROOT / "schema" / "events").as_posix()
    lines = [f'import type {{ CloneEvent }} from "{types}";']
    for example in VALID.values():
        lines.append(f"export const _{len(lines)}: CloneEvent = {json.dumps(example)};")
    for name, example in REFUSED_BY_TYPE.items():
        lines.append(f"// @ts-expect-error {name}")
        lines.append(f"export const _{len(lines)}: CloneEvent = {json.dumps(example)};")
    program = tmp_path / "examples.ts"
    program.write_text("\n".join(lines) + "\n", encoding="utf-8")

    result = node(typescript, "--noEmit", "--strict", program)

    assert (result.returncode, result.stdout) == (0, "")


@pytest.fixture(scope="session")
def typescript() -> Path:
    return package("typescript", TYPESCRIPT, "bin/tsc", otherwise="no TypeScript compiler, events.d.ts went unchecked")


def _objects() -> list[dict[str, Any]]:
    return [definition for definition in SCHEMA["$defs"].values() if definition["type"] == "object"]


def test_the_types_that_are_named_to_who_misses_one_are_those_there_are() -> None:
    described = CLONE_EVENT.json_schema()["discriminator"]["mapping"]
    assert sorted(described) == sorted(EVENT_TYPES)
