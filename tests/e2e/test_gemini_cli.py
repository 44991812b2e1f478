"""The real Gemini CLI with the extension that `clone-mcp install` puts there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support.person import SAID, TESTS, clone, recorded, remembered
from tests.support.stub_models import StubModel, serving
from tests.support.vendors import program

WORK = ("run_shell_command", {"command": "sleep 3; echo built"})
"""Long enough for Clone to have opened its door, as any real work is."""


def test_it_records_answers_visibly_and_stops_by_its_counter(tmp_path: Path) -> None:
    gemini = program("gemini")
    home = remembered(tmp_path / "clone")
    person, project = tmp_path / "person", tmp_path / "project"
    project.mkdir()
    (person / ".gemini").mkdir(parents=True)
    chosen = {"security": {"auth": {"selectedType": "gemini-api-key"}}}
    (person / ".gemini" / "settings.json").write_text(json.dumps(chosen))
    env = {
        "HOME": str(person),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "GEMINI_API_KEY": "stub",
        "CLONE_HOME": str(home),
    }
    with serving(StubModel(WORK, *[TESTS] * 8)) as model:
        env["GOOGLE_GEMINI_BASE_URL"] = model.address
        run(env, project, str(Path(sys.executable).parent / "clone-mcp"), "install", "gemini")
        done = run(env, project, str(gemini), "-p", "Begin", "--skip-trust", "--yolo", "-m", "gemini-2.5-pro")
    assert "Clone answered for you (" in done.stderr
    assert len(model.requests) == 5
    clone(home, "jobs", "--run")
    said = [(author, text) for author, _, text in recorded(home) if author != "tool"]
    assert said[1:] == [*[("agent", TESTS), ("clone", SAID)] * 3, ("agent", TESTS)]


def run(env: dict[str, str], folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, env=env, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=90, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done
