"""The commands, by what they print and how they exit."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clone_mcp import __version__
from clone_mcp.models.access import Scope
from clone_mcp.settings import Settings
from clone_mcp.storage.schema import HEAD
from tests.support.command import Command, Ran
from tests.support.postgres import Postgres
from tests.support.stdio import CLONE, PATIENCE, environment

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)

NAMES = "stdio serve worker demo ingest import init install uninstall status undo why loop answer hook".split()
NAMES += "keys users db memory review forget".split()
NAMES += "pause resume shadow trust calibrate stats backtest jobs webhooks tenants doctor".split()
VERBS = ["keys create", "keys list", "keys revoke", "users create", "users link", "db upgrade", "db current"]
VERBS += ["tenants create", "tenants delete"]
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


def test_keys_are_made_listed_and_revoked(command: Command) -> None:
    assert command("keys", "list").out == "No keys yet. Make one with `clone-mcp keys create`.\n"
    made = command("keys", "create", "--name", "laptop")
    key = made.out.strip()
    assert key.startswith("clone_")
    assert made.out == f"{key}\n"
    assert "Scope agent" in made.err
    assert "only time" in made.err
    assert "counts as your own words" not in made.err
    assert "counts as your own words" in command("keys", "create", "--help").out.replace("\n" + " " * 24, " ")

    other = json.loads(command("keys", "create", "--scope", "viewer", "--json").out)
    listed = json.loads(command("keys", "list", "--json").out)
    assert {item["name"]: (item["scope"], item["prefix"]) for item in listed} == {
        "laptop": ("agent", key[:14]),
        "": ("viewer", other["key"][:14]),
    }
    assert all(key not in str(item) and "digest" not in item and "tenant" not in item for item in listed)

    assert command("keys", "revoke", other["id"]) == Ran(0, "Revoked.\n", "")
    text = command("keys", "list").out
    assert {line.split()[0]: "revoked" in line for line in text.splitlines()} == {
        item["id"]: item["id"] == other["id"] for item in listed
    }
    assert key not in text


def test_whoever_makes_a_key_that_vouches_for_them_is_told_what_that_means(command: Command) -> None:
    told = "What this key records as typed by you counts as your own words. Do not give it to an agent.\n"
    assert {scope: told in command("keys", "create", "--scope", scope).err for scope in Scope} == {
        Scope.VIEWER: False,
        Scope.AGENT: False,
        Scope.RECORDER: True,
        Scope.OWNER: True,
    }


def test_a_key_there_is_not_can_not_be_revoked(command: Command) -> None:
    refused = command("keys", "revoke", "nobody")
    assert refused == Ran(2, "", "clone-mcp: There is no such key. `clone-mcp keys list` shows the ids.\n")


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


def test_the_schema_is_brought_up_to_date_and_told(command: Command) -> None:
    assert command("db", "upgrade") == Ran(0, f"The schema is at {HEAD}.\n", "")
    assert command("db", "current") == Ran(0, f"{HEAD}\n", "")


@on_postgres
def test_an_empty_postgres_asks_for_the_upgrade_which_then_makes_it(
    command: Command, postgres: Postgres, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    name = settings.database_url.rpartition("/")[2].partition("?")[0]
    drop = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"
    asyncio.run(postgres.execute(drop, database=name))
    refused = command("db", "current")
    assert (refused.code, refused.out) == (2, "")
    assert "Run `clone-mcp db upgrade` with the owner's URL." in refused.err
    assert command("db", "upgrade") == Ran(0, f"The schema is at {HEAD}.\n", "")
    assert command("db", "current") == Ran(0, f"{HEAD}\n", "")


@on_sqlite
def test_a_database_out_of_reach_is_told_in_a_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/nothing")
    for words in ("db current", "db upgrade", "keys list"):
        refused = command(*words.split())
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.count("\n") == 1
        assert "hush" not in refused.err
