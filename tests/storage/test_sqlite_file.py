"""What is particular to one file on one machine: who may read it, and several processes that write it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from clone_mcp.app import open_storage, sqlite_path
from clone_mcp.errors import CloneError, Unavailable
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.events import Job
from clone_mcp.settings import Settings
from clone_mcp.storage import migrate
from clone_mcp.storage.schema import HEAD
from clone_mcp.storage.sql_storage import SqlStorage
from clone_mcp.storage.sqlite import SqliteDatabase
from tests.storage.test_append import history
from tests.support.records import record

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite"])
def settings(tmp_path):
    return Settings(home=tmp_path / "home", secret="test")


async def open_impatient(settings, clock):
    """Storage that gives up at once on a file that is in use."""
    file = SqliteDatabase(sqlite_path(settings.url), upgrade=migrate.upgrade, busy_ms=0)
    return await SqlStorage.open(file, clock.now)


@pytest.fixture
async def storage(settings, clock):
    opened = await open_impatient(settings, clock)
    yield opened
    await opened.close()


@pytest.fixture
def somebody(settings, storage):
    """Another program's connection to the file."""
    with closing(sqlite3.connect(settings.home / "clone.db", isolation_level=None)) as connection:
        yield connection


def modes(folder: Path) -> dict[str, str]:
    return {path.name: stat.filemode(path.stat().st_mode) for path in (folder, *folder.iterdir())}


async def test_folder_and_files_are_for_their_owner_only(settings, clock):
    before = os.umask(0)
    try:
        storage = await open_storage(settings, clock)
        await storage.append(LOCAL_TENANT, [record()])
        assert modes(settings.home) == {
            "home": "drwx------",
            "clone.db": "-rw-------",
            "clone.db-wal": "-rw-------",
            "clone.db-shm": "-rw-------",
        }
        await storage.close()
        assert modes(settings.home) == {"home": "drwx------", "clone.db": "-rw-------"}
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///{tmp}/a.db", "a.db"),
        ("sqlite+aiosqlite:///{tmp}/b.db", "b.db"),
        ("sqlite:///relative.db", "relative.db"),
        ("sqlite:///~/home.db", "home.db"),
        ("sqlite:///{tmp}/new/folder/with space %41.db", "new/folder/with space %41.db"),
    ],
)
async def test_a_sqlite_url_names_a_file(tmp_path, monkeypatch, clock, url, file):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    storage = await open_storage(Settings(database_url=url.format(tmp=tmp_path)), clock)
    await storage.close()
    assert (tmp_path / file).is_file()


async def test_while_another_process_writes_we_read_and_say_that_we_cannot_write(storage, somebody):
    await storage.append(LOCAL_TENANT, [record("before")])
    somebody.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        await storage.append(LOCAL_TENANT, [record("during")])
    assert (await history(storage, LOCAL_TENANT)).total == 1
    somebody.execute("ROLLBACK")
    assert await storage.append(LOCAL_TENANT, [record("during"), record("after")]) == [True, True]


async def test_after_a_lock_that_was_not_had_transactions_are_still_transactions(storage, somebody):
    somebody.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        await storage.append(LOCAL_TENANT, [record()])
    somebody.execute("ROLLBACK")
    with pytest.raises(ZeroDivisionError):
        async with storage.begin(LOCAL_TENANT) as uow:
            await uow.jobs.enqueue(Job("a"))
            _ = 1 / 0
    assert somebody.execute("SELECT kind FROM jobs").fetchall() == []


async def test_a_locked_file_delays_a_crowd_no_longer_than_one(storage, somebody):
    somebody.execute("BEGIN IMMEDIATE")
    results = await asyncio.gather(
        *(storage.append(LOCAL_TENANT, [record(f"e{n}")]) for n in range(20)), return_exceptions=True
    )
    assert [type(result) for result in results] == [Unavailable] * 20
    assert len({id(result) for result in results}) == 1  # one attempt for all of them
    somebody.execute("ROLLBACK")


async def test_opening_a_file_takes_no_write_lock(settings, storage, somebody, clock):
    somebody.execute("BEGIN IMMEDIATE")
    another = await open_impatient(settings, clock)
    assert await another.revision() == HEAD
    await another.close()
    somebody.execute("ROLLBACK")


async def test_opening_a_new_file_from_many_sides_at_once_makes_one_schema(settings, clock):
    opened = await asyncio.gather(*(open_storage(settings, clock) for _ in range(8)))
    results = await asyncio.gather(*(each.append(LOCAL_TENANT, [record()]) for each in opened))
    assert sorted(results) == [[False]] * 7 + [[True]]
    for each in opened:
        await each.close()


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_bytes(b"not a database at all, " * 100)])
async def test_a_file_that_is_no_database_is_unavailable(settings, clock, make):
    settings.home.mkdir()
    make(settings.home / "clone.db")
    with pytest.raises(Unavailable):
        await open_storage(settings, clock)


async def test_a_folder_that_is_a_file_is_unavailable(settings, clock):
    settings.home.write_text("")
    with pytest.raises(Unavailable):
        await open_storage(settings, clock)


async def test_a_statement_that_makes_no_sense_is_our_mistake_and_not_the_databases(storage, somebody):
    somebody.execute("DROP TABLE jobs")
    with pytest.raises(CloneError) as wrong:
        async with storage.begin(LOCAL_TENANT) as uow:
            await uow.jobs.enqueue(Job("a", {"secret": "hunter2"}))
    assert type(wrong.value) is CloneError
    assert "hunter2" not in f"{wrong.value} {wrong.value.__cause__}"


async def test_after_closing_the_storage_says_so(second, storage):
    await second.close()
    with pytest.raises(Unavailable):
        await second.append(LOCAL_TENANT, [record()])
    with pytest.raises(Unavailable):
        await second.check()


async def append_in_a_process(home: Path, name: str, times: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.appender", str(home), name, str(times),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_eight_processes_write_one_new_file_without_loss_or_error_and_one_dies(settings, clock):
    """The eighth is killed in the middle; what it was told is stored stays stored."""
    running = [await append_in_a_process(settings.home, f"p{n}", 100) for n in range(7)]
    doomed = await append_in_a_process(settings.home, "doomed", 1_000_000)
    acknowledged = [await doomed.stdout.readline() for _ in range(50)]
    doomed.kill()
    rest, _ = await doomed.communicate()
    finished = [(await process.communicate(), process.returncode) for process in running]
    assert [(errors, code) for (_, errors), code in finished] == [(b"", 0)] * 7
    told = {line.decode().strip() for line in (*acknowledged, *rest.splitlines(keepends=True)) if line.endswith(b"\n")}
    told |= {line.decode() for (out, _), _ in finished for line in out.split()}
    assert len(told) >= 750
    storage = await open_storage(settings, clock)
    with closing(sqlite3.connect(settings.home / "clone.db")) as connection:
        stored = {name for (name,) in connection.execute("SELECT id FROM events")}
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert told <= stored
    assert len(stored) - len(told) <= 1  # written, and killed before it could be said
    assert (await history(storage, LOCAL_TENANT)).total == len(stored)
    await storage.close()
