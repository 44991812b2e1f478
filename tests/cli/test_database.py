"""`clone-mcp db backup` and `restore`: whole copies, while other programs have the database open."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from clone_mcp.settings import Settings
from tests.support.command import Command
from tests.support.stdio import environment, running

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def facts(command: Command) -> list[str]:
    return [each["text"] for each in json.loads(command("memory", "show", "--json").out)["facts"]]


def test_a_backup_is_whole_private_and_never_overwrites(command: Command, settings: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "backup.db"
    missing = command("db", "backup", str(copy))
    assert (missing.code, missing.err.startswith("clone-mcp: There is no database yet: ")) == (2, True)
    assert not copy.exists()
    command("memory", "add", "I like tea")
    done = command("db", "backup", str(copy))
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"The backup is in {copy}.\n")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    before = copy.read_bytes()
    again = command("db", "backup", str(copy))
    assert (again.code, again.err) == (
        2,
        f"clone-mcp: {copy} exists already. Name a new file: no backup is overwritten.\n",
    )
    assert copy.read_bytes() == before


@pytest.mark.slow
def test_a_running_server_sees_what_was_restored(command: Command, settings: Settings, tmp_path: Path) -> None:
    copy = str(tmp_path / "backup.db")
    with running(environment(settings)) as server:
        server.initialize()
        first = server.record("first")
        assert command("db", "backup", copy).code == 0  # what is acknowledged is in it, and lies in the log so far
        second = server.record("second")
        assert command("db", "restore", copy, "--yes").code == 0
        third = server.record("third")
        server.close_stdin()
        assert server.wait() == 0
    with closing(sqlite3.connect(settings.home / "clone.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
        kept = {name for (name,) in database.execute("SELECT id FROM events")}
    assert {first, third} <= kept
    assert second not in kept


def test_restoring_asks_first_and_refuses_what_is_no_backup(
    command: Command, settings: Settings, tmp_path: Path
) -> None:
    copy, stranger, newer = (str(tmp_path / name) for name in ("backup.db", "stranger.db", "newer.db"))
    command("memory", "add", "I like tea")
    command("db", "backup", copy)
    command("db", "backup", newer)
    with closing(sqlite3.connect(newer)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    with closing(sqlite3.connect(stranger)) as database:
        database.execute("CREATE TABLE notes (text)")
        database.commit()
    command("memory", "add", "I like milk")
    for words, said in (
        (["restore", copy], "This replaces all that Clone keeps in"),
        (["restore", stranger, "--yes"], "is no backup of Clone. `clone-mcp db backup FILE` makes one."),
        (["restore", __file__, "--yes"], "is no backup of Clone."),
        (["restore", str(tmp_path / "nothing"), "--yes"], "There is no file"),
        (["restore", newer, "--yes"], "was written by a newer Clone"),
    ):
        refused = command("db", *words)
        assert (refused.code, refused.out, said in refused.err) == (2, "", True), (words, refused)
    assert sorted(facts(command)) == ["I like milk", "I like tea"]
    assert command("db", "restore", copy, "--yes").code == 0
    assert facts(command) == ["I like tea"]


def test_a_damaged_database_is_replaced_and_kept(command: Command, settings: Settings, tmp_path: Path) -> None:
    copy, database = tmp_path / "backup.db", settings.home / "clone.db"
    command("memory", "add", "I like tea")
    command("db", "backup", str(copy))
    for _ in range(2):
        for ending in ("-wal", "-shm"):
            Path(f"{database}{ending}").unlink(missing_ok=True)
        database.write_bytes(b"damaged" * 1000)
        assert command("memory", "show").code == 2
        assert command("db", "restore", str(copy), "--yes").code == 0
        assert facts(command) == ["I like tea"]
    kept = [settings.home / f"clone.db.damaged-{number}" for number in (1, 2)]
    assert [each.read_bytes() for each in kept] == [b"damaged" * 1000] * 2


def test_numbers_on_the_command_line_have_few_digits(command: Command, settings: Settings) -> None:
    command("memory", "add", "I like tea")
    with closing(sqlite3.connect(settings.home / "clone.db")) as database:
        database.execute("UPDATE facts SET base = 0.1 + 0.2, decay = 0.02 + 1e-17")
        database.commit()
    [fact] = json.loads(command("memory", "show", "--json").out)["facts"]
    assert (fact["importance"], fact["base"], fact["decay"]) == (0.32, 0.3, 0.02)
