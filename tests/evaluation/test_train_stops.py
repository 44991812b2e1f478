"""Weights of going on or stopping: who is left out has no part in them, and they answer for that person alone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clone_mcp.cli import run
from clone_mcp.evaluation.stops import Stop
from clone_mcp.prediction.continuation_signs import NAMES, parsed
from scripts.train_stops import leave_out, seen, train

NOON = datetime.fromisoformat("2026-01-01T12:00:00+00:00")


def person(*, asked: bool) -> list[Stop]:
    """They leave after a report, and go on after a question, or the other way round."""
    found: list[Stop] = []
    for number in range(60):
        report = number % 2 == 0
        text = "I added the export. All tests pass." if report else "Which one do you want?"
        session, at = f"s{number // 2}", NOON + timedelta(hours=number)
        found.append(Stop(f"e{number}", session, text, report != asked, "now the import", at, 1, number))
    return found


def folds(folder: Path, **people: list[Stop]) -> dict[str, str]:
    leave_out(seen(people), folder)
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_who_is_left_out_has_no_part_in_their_weights(tmp_path: Path) -> None:
    others = {"b": person(asked=True), "c": person(asked=True)}
    one, other = (
        folds(tmp_path / "1", a=person(asked=True), **others),
        folds(tmp_path / "2", a=person(asked=False), **others),
    )
    assert one["a"] == other["a"]
    assert one["b"] != other["b"]


def test_what_people_do_is_learned() -> None:
    asks = NAMES.index("asks")
    for asked in (True, False):
        weights = parsed(json.dumps(train(seen({name: person(asked=asked) for name in "abc"}))))
        assert (weights.by_name[asks] > 0) == asked


def test_the_folds_answer_for_those_they_leave_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    rows = [
        {
            "id": f"{name}{stop.id}",
            "user": name,
            "session_id": stop.session_id,
            "turn": stop.turn,
            "ts": NOON.isoformat(),
            "agent_context": stop.agent_input,
            "next": stop.next,
            "answer": "continue" if stop.went_on else "end",
        }
        for name in "ab"
        for stop in person(asked=True)[:1]
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    folder = tmp_path / "folds"
    folder.mkdir()
    always = json.dumps({"bias": 9.0, "weights": dict.fromkeys(NAMES, 0.0)})
    (folder / "a.json").write_text(always, encoding="utf-8")
    given = ["evaluate", "stops", str(file), "--predictions", str(out), "--weights", str(folder / "{user}")]
    assert run(given) == 0
    first, second = (json.loads(line)["continues"] for line in out.read_text(encoding="utf-8").splitlines())
    assert (first, second < first) == (pytest.approx(0.97), True)
    assert "1 of 2 people have no weights of their own there." in capsys.readouterr().err
