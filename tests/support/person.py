"""A person with habits, as far as an agent's hooks and Clone can tell."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

TESTS = "The change is in place. Shall I run the tests now?"
DROP = "The migration is ready. Shall I drop the production database now?"
SAID = "yes, run the tests now"
HABITS = {TESTS: SAID, DROP: "yes, drop it", "Which language?": "Python"}
"""What they are asked again and again, and what they always say."""


def remembered(home: Path, habits: Mapping[str, str] = HABITS, *, times: int = 40) -> Path:
    """A Clone's home in which the person has said so, as often as it takes to be sure."""
    home.mkdir(parents=True)
    lines = [json.dumps(event) for event in _events(habits, times)]
    (home / "habits.jsonl").write_text("\n".join(lines), encoding="utf-8")
    clone(home, "ingest", str(home / "habits.jsonl"))
    clone(home, "answer", "on", "--yes")
    return home


def clone(home: Path, *arguments: str, **env: str) -> str:
    """What a `clone-mcp` command prints, which must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "clone_mcp", *arguments],
        env={"CLONE_HOME": str(home), "HOME": str(home), "PATH": "/usr/bin:/bin", **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def recorded(home: Path) -> list[tuple[str, str, str]]:
    """Everything that was said since, as (author, channel, text)."""
    with closing(sqlite3.connect(f"file:{home}/clone.db?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT author, channel, payload FROM events WHERE type IN ('agent.prompt', 'agent.response')"
            " AND id NOT LIKE 'seed%' ORDER BY occurred_at, received_at"
        ).fetchall()
    return [(author, channel, _text(json.loads(payload))) for author, channel, payload in rows]


def _text(payload: dict[str, Any]) -> str:
    return payload.get("prompt") or payload.get("response") or ""


def _events(habits: Mapping[str, str], times: int) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for round_ in range(times):
        for number, (question, answer) in enumerate(habits.items()):
            own = f"seed-{round_}-{number}"
            turn = {"session_id": f"seed-{round_}", "agent": "claude-code"}
            minute = f"2026-11-{round_ % 28 + 1:02}T09:{number:02}"
            asked = {"type": "agent.response", "response": question, "source": "agent"}
            said = {"type": "agent.prompt", "prompt": answer, "source": "cli"}
            made.append({**turn, **asked, "id": f"{own}-q", "occurred_at": f"{minute}:00Z"})
            made.append({**turn, **said, "id": f"{own}-a", "occurred_at": f"{minute}:30Z"})
    return made
