"""A machine that fails: no room, no permission, damaged files, a clock that jumps, signals in the midst of work.

Always the same: the client is told in prose, what was acknowledged is there, and the same server goes on by itself once
the fault is mended.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from clone_mcp.app import open_storage, wire
from clone_mcp.errors import Unavailable
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.events import Job
from clone_mcp.models.prediction import Question
from clone_mcp.settings import Settings
from tests.durability import acts
from tests.durability.acts import ME
from tests.memory.person import TABS
from tests.support.clock import FixedClock
from tests.support.events import typed
from tests.support.postgres import Postgres
from tests.support.stdio import CLONE, Process, environment, running

pytestmark = pytest.mark.slow

WORDS = "some words to fill a page " * 40


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    """One person's settings on a fresh SQLite file."""
    return Settings(home=tmp_path / "home", secret="test")


def stored(settings: Settings) -> list[str]:
    with closing(sqlite3.connect(settings.home / "clone.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [name for (name,) in database.execute("SELECT id FROM events ORDER BY received_at, id")]


def asked(server: Process, text: str, number: int) -> dict[str, Any]:
    event = {"session_id": "s", "agent": "test", "prompt": text, "source": "user", "client_id": f"c{number}"}
    return server.call("record_agent_prompt", **event)


def refusal(result: dict[str, Any]) -> str:
    assert result["isError"]
    text = result["content"][0]["text"]
    assert "Traceback" not in text
    assert str(Path.home()) not in text
    return text


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of another process can be lifted on Linux only")
def test_a_full_disk_refuses_in_prose_and_the_same_server_goes_on_when_there_is_room(local: Settings) -> None:
    import resource

    program = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))"
    command = (sys.executable, "-c", f"{program}; import clone_mcp.__main__ as clone; clone.main()")
    with running(environment(local), command) as server:
        server.initialize()
        acknowledged = []
        for number in range(2000):
            result = asked(server, f"{number} {WORDS}", number)
            if result["isError"]:
                break
            acknowledged.append(result["structuredContent"]["event_id"])
        assert refusal(result).startswith("Error 503 (unavailable): ")
        assert server.call("predict_next_prompt", agent="a", agent_input="Go on?") is not None  # alive
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        acknowledged.append(asked(server, "room again", 9999)["structuredContent"]["event_id"])
        server.close_stdin()
        assert server.wait() == 0
    assert len(acknowledged) > 20
    assert set(acknowledged) <= set(stored(local))


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    files = [folder, *folder.iterdir()]
    for path in files:
        path.chmod(0o500 if path.is_dir() else 0o400)
    yield
    for path in files:
        path.chmod(0o700 if path.is_dir() else 0o600)


def as_anybody() -> tuple[str, ...]:
    """The command, without root's right to write whatever it likes."""
    if os.geteuid() != 0:
        return CLONE
    if shutil.which("setpriv") is None:
        pytest.skip("root may write anywhere, and there is no setpriv to give that up")
    return ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", *CLONE)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
def test_a_disk_that_can_only_be_read_refuses_in_prose_until_it_can_be_written(local: Settings) -> None:
    with running(environment(local)) as server:
        server.initialize()
        before = server.record("before")
        server.close_stdin()
        assert server.wait() == 0
    with running(environment(local), as_anybody()) as server:
        with unwritable(local.home):
            server.initialize()
            assert refusal(asked(server, "during", 1)).startswith("Error 503 (unavailable): ")
            question = server.call("predict_next_prompt", agent="a", agent_input="Go on?")
            assert refusal(question).startswith("Error 503 (unavailable): ")
        after = asked(server, "after", 2)["structuredContent"]["event_id"]
    assert stored(local) == [before, after]


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_a_postgres_that_only_reads_refuses_in_prose_until_it_writes_again(
    settings: Settings, clock: FixedClock, postgres: Postgres
) -> None:
    """As one that became a copy of another."""
    name = sa.make_url(settings.database_url).database
    storage = await open_storage(settings, clock)
    clone = wire(settings, storage, clock, b"test")

    async def only_reads(how: str) -> None:
        await postgres.execute(f'ALTER DATABASE "{name}" {how}')
        await postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    assert (await clone.recording.ingest.batch(ME, [typed("before")])).accepted == 1
    await only_reads("SET default_transaction_read_only = on")
    for _ in range(2):
        with pytest.raises(Unavailable, match="The database can't be used right now"):
            await clone.recording.ingest.batch(ME, [typed("during")])
        with pytest.raises(Unavailable):
            await clone.prediction.predict(ME, Question("a", "Go on?"))
    await only_reads("RESET default_transaction_read_only")
    async with asyncio.timeout(30):
        while True:  # connections that were cut are noticed one by one
            with suppress(Unavailable):
                assert (await clone.recording.ingest.batch(ME, [typed("after", id="after")])).accepted == 1
                break
    async with storage.begin(LOCAL_TENANT, readonly=True) as uow:
        assert {each.payload["prompt"] for each in await uow.events.of_session("s")} == {"before", "after"}
    await storage.close()


def killed_in_the_middle(settings: Settings, count: int = 30) -> list[str]:
    """Ids of what a server recorded before it was killed, so that its log was never written back."""
    with running(environment(settings)) as server:
        server.initialize()
        ids = [server.record(f"{number} {WORDS}") for number in range(count)]
        os.kill(server.pid, signal.SIGKILL)
        assert server.wait() == -signal.SIGKILL
    return ids


@pytest.mark.parametrize("damage", ["cut", "scribbled", "emptied"])
def test_a_damaged_log_costs_what_stood_in_it_and_nothing_else(local: Settings, damage: str) -> None:
    with running(environment(local)) as server:
        server.initialize()
        safe = [server.record(f"safe {number}") for number in range(5)]
        server.close_stdin()
        assert server.wait() == 0  # which writes the log back
    ids = killed_in_the_middle(local)
    log = local.home / "clone.db-wal"
    whole = log.read_bytes()
    assert len(whole) > 50_000
    half = len(whole) // 2
    damaged = {"cut": whole[:half], "scribbled": whole[:half] + os.urandom(len(whole) - half), "emptied": b""}[damage]
    log.write_bytes(damaged)
    (local.home / "clone.db-shm").unlink(missing_ok=True)
    with running(environment(local)) as server:
        server.initialize()
        later = server.record("later")
    there = stored(local)
    assert [*safe, later] == [id_ for id_ in there if id_ in (*safe, later)]
    survivors = [id_ for id_ in ids if id_ in there]
    assert survivors == ids[: len(survivors)], "a hole in the middle"
    assert len(survivors) < len(ids)
    assert (damage == "emptied") == (survivors == [])


def test_a_damaged_file_is_told_in_prose_by_server_and_doctor(local: Settings) -> None:
    with running(environment(local)) as server:
        server.initialize()
        for number in range(40):
            server.record(f"{number} {WORDS}")
        server.close_stdin()
        assert server.wait() == 0
    path = local.home / "clone.db"
    data = bytearray(path.read_bytes())
    data[4096 : len(data)] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    with running(environment(local), stderr=subprocess.DEVNULL) as server:
        server.initialize()
        assert refusal(asked(server, "yes", 1)).startswith("Error 503 (unavailable): ")
        assert server.ask("tools/list")["result"]["tools"]
    doctor = subprocess.run((*CLONE, "doctor"), env=environment(local), capture_output=True, text=True, timeout=60)
    assert doctor.returncode != 0
    assert "Traceback" not in doctor.stderr + doctor.stdout


def test_a_server_that_finds_a_newer_file_says_so_and_leaves_it_alone(local: Settings) -> None:
    with running(environment(local)) as old:
        old.initialize()
        kept = old.record("before")
        with closing(sqlite3.connect(local.home / "clone.db")) as newer, newer:
            newer.execute("UPDATE alembic_version SET version_num = '9999'")
        still = old.record("while both run")  # what a version adds, an older one does not mind
    with running(environment(local)) as server:
        server.initialize()
        text = refusal(asked(server, "after", 1))
        assert text.startswith("Error 503 (unavailable): The database was written by a newer Clone (schema 9999")
    assert sorted(stored(local)) == sorted([kept, still])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_in_the_midst_of_a_crowd_loses_nothing_that_was_acknowledged(local: Settings, number: int) -> None:
    with running(environment(local), stderr=subprocess.PIPE) as server:
        server.initialize()
        for request in range(300):
            event = {"session_id": "s", "agent": "a", "prompt": f"{request}", "source": "user"}
            server.send("tools/call", {"name": "record_agent_prompt", "arguments": event}, number=1000 + request)
        first = server.answer(1000)
        server.signal(number)
        lines = [json.loads(line) for line in server.rest().decode().splitlines(keepends=True) if line.endswith("\n")]
        assert server.wait() == (0 if number == signal.SIGTERM else -number)
        assert [line for line in server.errors() if "Traceback" in line] == []
    results = [line["result"] for line in (first, *lines) if "result" in line]
    told = [each["structuredContent"]["event_id"] for each in results if not each["isError"]]
    there = stored(local)
    assert len(told) == len(set(told))
    assert set(told) <= set(there)
    assert len(there) == len(set(there)) <= 300


@pytest.mark.parametrize("settings", ["sqlite", "postgres"], indirect=True)
async def test_a_clock_that_jumps_back_a_day_loses_nothing_and_stops_nothing(
    settings: Settings, clock: FixedClock
) -> None:
    storage = await open_storage(settings, clock)
    clone = wire(settings, storage, clock, b"test")
    person = acts.the_person(clone, clock)
    await person.said_in_sessions(TABS, 3)
    await person.promote()
    clock.advance(days=-1)
    await person.said_in_sessions(TABS, 3, name="later")
    await person.leaves("later0")
    assert (
        await clone.recording.ingest.batch(ME, [typed("twice", id="twice"), typed("twice", id="twice")])
    ).accepted == 1
    await person.promote()
    assert (await person.fact("Prefers tabs over spaces.")).tier == "strong"
    await clone.jobs.worker.drain()
    await storage.close()


async def test_a_lease_from_the_future_does_not_hold_a_job(local: Settings, clock: FixedClock) -> None:
    """Its worker died, and then the machine's clock was set back."""
    storage = await open_storage(local, clock)
    async with storage.begin(LOCAL_TENANT) as uow:
        await uow.jobs.enqueue(Job("a", serialize_by="x"))
    now = clock.now()
    assert await storage.work.claim(["a"], now=now, lease_until=now + timedelta(minutes=2))
    clock.advance(days=-1)
    async with storage.begin(LOCAL_TENANT) as uow:
        await uow.jobs.enqueue(Job("b", serialize_by="x"))
    clock.advance(minutes=5)
    now = clock.now()
    assert await storage.work.claim(["b"], now=now, lease_until=now + timedelta(minutes=2))
    await storage.close()
