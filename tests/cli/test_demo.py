from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

import pytest

from clone_mcp.cli import demo
from clone_mcp.errors import Unavailable

pytestmark = pytest.mark.slow

DEMO = [sys.executable, "-m", "clone_mcp", "demo"]
DECISION = re.compile(r"^  (auto|escalated)\s+(\d\.\d\d) ", re.MULTILINE)
CHANGE = re.compile(r"^  so\s+confidence (\d\.\d\d) -> (\d\.\d\d)", re.MULTILINE)


@pytest.fixture(scope="module")
def shown() -> str:
    """What the demonstration prints into a pipe, in an environment that is set up for something else."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "TMPDIR": folder,
            "CLONE_HOME": f"{folder}/mine",
            "CLONE_DATABASE_URL": f"sqlite:///{folder}/mine.db",
            "CLONE_REDACT": "nonsense",
        }
        done = subprocess.run(DEMO, capture_output=True, text=True, env=environment, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert os.listdir(folder) == [], "it leaves nothing behind, and touches nobody's database"
        return done.stdout


def test_nothing_is_acted_on_before_anything_is_known(shown: str) -> None:
    decisions = DECISION.findall(shown)
    assert decisions[0][0] == "escalated"
    assert float(decisions[0][1]) < 0.3


def test_it_says_that_real_people_are_harder_to_foresee(shown: str) -> None:
    assert "Most of what real people type can't be foreseen" in " ".join(shown.split("1  Before")[0].split())


def test_a_habit_is_answered_and_a_new_question_is_not(shown: str) -> None:
    by_scene = {
        int(scene[0]): DECISION.findall(scene) for scene in re.split(r"^(?=\d  )", shown, flags=re.MULTILINE)[1:]
    }
    assert [decision for decision, _ in by_scene[3]] == ["auto"]
    assert [decision for decision, _ in by_scene[5]] == ["escalated"]
    assert [decision for decision, _ in by_scene[7]] == ["escalated"]


def test_what_the_person_does_moves_the_numbers(shown: str) -> None:
    recorded, taught, contradicted = [(float(a), float(b)) for a, b in CHANGE.findall(shown)]
    assert recorded[0] < recorded[1]
    assert taught[0] < taught[1]
    assert contradicted[0] > contradicted[1]


def test_without_a_terminal_there_is_no_colour(shown: str) -> None:
    assert "\x1b" not in shown


def test_it_ends_with_how_to_connect_a_client(shown: str) -> None:
    _, _, rest = shown.partition("\n    {")
    entry = json.loads("{" + rest.partition("\n    }")[0] + "}")["mcpServers"]["clone"]
    version = subprocess.run(
        [entry["command"], *entry["args"], "--version"], capture_output=True, text=True, check=True
    )
    assert version.stdout.startswith("clone-mcp ")
    assert f"claude mcp add --scope user clone -- {shlex.quote(entry['command'])}" in shown


@pytest.mark.parametrize("program", ["false", "cat", "no-such-program"])
def test_a_server_that_does_not_start_is_said_in_a_sentence(program: str) -> None:
    with pytest.raises(Unavailable, match="does not answer") as failure:
        demo.run(program)
    assert "doctor" in failure.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_control_c_ends_it_without_a_trace(tmp_path: Path) -> None:
    running = subprocess.Popen(
        DEMO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert running.stdout is not None
    while "1  Before" not in running.stdout.readline():
        pass
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert (running.returncode, errors) == (130, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe that closes")
def test_a_reader_that_has_seen_enough_is_no_failure(tmp_path: Path) -> None:
    running = subprocess.Popen(
        DEMO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert running.stdout is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.stderr is not None
    assert running.stderr.read() == ""
    running.stderr.close()
    assert running.wait(timeout=30) == 141


def test_the_history_holds_a_habit_over_many_sessions() -> None:
    text = resources.files("clone_mcp.cli").joinpath("demo_history.json").read_text(encoding="utf-8")
    sessions = json.loads(text)["sessions"]
    with_habit = [
        session for session in sessions if "run the tests" in (typed.casefold() for _, typed in session["turns"])
    ]
    assert len(with_habit) >= 5
    assert len({session["project"] for session in sessions}) == 2
