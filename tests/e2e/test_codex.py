"""The real Codex, with the plugin from this repository's marketplace or with what `clone-mcp install` writes."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.codex import Codex
from tests.support.person import DROP, SAID, TESTS, clone, recorded, remembered
from tests.support.stub_models import StubModel, serving
from tests.support.vendors import program

USE = ("exec_command", {"cmd": "sleep 2; echo built"})
"""Long enough for Clone to have opened its door, as any real work is."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not under /tmp: Codex puts no program of its own there."""
    program("codex")
    made = Path(tempfile.mkdtemp(prefix="clone-codex-", dir=Path.home()))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def home(folder: Path) -> Path:
    """Where Clone keeps its files by default: Codex hands no setting on to servers."""
    return remembered(folder / "person" / ".local" / "share" / "clone")


def test_the_plugin_records_answers_visibly_and_stops_by_its_counter(folder: Path, home: Path) -> None:
    with serving(StubModel(USE, *[TESTS] * 8)) as model:
        codex = Codex(folder, model.address)
        codex.install_plugin()
        done = codex.exec("Begin")
    assert done.returncode == 0, done.stderr
    assert len(model.requests) == 5
    clone(home, "jobs", "--run")
    said = [(author, text) for author, channel, text in recorded(home) if channel == "attested"]
    assert said == [
        ("unattributed", "Begin"),  # typed by whatever runs `codex exec`
        ("tool", "Bash: sleep 2; echo built → built"),
        *[("agent", TESTS), ("clone", SAID)] * 3,
        ("agent", TESTS),
    ]


def test_what_is_installed_by_hand_works_too_and_leaves_what_is_grave(folder: Path, home: Path) -> None:
    with serving(StubModel(USE, DROP)) as model:
        codex = Codex(folder, model.address)
        installed = subprocess.run(
            [str(Path(codex.env["PATH"].split(":")[0]) / "clone-mcp"), "install", "codex"],
            env=codex.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert installed.returncode == 0, installed.stderr
        done = codex.exec("Begin")
    assert done.returncode == 0, done.stderr
    assert len(model.requests) == 2
    clone(home, "jobs", "--run")
    assert [text for author, _, text in recorded(home) if author == "agent"] == [DROP]
