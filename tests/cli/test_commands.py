"""The commands, by what they print and how they exit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clone_mcp import __version__
from clone_mcp.settings import Settings
from tests.support.command import Command, Ran
from tests.support.stdio import CLONE, PATIENCE, environment

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

NAMES = "stdio serve worker demo ingest import init install uninstall status undo why loop answer hook".split()
NAMES += "keys users db memory review forget standing".split()
NAMES += "pause resume shadow trust calibrate stats backtest evaluate jobs webhooks tenants doctor".split()
VERBS = ["keys create", "keys list", "keys revoke", "users create", "users link", "db upgrade", "db current"]
VERBS += ["tenants create", "tenants delete"]


@on_sqlite
@pytest.mark.parametrize("words", ["", *NAMES, *VERBS])
def test_every_command_explains_itself(command: Command, words: str) -> None:
    told = command(*words.split(), "--help")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"usage: clone-mcp {words}".rstrip())


@on_sqlite
def test_the_help_names_every_command(command: Command) -> None:
    told = command("--help").out.partition("\ncommands:\n")[2]
    assert [line.split()[0] for line in told.splitlines() if line.startswith("    ") and line[4] != " "] == NAMES


@on_sqlite
def test_it_tells_its_version(command: Command) -> None:
    assert command("--version") == Ran(0, f"clone-mcp {__version__}\n", "")


@on_sqlite
@pytest.mark.parametrize(
    "words", ["predict", "keys", "keys make", "db", "serve --port x", "jobs --limit 0", "ingest", "doctor --yes"]
)
def test_what_is_no_command_is_refused_with_the_usage(command: Command, words: str) -> None:
    refused = command(*words.split())
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("usage: clone-mcp")


@on_sqlite
def test_bad_settings_are_told_in_a_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_PORT", "many")
    refused = command("keys", "list")
    said = "clone-mcp: Bad settings: CLONE_PORT must be a whole number. Correct them, or run `unset CLONE_PORT`"
    assert refused == Ran(2, "", f"{said} to use the default.\n")


def test_the_module_and_the_program_are_the_same(tmp_path: Path) -> None:
    env = environment(Settings(home=tmp_path))
    for program in (CLONE, (str(Path(sys.executable).with_name("clone-mcp")),)):
        ran = subprocess.run([*program, "--version"], env=env, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"clone-mcp {__version__}\n", "")


def test_a_reader_that_has_seen_enough_is_no_failure(tmp_path: Path) -> None:
    for listing in (["--help"], ["keys", "list"], ["jobs", "--json"]):
        env = environment(Settings(home=tmp_path))
        program = subprocess.Popen([*CLONE, *listing], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert program.stdout
        program.stdout.close()
        _, told = program.communicate(timeout=PATIENCE)
        assert (told, program.returncode) == (b"", 141), listing


@on_sqlite
def test_a_database_out_of_reach_is_told_in_a_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/nothing")
    for words in ("db current", "db upgrade", "keys list"):
        refused = command(*words.split())
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.count("\n") == 1
        assert "hush" not in refused.err
