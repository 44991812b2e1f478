"""A database of an older Clone, with what a person recorded in it, brought up to date."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from clone_mcp.app import open_storage, wire
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.settings import Settings
from clone_mcp.storage import migrate, schema, schema_version
from clone_mcp.storage import postgres as postgres_storage
from clone_mcp.storage import sqlite as sqlite_storage
from clone_mcp.storage.sql_storage import SqlStorage
from tests.durability.deaths import Task, forking
from tests.storage.test_schema import blank
from tests.support.events import NINE
from tests.support.jobs import waiting
from tests.support.postgres import Postgres

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"
OLDER = sorted(path.name.partition("_")[0] for path in VERSIONS.glob("0*.py"))[:-1]

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
"""One of everything that the first Clone kept."""


def build(connection: sa.Connection, revision: str) -> None:
    """The schema as it was, filled."""
    migrate.upgrade(connection, revision)
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


@pytest.mark.parametrize("revision", OLDER)
async def test_everything_that_was_recorded_is_still_there(older, clock, revision):
    settings, within = older
    await within(lambda connection: build(connection, revision))
    job = [] if await within(lambda c: sa.inspect(c).has_table("procrastinate_jobs")) else [("x", "x")]
    await within(migrate.upgrade)
    assert await within(kept) == {name: row for name, row in ROWS.items() if name != "jobs"}
    assert await waiting(settings) == job

    storage = await open_storage(settings, clock)
    clone = wire(settings, storage, clock, b"test")
    assert await clone.memory.sync(LOCAL_TENANT) == 1
    async with storage.begin(LOCAL_TENANT, readonly=True) as uow:
        assert (await uow.memory.raws.get("e")).text == "from now on, use tabs"
        assert (await uow.predictions.get("p")).question.agent_input == "Go on?"
    await clone.memory.promote_episodes.session(LOCAL_TENANT, "s")
    await clone.memory.promote_facts(LOCAL_TENANT)
    async with storage.begin(LOCAL_TENANT, readonly=True) as uow:
        assert [fact.text for fact in await uow.memory.facts.all()]
    await storage.close()


async def test_replies_are_attested_as_far_as_it_is_known_who_vouched_for_them(older):
    """By the channel of the event that they came with, or by who told of them; what nobody knows of is claimed."""
    known = {
        "hooked": "attested",
        "called": "claimed",
        "by owner": "owner",
        "by recorder": "recorder",
        "by agent": "agent",
    }
    _, within = older

    def build(connection: sa.Connection) -> None:
        migrate.upgrade(connection, "0010")
        connection.execute(sa.insert(schema.tenants), ROWS["tenants"])
        connection.execute(sa.insert(schema.sessions), {**_OF, **ROWS["sessions"]})
        for own, by in {**known, "of nobody": ""}.items():
            add = {
                "replies": {**ROWS["replies"], "id": own},
                "events": {**ROWS["events"], "id": own, "channel": by},
                "predictions": {**ROWS["predictions"], "id": own},
                "feedback": {**ROWS["feedback"], "id": own, "prediction_id": own, "by": by, "actual_response": "x"},
            }
            told = ["predictions", "feedback"] if own.startswith("by ") else ["events"] if by else []
            for name in ("replies", *told):
                connection.execute(sa.insert(schema.metadata.tables[name]), {**_OF, **add[name]})

    await within(build)
    await within(migrate.upgrade)
    replies = schema.replies
    found = await within(lambda c: c.execute(sa.select(replies.c.id).where(replies.c.attested)).scalars().all())
    assert sorted(found) == ["by owner", "by recorder", "hooked"]


async def test_servers_that_find_an_older_file_at_once_bring_it_up_to_date_once(tmp_path, clock):
    settings = Settings(home=tmp_path, secret="test")
    async with on_sqlite(tmp_path) as (_, within):
        await within(lambda connection: build(connection, "0001"))
    opened = await asyncio.gather(*(open_storage(settings, clock) for _ in range(4)))
    assert [await storage.revision() for storage in opened] == [schema.HEAD] * 4
    async with opened[0].begin(LOCAL_TENANT, readonly=True) as uow:
        assert (await uow.events.get("e")).payload["prompt"] == "from now on, use tabs"
    for storage in opened:
        await storage.close()


async def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path, clock):
    def break_off(connection: sa.Connection) -> None:
        migrate.upgrade(connection)
        raise ZeroDivisionError

    async with on_sqlite(tmp_path) as (_, within):
        await within(lambda connection: build(connection, "0001"))
        file = sqlite_storage.SqliteDatabase(tmp_path / "clone.db", upgrade=break_off)
        with pytest.raises(ZeroDivisionError):
            await SqlStorage.open(file, clock.now)
        assert await within(lambda c: c.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()) == "0001"
        assert await within(lambda c: sa.inspect(c).has_table("facts")) is False


async def test_an_upgrade_that_is_killed_again_and_again_is_made_once_and_whole(older):
    settings, within = older
    await within(lambda connection: build(connection, "0001"))
    task = Task("nothing", str(settings.home), NINE.isoformat(), "", settings.database_url, settings.db_direct_url)
    steps = [("statement", number) for number in (15, 35, 60)]
    steps += [("before commit", 1), ("during commit", 1), ("after commit", 1)]
    with forking() as deaths:
        for step, number in steps:
            before = await within(schema_version.current)
            # Once it is up to date there is nothing left to die of.
            assert deaths(replace(task, step=step, number=number)).killed or before == schema.HEAD
            version = await within(schema_version.current)
            expected = {"during commit": ("0001", schema.HEAD), "after commit": (schema.HEAD,)}
            assert version in expected.get(step, ("0001",))
        assert not deaths(task).killed
    assert await within(schema_version.current) == schema.HEAD
    assert await within(kept) == {name: row for name, row in ROWS.items() if name != "jobs"}
