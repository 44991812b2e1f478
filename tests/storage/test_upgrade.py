"""A database of an older Clone, with what a person recorded in it, brought up to date."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from clone_mcp.app import open_storage, wire
from clone_mcp.errors import NotFound
from clone_mcp.jobs.worker import worker_for
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.events import Job
from clone_mcp.settings import Settings
from clone_mcp.storage import migrate, schema, schema_version
from clone_mcp.storage import postgres as postgres_storage
from clone_mcp.storage import sqlite as sqlite_storage
from clone_mcp.storage.sql_storage import SqlStorage
from tests.durability.deaths import Task, forking
from tests.storage.test_schema import blank, shape
from tests.support.events import NINE
from tests.support.jobs import waiting
from tests.support.postgres import Postgres

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"
REVISIONS = sorted(path.name.partition("_")[0] for path in VERSIONS.glob("0*.py"))
OLDER = [revision for revision in REVISIONS if schema.FOUNDATION <= revision < schema.HEAD]
"""Where a database may be that this code upgrades. None until a revision follows the foundation."""
OLDEST = OLDER[0] if OLDER else None
needs_an_older_one = pytest.mark.skipif(not OLDER, reason="no schema is older than this one and may be upgraded")

_OF = {"tenant_id": LOCAL_TENANT}
_PREDICTION = {"kind": "reply", "agent": "a", "agent_input": "Go on?", "options": [], "k": 1, "threshold": 0.9}
_ANSWER = {"candidates": [], "decision": "escalated", "stop_recommended": False, "model": "local", "latency_ms": 1.5}
ROWS: dict[str, dict[str, Any]] = {
    "tenants": {"id": LOCAL_TENANT, "name": "local", "created_at": NINE},
    "api_keys": {"id": "k", "name": "n", "prefix": "clone_x", "digest": b"x", "scope": "agent", "created_at": NINE},
    "sessions": {"id": "s", "source": "cli", "project": "p", "started_at": NINE, "active_at": NINE, "told": False},
    "events": {
        "id": "e",
        "session_id": "s",
        "type": "agent.prompt",
        "source": "cli",
        "author": "person",
        "channel": "attested",
        "occurred_at": NINE,
        "received_at": NINE,
        "redactions": 0,
        "payload": {"agent": "codex", "prompt": "from now on, use tabs"},
    },
    "replies": {"id": "e", "session_id": "s", "key": "use tabs", "question": b"", "at": NINE},
    "phrases": {"key": "use tabs", "text": "use tabs", "times": 1, "last_at": NINE},
    "counters": {"name": "answers", "value": 1},
    "predictions": {**_PREDICTION, **_ANSWER, "id": "p", "cited_facts": [], "snapshot": {}, "created_at": NINE},
    "feedback": {"id": "f", "prediction_id": "p", "outcome": "accepted", "by": "agent", "at": NINE},
    "jobs": {"id": "j", "kind": "x", "payload": {}, "dedupe_key": "x", "run_at": NINE, "created_at": NINE},
}
"""One of everything that the foundation keeps."""


def build(connection: sa.Connection, revision: str) -> None:
    """The schema as it was, filled."""
    migrate.upgrade(connection, revision)
    fill(connection)


def fill(connection: sa.Connection) -> None:
    """One row of everything."""
    for name, row in ROWS.items():
        table = schema.metadata.tables[name]
        if name != "jobs" or not sa.inspect(connection).has_table("procrastinate_jobs"):
            connection.execute(sa.insert(table), row if name == "tenants" else {**_OF, **row})


def kept(connection: sa.Connection) -> dict[str, Any]:
    """The same rows, as they are now; those of jobs moved on, on one of the databases."""
    found = {}
    for name, row in ROWS.items():
        table = schema.metadata.tables[name]
        if name != "jobs":
            [now] = connection.execute(sa.select(*(table.c[column] for column in row))).mappings()
            found[name] = dict(now)
    return found


Within = Callable[[Callable[[sa.Connection], Any]], Any]


@asynccontextmanager
async def on_sqlite(tmp_path: Path) -> AsyncIterator[tuple[Settings, Within]]:
    async def within(act: Callable[[sa.Connection], Any]) -> Any:
        with sqlite_storage.engine_for(tmp_path / "clone.db").begin() as connection:
            return act(connection)

    yield Settings(home=tmp_path, secret="test"), within


@asynccontextmanager
async def on_postgres(server: Postgres, tmp_path: Path) -> AsyncIterator[tuple[Settings, Within]]:
    async with blank(server) as url:

        async def within(act: Callable[[sa.Connection], Any]) -> Any:
            engine = postgres_storage.engine_for(url, poolclass=NullPool)
            async with engine.begin() as connection:
                result = await connection.run_sync(act)
            await engine.dispose()
            return result

        yield Settings(home=tmp_path, secret="test", database_url=url, db_direct_url=url), within


@pytest.fixture(params=["sqlite", "postgres"])
def place(request):
    return on_sqlite if request.param == "sqlite" else partial(on_postgres, request.getfixturevalue("postgres"))


@pytest.fixture
async def older(place, tmp_path):
    """An empty database, and how to run something in it."""
    async with place(tmp_path) as database:
        yield database


@needs_an_older_one
@pytest.mark.parametrize("revision", OLDER or [schema.HEAD])
async def test_everything_that_was_recorded_is_still_there(older, clock, revision):
    settings, within = older
    await within(lambda connection: build(connection, revision))
    await within(migrate.upgrade)
    assert await within(kept) == {name: row for name, row in ROWS.items() if name != "jobs"}
    waits = await waiting(settings)
    assert revision >= "0014" or ("rejudge", "rejudge") in waits
    assert revision >= "0015" or ("precedents", "precedents") in waits
    assert ("standing", "standing") in waits
    assert settings.database_url or ("x", "x") in waits
    storage = await open_storage(settings, clock)
    clone = wire(settings, storage, clock, b"test")
    assert await clone.memory.steps.sync(LOCAL_TENANT) == 1
    async with storage.begin(LOCAL_TENANT, readonly=True) as uow:
        assert (await uow.memory.raws.get("e")).text == "from now on, use tabs"
        assert (await uow.predictions.get("p")).question.agent_input == "Go on?"
    await clone.memory.steps.episodes.session(LOCAL_TENANT, "s")
    await clone.memory.steps.facts(LOCAL_TENANT)
    async with storage.begin(LOCAL_TENANT, readonly=True) as uow:
        assert [fact.text for fact in await uow.memory.facts.all()]
    await storage.close()


async def test_a_database_that_the_eleven_revisions_made_opens_with_what_is_in_it(tmp_path, clock):
    """tests/storage/at_0011.sql is what they made on SQLite, before three took their place."""
    settings = Settings(home=tmp_path, secret="test")
    with closing(sqlite3.connect(tmp_path / "clone.db")) as file:
        file.executescript((Path(__file__).parent / "at_0011.sql").read_text(encoding="utf-8"))
    async with on_sqlite(tmp_path) as (_, within):
        theirs = await within(shape)
        await within(fill)
        await (await open_storage(settings, clock)).close()
        assert await within(schema_version.current) == schema.HEAD
        assert await within(kept) == {name: row for name, row in ROWS.items() if name != "jobs"}
    with sqlite_storage.engine_for(tmp_path / "new.db").begin() as connection:
        migrate.upgrade(connection, schema.FOUNDATION)
        assert shape(connection) == theirs


async def test_a_job_that_waited_has_the_id_that_it_had_and_is_done(older, clock):
    """Whoever noted the number that a job had on Postgres still finds it; what is enqueued now has none."""
    settings, within = older
    other = UUID(int=LOCAL_TENANT.int ^ 1)
    enqueue = sa.text("SELECT clone_enqueue(:of, 'x', '{}', NULL, NULL, interval '0')")

    def build_with_jobs(connection: sa.Connection) -> list[str]:
        build(connection, "0011")
        if not sa.inspect(connection).has_table("procrastinate_jobs"):
            return ["j"]
        connection.execute(sa.insert(schema.tenants), {**ROWS["tenants"], "id": other})
        for each in (other, LOCAL_TENANT, other):
            connection.execute(enqueue, {"of": each})
        mine = sa.text("SELECT id::text FROM procrastinate_jobs WHERE args ->> 'tenant' = :of")
        return list(connection.execute(mine, {"of": str(LOCAL_TENANT)}).scalars())

    [own] = await within(build_with_jobs)
    await within(migrate.upgrade)
    storage = await open_storage(settings, clock)
    assert [job.id for job in await storage.work.listed(LOCAL_TENANT, limit=10) if job.kind == "x"] == [own]
    for job in await storage.work.listed(other, limit=10):
        with pytest.raises(NotFound):
            await storage.work.get(LOCAL_TENANT, job.id)
    await storage.work.retry(LOCAL_TENANT, own, now=clock.now())
    async with storage.begin(LOCAL_TENANT) as uow:
        await uow.jobs.enqueue(Job("x"))
    done: list[Any] = []

    async def handler(tenant: Any, _payload: dict[str, Any]) -> None:
        done.append(tenant)

    await worker_for(storage.work, clock, {"x": handler}).drain()
    assert done.count(LOCAL_TENANT) == 2
    listed = await storage.work.listed(LOCAL_TENANT, limit=10)
    assert {job.id == own or UUID(job.id).version == 4 for job in listed} == {True}
    assert (await storage.work.get(LOCAL_TENANT, own)).finished_at is not None
    await storage.close()


@needs_an_older_one
async def test_servers_that_find_an_older_file_at_once_bring_it_up_to_date_once(tmp_path, clock):
    settings = Settings(home=tmp_path, secret="test")
    async with on_sqlite(tmp_path) as (_, within):
        await within(lambda connection: build(connection, OLDEST))
    opened = await asyncio.gather(*(open_storage(settings, clock) for _ in range(4)))
    assert [await storage.revision() for storage in opened] == [schema.HEAD] * 4
    async with opened[0].begin(LOCAL_TENANT, readonly=True) as uow:
        assert (await uow.events.get("e")).payload["prompt"] == "from now on, use tabs"
    for storage in opened:
        await storage.close()


@needs_an_older_one
async def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path, clock):
    def break_off(connection: sa.Connection) -> None:
        migrate.upgrade(connection)
        raise ZeroDivisionError

    async with on_sqlite(tmp_path) as (_, within):
        await within(lambda connection: build(connection, OLDEST))
        file = sqlite_storage.SqliteDatabase(tmp_path / "clone.db", upgrade=break_off)
        with pytest.raises(ZeroDivisionError):
            await SqlStorage.open(file, clock.now)
        assert await within(lambda c: c.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()) == OLDEST


async def test_an_upgrade_that_is_killed_again_and_again_is_made_once_and_whole(older):
    """From the oldest schema there is; while there is none, from nothing."""
    settings, within = older
    if OLDEST:
        await within(lambda connection: build(connection, OLDEST))
    task = Task("nothing", str(settings.home), NINE.isoformat(), "", settings.database_url, settings.db_direct_url)
    steps = [("statement", number) for number in ((2, 4) if OLDEST else (2, 15, 35))]
    steps += [("before commit", 1), ("during commit", 1), ("after commit", 1)]
    with forking() as deaths:
        for step, number in steps:
            before = await within(schema_version.current)
            # Once it is up to date there is nothing left to die of.
            assert deaths(replace(task, step=step, number=number)).killed or before == schema.HEAD
            version = await within(schema_version.current)
            expected = {"during commit": (OLDEST, schema.HEAD), "after commit": (schema.HEAD,)}
            assert version in expected.get(step, (OLDEST,))
        assert not deaths(task).killed
    assert await within(schema_version.current) == schema.HEAD
    if OLDEST:
        assert await within(kept) == {name: row for name, row in ROWS.items() if name != "jobs"}
