"""`clone-mcp ingest`: events from files and from standard input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command, Ran

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

EVENT = {
    "id": "e1",
    "session_id": "s",
    "occurred_at": "2026-11-20T08:30:00Z",
    "source": "cli",
    "type": "agent.prompt",
    "agent": "a",
    "prompt": "yes",
}


def events(*ids: str, **more: Any) -> list[dict[str, Any]]:
    return [{**EVENT, "id": each, **more} for each in ids]


@pytest.mark.parametrize("form", ["array", "lines", "lines of a Windows editor"])
def test_a_file_of_events_is_recorded_once(command: Command, tmp_path: Path, form: str) -> None:
    batch = events("e1", "e2", prompt="one \u2028 two")
    file = tmp_path / "events"
    if form == "array":
        file.write_text(json.dumps(batch))
    elif form == "lines":
        file.write_text("\n".join(json.dumps(event, ensure_ascii=False) for event in batch) + "\n\n", encoding="utf-8")
    else:
        text = "\r\n".join(json.dumps(event, ensure_ascii=False) for event in batch)
        file.write_bytes(text.encode("utf-8-sig"))
    assert command("ingest", str(file)) == Ran(0, "2 accepted, 0 known already, 0 refused\n", "")
    again = command("ingest", "--json", str(file))
    assert (again.code, json.loads(again.out)) == (0, {"accepted": 0, "duplicates": 2, "invalid": []})


def test_refused_events_are_named_and_the_others_taken(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_text(json.dumps([*events("e1"), 7, *events("e3", mood="good"), *events("e4")]))
    ran = command("ingest", str(file))
    assert (ran.code, ran.out) == (1, "2 accepted, 0 known already, 2 refused\n")
    assert [line.partition(":")[0] for line in ran.err.splitlines()] == ["  event 1", "  event 2"]
    as_json = command("ingest", "--json", str(file))
    assert as_json.code == 1
    assert [refusal["index"] for refusal in json.loads(as_json.out)["invalid"]] == [1, 2]


@on_sqlite
def test_more_events_than_a_batch_holds_are_taken_in_parts(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_text(json.dumps([*events(*(f"e{number}" for number in range(1001))), 7]))
    ran = command("ingest", "--json", str(file))
    result = json.loads(ran.out)
    assert (ran.code, result["accepted"], [refusal["index"] for refusal in result["invalid"]]) == (1, 1001, [1001])


@on_sqlite
def test_events_come_from_standard_input_too(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(EVENT)))
    assert command("ingest", "-").out == "1 accepted, 0 known already, 0 refused\n"


@on_sqlite
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not json", "That is neither a JSON array nor one JSON event a line: "),
        (b"[" * 100_000, "That is neither a JSON array nor one JSON event a line: "),
        (b"\xff\xfe", "can't be read: "),
        (None, "can't be read: "),
    ],
)
def test_a_file_that_can_not_be_read_is_refused(
    command: Command, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "events"
    if content is not None:
        file.write_bytes(content)
    refused = command("ingest", str(file))
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert "Traceback" not in refused.err
