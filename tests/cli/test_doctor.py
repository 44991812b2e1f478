"""`clone-mcp doctor` finds what is wrong and says how to mend it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from clone_mcp import __version__
from clone_mcp.settings import Settings
from clone_mcp.storage.schema import HEAD
from tests.support.command import Command, Ran

on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def findings(ran: Ran) -> dict[str, dict[str, object]]:
    return {finding["what"]: finding for finding in json.loads(ran.out)}


def test_all_is_well(command: Command, settings: Settings) -> None:
    ran = command("doctor")
    assert (ran.code, ran.err) == (0, "")
    where = "Postgres" if settings.database_url else str(settings.home / "clone.db")
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"ok    versions: clone-mcp {__version__}, Python 3.")
    assert lines[1:] == [
        f"ok    settings: transport stdio, database {where}, secrets are redacted",
        "ok    model: none is asked; nothing leaves this machine",
        "ok    hooks: 0 bytes of notes wait for a server",
        f"ok    database: opens and answers, schema {HEAD}",
        "ok    switches: Paused: nowhere. Shadow mode: nowhere. Agents trusted: nowhere.",
    ]
    as_json = command("doctor", "--json")
    assert as_json.code == 0
    assert all(finding["ok"] and finding["mend"] == "" for finding in findings(as_json).values())


@on_sqlite
def test_a_bad_value_is_found_with_its_name(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_DATABASE_URL", "mysql://me:hush@host/name")
    ran = command("doctor")
    assert ran.code == 1
    assert "WRONG settings: Bad settings: CLONE_DATABASE_URL must be sqlite:///path/to/a/file or" in ran.out
    assert "hush" not in ran.out


@on_sqlite
def test_a_misspelt_setting_is_found_with_the_right_name(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_HOEM", "/x")
    found = findings(command("doctor", "--json"))["settings"]
    assert found == {
        "what": "settings",
        "ok": False,
        "said": "CLONE_HOEM is not a setting of Clone.",
        "mend": "Did you mean CLONE_HOME?",
    }


@on_sqlite
def test_a_stranger_is_named_and_no_fault(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_MOOD", "good")
    ran = command("doctor", "--json")
    found = findings(ran)["unknown settings"]
    assert (ran.code, found["ok"], found["said"]) == (0, True, "CLONE_MOOD mean nothing to Clone and are ignored")


@on_sqlite
def test_storing_secrets_is_found(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_REDACT", "false")
    ran = command("doctor", "--json")
    found = findings(ran)["settings"]
    assert (ran.code, found["ok"], found["mend"]) == (1, False, "Run `unset CLONE_REDACT`.")


@on_sqlite
def test_files_that_others_may_read_are_found(command: Command, settings: Settings) -> None:
    command("keys", "list")  # makes them
    database = settings.home / "clone.db"
    database.chmod(0o644)
    ran = command("doctor")
    assert ran.code == 1
    assert f"WRONG permissions: {database} is open to others (644)\n      → chmod go= '{database}'" in ran.out
    database.chmod(0o600)
    settings.home.chmod(0o755)
    assert command("doctor").code == 1
    settings.home.chmod(0o700)
    assert command("doctor").code == 0


SAID = {
    "a file for a folder": ("can't be used: a file is where a folder has to be", "`ls -ld "),
    "a folder for a file": ("can't be used: a folder is where a file has to be", "`ls -ld "),
    "not a database": ("the file is damaged", "`clone-mcp db restore FILE`"),
    "nobody there": ("the server can't be reached (connection refused)", "Start Postgres"),
}


@on_sqlite
@pytest.mark.parametrize("trouble", ["a file for a folder", "a folder for a file", "not a database", "nobody there"])
def test_a_database_that_can_not_be_opened_is_found(
    command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    if trouble == "a file for a folder":
        settings.home.write_text("")
        settings.home.chmod(0o600)
    else:
        settings.home.mkdir(mode=0o700)
    if trouble == "a folder for a file":
        (settings.home / "clone.db").mkdir(mode=0o700)
    if trouble == "not a database":
        (settings.home / "clone.db").write_text("this is not a database" * 100)
        (settings.home / "clone.db").chmod(0o600)
    if trouble == "nobody there":
        monkeypatch.setenv("CLONE_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/nothing")
    ran = command("doctor", "--json")
    found = findings(ran)["database"]
    assert (ran.code, found["ok"]) == (1, False)
    said, mend = SAID[trouble]
    assert said in str(found["said"])
    assert mend in str(found["mend"])
    if trouble != "nobody there":
        assert str(settings.home) in str(found["said"])
    assert "doctor" not in "".join(f"{each['said']}{each['mend']}" for each in findings(ran).values())
    assert "hush" not in ran.out


@on_postgres
@pytest.mark.parametrize(
    ("change", "said", "mend"),
    [
        (
            {"port": 1, "host": "127.0.0.1", "query": {}},
            "the server can't be reached (connection refused)",
            "Start Postgres",
        ),
        ({"database": "clone_never"}, "the server has no database of that name", "Make it with `createdb`"),
        ({"username": "nobody"}, "the server refused the login", "Correct the user and the password"),
    ],
)
def test_a_server_that_can_not_be_used_is_found_with_its_own_reason(
    command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], said: str, mend: str
) -> None:
    url = sa.make_url(settings.database_url).set(**change)
    monkeypatch.setenv("CLONE_DATABASE_URL", url.render_as_string(hide_password=False))
    ran = command("doctor", "--json")
    found = findings(ran)["database"]
    assert (ran.code, found["ok"], found["said"]) == (1, False, f"The database can't be used right now: {said}.")
    assert str(found["mend"]).startswith(mend)
    assert "doctor" not in "".join(f"{each['said']}{each['mend']}" for each in findings(ran).values())


@on_sqlite
@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("CLONE_MODEL", "gpt-4", "CLONE_MODEL names 'gpt-4', which Clone does not ask."),
        ("CLONE_DAILY_CAP", "plenty", "CLONE_DAILY_CAP can't be read: "),
        ("CLONE_PREDICTOR", "cascade", "claude-sonnet-4-6 has no key (predictor cascade, at most 1.00 a day)"),
    ],
)
def test_a_model_that_can_not_be_asked_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, said: str
) -> None:
    monkeypatch.setenv(setting, value)
    ran = command("doctor", "--json")
    found = findings(ran)["model"]
    assert (ran.code, found["ok"]) == (1, False)
    assert str(found["said"]).startswith(said)
    assert found["mend"]
