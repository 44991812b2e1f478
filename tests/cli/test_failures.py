"""Every command, where things are as they should not be: a plain line and an exit code, and never a trace of ours.

The commands are found by walking the parser, so that a new one is tried unasked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from clone_mcp.cli.parser import parser
from tests.support.forked import Case, Commands, Ended, commands
from tests.support.postgres import APP, Postgres, dsn

pytestmark = pytest.mark.slow
ENDLESS = {"stdio", "serve", "worker", "demo"}
"""Servers, which run until they are told to stop, and what starts one. They have tests of their own."""
TENANT = str(UUID(int=0))
SAMPLES = {
    "file": "{folder}/events.jsonl", "source": "claude-code", "path": "{folder}", "id": "nobody", "times": "3",
    "text": "I like café, 日本 and ≥ 5.", "words": "café 日本", "folder": "{folder}/exported",
    "email": "me@example.com",
    "subject": "someone", "tenant": TENANT, "name": "Zoë", "event": "Stop", "clients": "codex",
    "question": "Shall I run the tests?", "reply": "oui, 日本",
}  # fmt: skip
EVENT = {
    "id": "e1", "session_id": "s", "occurred_at": "2026-11-20T08:30:00Z", "source": "cli", "type": "agent.prompt",
    "agent": "a", "prompt": "from now on, always say “naïve café” in 日本",
}  # fmt: skip


def found(top: argparse.ArgumentParser, *before: str) -> Iterator[list[str]]:
    """Each command with what it can't do without, and once more with --json and --yes where it takes them."""
    verbs = next((each for each in top._actions if isinstance(each, argparse._SubParsersAction)), None)
    if verbs is not None:
        for name, below in verbs.choices.items():
            if name not in ENDLESS:
                yield from found(below, *before, name)
        return
    words = [_sample(each) for each in top._actions if not each.option_strings and each.nargs not in ("?", "*")]
    yield [*before, *words]
    options = [name for name in ("--json", "--yes") if name in top._option_string_actions]
    if options:
        yield [*before, *words, *options]


def _sample(action: argparse.Action) -> str:
    return str(next(iter(action.choices))) if action.choices else SAMPLES[action.dest]


COMMANDS = [*found(parser()), ["--help"], ["--version"], ["nonsense"], ["memory", "show", "--help"]]


@pytest.fixture(scope="module")
def run() -> Iterator[Commands]:
    with commands() as forked:
        yield forked


@pytest.fixture(scope="module")
def remembered(run: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with something in it, in letters that few encodings have."""
    folder = tmp_path_factory.mktemp("remembered")
    (folder / "events.jsonl").write_text(json.dumps(EVENT, ensure_ascii=False), encoding="utf-8")
    for words in ("ingest {folder}/events.jsonl", "memory promote", "jobs --run"):
        done = run(Case(_placed(words.split(), folder), _env(folder)))
        assert done.code == 0, done
    return folder


@pytest.fixture
def place(remembered: Path, tmp_path: Path) -> Path:
    """The same, for one test to do with as it likes."""
    return shutil.copytree(remembered, tmp_path / "place")


def _env(folder: Path, **more: str) -> dict[str, str]:
    ours = {"HOME": str(folder), "CLONE_HOME": str(folder / "home"), "CLONE_SECRET": "test", "PATH": "/usr/bin:/bin"}
    return {**ours, **more}


def _placed(words: list[str], folder: Path) -> list[str]:
    return [word.replace("{folder}", str(folder)) for word in words]


def plain(words: list[str], ended: Ended) -> Ended:
    """That nothing of Python's inside was told, and that the process ended by itself."""
    told = ended.out + ended.err
    assert "Traceback" not in told, (words, told)
    assert "Exception ignored" not in told, (words, told)
    assert "Error:" not in told.replace("error: ", ""), (words, told)
    assert 0 <= ended.code < 120 or ended.code == 141, (words, ended)
    return ended


STREAMS = {
    "stdin closed": {"closed": [0]},
    "stdout closed": {"closed": [1]},
    "all closed": {"closed": [0, 1, 2]},
    "nobody reads": {"gone": True},
    "both full": {"full": [1, 2]},
    "ascii": {"encoding": "ascii"},
}


@pytest.mark.parametrize("streams", STREAMS)
def test_every_command_copes_with_its_streams(run: Commands, place: Path, streams: str) -> None:
    assert len(COMMANDS) > 60
    for words in COMMANDS:
        plain(words, run(Case(_placed(words, place), _env(place), **STREAMS[streams])))


@pytest.mark.parametrize("closed", [[0], [0, 1], [0, 1, 2]])
def test_a_server_without_an_input_ends(run: Commands, place: Path, closed: list[int]) -> None:
    assert plain(["stdio"], run(Case(["stdio"], _env(place), closed=closed))) == Ended(0, "", "")


def test_letters_that_an_encoding_lacks_are_replaced_and_the_rest_is_shown(run: Commands, place: Path) -> None:
    for encoding, shown in (("ascii", "na?ve caf?"), ("iso-8859-1", "na\ufffdve caf\ufffd"), ("utf-8", "naïve café")):
        ended = run(Case(["memory", "search", "naïve"], _env(place), encoding=encoding))
        assert (ended.code, ended.err) == (0, "")
        assert shown in ended.out


def test_what_can_not_be_written_out_is_told(run: Commands, place: Path) -> None:
    ended = run(Case(["memory", "show"], _env(place), full=[1]))
    said = "The output can't be written: No space left on device. Free some space, then run the same command again."
    assert ended == Ended(2, "", f"clone-mcp: {said}\n")


def test_without_an_input_nobody_is_asked(run: Commands, place: Path) -> None:
    ended = run(Case(["init"], _env(place), closed=[0]))
    assert (ended.code, ended.err) == (2, "clone-mcp: There is nobody to ask. Run it in a terminal, or add --yes.\n")


def damaged(place: Path) -> dict[str, str]:
    for ending in ("-wal", "-shm"):
        (place / f"home/clone.db{ending}").unlink(missing_ok=True)
    (place / "home/clone.db").write_bytes(b"this is not a database" * 1000)
    return {}


def a_folder(place: Path) -> dict[str, str]:
    shutil.rmtree(place / "home")
    (place / "home/clone.db").mkdir(parents=True)
    return {}


def a_file(place: Path) -> dict[str, str]:
    shutil.rmtree(place / "home")
    (place / "home").write_text("")
    return {}


def newer(place: Path) -> dict[str, str]:
    with closing(sqlite3.connect(place / "home/clone.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    return {}


def nobody_there(_place: Path) -> dict[str, str]:
    return {"CLONE_DATABASE_URL": "postgresql://me:hush@127.0.0.1:1/nothing"}


def no_such_host(_place: Path) -> dict[str, str]:
    return {"CLONE_DATABASE_URL": "postgresql://me:hush@nowhere.invalid/nothing"}


def bad_setting(_place: Path) -> dict[str, str]:
    return {"CLONE_PORT": "many", "CLONE_REDACT": "perhaps"}


@pytest.mark.parametrize("broken", [damaged, a_file, nobody_there, bad_setting])
def test_every_command_copes_with_what_it_needs(run: Commands, place: Path, broken) -> None:
    more = broken(place)
    refused = 0
    for words in COMMANDS:
        ended = plain(words, run(Case(_placed(words, place), _env(place, **more))))
        assert "hush" not in ended.out + ended.err, words
        if ended.err.startswith("clone-mcp: "):
            refused += 1
            assert ended.err.count("\n") == 1 or words[0] == "init", (words, ended.err)
    assert refused > 30


NAMED = ["keys list", "db current", "db upgrade", "memory show", "users list", "jobs", "stats", "pause"]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (a_folder, "can't be opened"),
        (newer, "The database was written by a newer Clone"),
        (no_such_host, "the server can't be reached"),
    ],
)
def test_what_is_wrong_is_named(run: Commands, place: Path, broken, said: str) -> None:
    more = broken(place)
    for words in NAMED:
        ended = plain([words], run(Case(words.split(), _env(place, **more))))
        assert (ended.code, said in ended.err) == (2, True), (words, ended)


def test_no_command_fails_inside_where_the_disk_is_full(run: Commands, place: Path) -> None:
    size = (place / "home/clone.db").stat().st_size
    refused = 0
    for words in COMMANDS:
        ended = plain(words, run(Case(_placed(words, place), _env(place), most_bytes=max(4096, size // 2))))
        refused += ended.code == 2
    assert refused > 20


def test_a_locked_database_is_told_with_what_to_do(run: Commands, place: Path) -> None:
    with closing(sqlite3.connect(place / "home/clone.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ended = plain([], run(Case(["memory", "add", "I like tea"], _env(place))))
    said = "The database can't be used right now: another program holds the file locked."
    assert (ended.code, ended.err) == (2, f"clone-mcp: {said} End that program, or try again in a minute.\n")


@pytest.fixture
def with_password(postgres: Postgres) -> Iterator[str]:
    """A login that a password is asked of, by the real server's own rules."""

    async def rules() -> Path:
        import asyncpg

        connection = await asyncpg.connect(dsn(postgres.owner))
        try:
            return Path(await connection.fetchval("SHOW hba_file"))
        finally:
            await connection.close()

    file = asyncio.run(rules())
    before = file.read_text()
    asyncio.run(postgres.execute("CREATE ROLE clone_locked LOGIN PASSWORD 'right'"))
    file.write_text(f"local all clone_locked scram-sha-256\nhost all clone_locked all scram-sha-256\n{before}")
    asyncio.run(postgres.execute("SELECT pg_reload_conf()"))
    yield postgres.owner.set(username="clone_locked", password="wrong").render_as_string(False)
    file.write_text(before)
    asyncio.run(postgres.execute("SELECT pg_reload_conf()", "DROP ROLE clone_locked"))


def test_a_wrong_password_is_told(run: Commands, place: Path, with_password: str) -> None:
    for words in NAMED:
        ended = plain([words], run(Case(words.split(), _env(place, CLONE_DATABASE_URL=with_password))))
        assert (ended.code, "the server refused the login" in ended.err) == (2, True), (words, ended)
        assert "wrong" not in ended.err


def test_a_database_that_is_not_there_is_told(run: Commands, place: Path, postgres: Postgres) -> None:
    url = postgres.owner.set(database="clone_never").render_as_string(False)
    for words in NAMED:
        ended = plain([words], run(Case(words.split(), _env(place, CLONE_DATABASE_URL=url))))
        assert (ended.code, "Make it with `createdb`" in ended.err) == (2, True), (words, ended)


@pytest.mark.parametrize("schema", ["nothing", "an older one", "a newer one"])
def test_the_servers_own_login_may_not_upgrade_and_is_told_who_may(
    run: Commands, place: Path, postgres: Postgres, schema: str
) -> None:
    database = postgres.database()
    name = database.name
    statement = {
        "nothing": "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC",
        "an older one": "UPDATE alembic_version SET version_num = '0011'",
        "a newer one": "UPDATE alembic_version SET version_num = '9999'",
    }[schema]
    asyncio.run(postgres.execute(statement, database=name))
    assert sa.make_url(database.url).username == APP
    ended = plain([], run(Case(["db", "upgrade"], _env(place, CLONE_DATABASE_URL=database.url))))
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    if schema == "a newer one":
        assert "written by a newer Clone" in ended.err
    else:
        assert "This database login may not change the schema. Run it as the owner" in ended.err
        assert "clone-mcp db upgrade`" in ended.err
    database.drop()
