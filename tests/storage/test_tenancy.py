"""One tenant never sees another, by any door."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest
import sqlalchemy as sa

from clone_mcp.errors import CloneError
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.events import Job, Reply
from clone_mcp.models.prediction import Feedback, Outcome, Prediction, Question
from clone_mcp.recording.sessions import Origin
from clone_mcp.storage import schema
from clone_mcp.storage.sqlite import engine_for
from tests.conftest import new_tenant
from tests.support.events import NINE, one_of_each, said, typed
from tests.support.sql import seen

TENANTS_TABLES = [table for table in schema.metadata.sorted_tables if table not in schema.DIRECTORY]


async def in_unit(clone, me, act, *, readonly=True):
    async with clone.storage.begin(me.tenant, readonly=readonly) as uow:
        return await act(uow)


QUESTION = Question("codex", "The tests pass. Shall I commit?", k=5, threshold=0.9)
REPLY = Reply("later", "later")

# Everything that can be done with an id that a caller sends, be it whose it may.
OPERATIONS = {
    "read an event": lambda clone, me, it: in_unit(clone, me, lambda uow: uow.events.get(it)),
    "read a session's events": lambda clone, me, it: in_unit(clone, me, lambda uow: uow.events.of_session(it)),
    "read a session": lambda clone, me, it: in_unit(clone, me, lambda uow: uow.sessions.get(it)),
    "read a prediction": lambda clone, me, it: in_unit(clone, me, lambda uow: uow.predictions.get(it)),
    "read an outcome": lambda clone, me, it: in_unit(clone, me, lambda uow: uow.predictions.outcome(it)),
    "hold a prediction": lambda clone, me, it: in_unit(clone, me, lambda uow: uow.predictions.held(it), readonly=False),
    "settle a prediction": lambda clone, me, it: in_unit(
        clone,
        me,
        lambda uow: uow.predictions.settle(Feedback(it, Outcome.ACCEPTED, None, "owner", NINE), stands=True),
        readonly=False,
    ),
    "tell a reply": lambda clone, me, it: in_unit(
        clone,
        me,
        lambda uow: uow.replies.learn_told(REPLY, source_id=it, session_id=it, question=b"", at=NINE),
        readonly=False,
    ),
    "give feedback": lambda clone, me, it: clone.feedback(me, it, Outcome.EDITED, "something else"),
    "revoke a key": lambda clone, me, it: clone.keys.revoke(me.tenant, it),
    "record an event": lambda clone, me, it: clone.ingest.batch(me, [typed("hello", id=it)]),
    "record into a session": lambda clone, me, it: clone.ingest.batch(me, [typed("hello", it)]),
    "stop a session": lambda clone, me, it: clone.record.stop(me, Origin("cli"), session_id=it),
    "begin a session": lambda clone, me, it: clone.record.start(me, Origin("cli"), session_id=it, project=None),
    "record a turn": lambda clone, me, it: clone.record.prompt(
        me, Origin("user", "x"), session_id=it, agent="codex", text="hi", client_id=it
    ),
    "enqueue a job": lambda clone, me, it: in_unit(
        clone, me, lambda uow: uow.jobs.enqueue(Job("episodes", dedupe_key=f"episodes:{it}")), readonly=False
    ),
    "predict": lambda clone, me, it: clone.predict(me, replace(QUESTION, session_id=it)),
    "predict whether to go on": lambda clone, me, it: clone.continuation(me, replace(QUESTION, session_id=it)),
}


async def furnish(clone, caller: Caller) -> dict[str, str]:
    """A tenant with one of everything; says the ids."""
    await clone.ingest.batch(
        caller,
        [{**item, "id": f"{caller.tenant}-{n}"} for n, item in enumerate(one_of_each(f"session-{caller.tenant}"))],
    )
    prediction = await clone.predict(caller, QUESTION)
    await clone.feedback(caller, prediction.id, Outcome.REJECTED, "not yet")
    key, _ = await clone.keys.create(caller.tenant, "laptop", Scope.RECORDER)
    return {
        "event": f"{caller.tenant}-0",
        "session": f"session-{caller.tenant}",
        "prediction": prediction.id,
        "key": key.id,
    }


async def answer(operation, clone, me: Caller, it: str):
    """What came of it, with the id itself and what is made up anew left out."""
    try:
        return _plain(await operation(clone, me, it), it)
    except CloneError as exc:
        return type(exc), str(exc)


def _plain(value, it: str) -> str:
    if isinstance(value, Prediction):
        return repr((value.candidates, value.decision, value.abstained, value.stop_recommended))
    made_up = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    return re.sub(made_up, "ID", repr(value).replace(it, "THIS"))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
async def test_an_id_of_somebody_else_is_answered_like_one_that_never_was(clone, me, clock, operation, settings):
    theirs = Caller(await new_tenant(clone.storage, clock), Scope.OWNER)
    await furnish(clone, me)
    foreign = await furnish(clone, theirs)
    before = await state(clone, theirs, foreign)
    for it in foreign.values():
        # On copies of one tenant: each has had the same done to it.
        twins = [Caller(await new_tenant(clone.storage, clock), Scope.OWNER) for _ in range(2)]
        known, unknown = twins
        assert await answer(operation, clone, known, it) == await answer(operation, clone, unknown, f"x{uuid4()}")
    assert await state(clone, theirs, foreign) == before


async def state(clone, caller: Caller, ids: dict[str, str]) -> list:
    """All that can be read of a tenant."""
    async with clone.storage.begin(caller.tenant, readonly=True) as uow:
        return [
            await uow.sessions.recent(),
            await uow.events.of_session(ids["session"]),
            await uow.predictions.get(ids["prediction"]),
            await uow.predictions.outcome(ids["prediction"]),
            await uow.replies.history(phrases=100, answers=100),
            await uow.replies.endings(),
            await clone.keys.list(caller.tenant),
        ]


async def test_the_same_ids_live_side_by_side_in_two_tenants(clone, me, clock):
    other = Caller(await new_tenant(clone.storage, clock), Scope.RECORDER)
    for caller, text in ((me, "mine"), (other, "theirs")):
        assert (await clone.ingest.batch(caller, [typed(text, id="e")])).accepted == 1
    async with clone.storage.begin(me.tenant, readonly=True) as uow:
        assert (await uow.events.get("e")).payload["prompt"] == "mine"
        assert [phrase.text for phrase in (await uow.replies.history(phrases=9, answers=9)).phrases] == ["mine"]


async def test_every_statement_on_a_tenants_table_names_the_tenant(clone, me):
    with seen() as watch:
        ids = await furnish(clone, me)
        for operation in OPERATIONS.values():
            for it in ids.values():
                await answer(operation, clone, me, it)
        await clone.ingest.batch(me, [said("Done."), typed("thanks")])
        await state(clone, me, ids)
    assert [statement for statement in watch.statements if not _names_tenant(statement)] == []
    touched = {table.name for table in TENANTS_TABLES if any(re.search(rf"\b{table}\b", s) for s in watch.statements)}
    assert touched == {table.name for table in TENANTS_TABLES}


def _names_tenant(statement: str) -> bool:
    tables = re.findall(r"(?:FROM|UPDATE|INTO|JOIN) (\w+)", statement)
    for table in set(tables) & {table.name for table in TENANTS_TABLES}:
        filtered = rf"WHERE {table}\.tenant_id = " if not statement.startswith("INSERT") else r"\(tenant_id, "
        if not re.search(filtered, statement):
            return False
    return True


@pytest.mark.parametrize(
    ("statement", "fine"),
    [
        ("SELECT events.id FROM events WHERE events.tenant_id = ? AND events.id = ?", True),
        ("SELECT events.id FROM events WHERE events.id = ?", False),
        ("UPDATE sessions SET told=? WHERE sessions.id = ?", False),
        ("DELETE FROM events", False),
        ("INSERT INTO jobs (id) VALUES (?)", False),
        ("SELECT version_num FROM alembic_version", True),
    ],
)
def test_the_check_itself_notices_a_missing_tenant(statement, fine):
    assert _names_tenant(statement) is fine


async def test_a_reference_across_tenants_cannot_be_written(clone, me, clock, settings):
    other = await new_tenant(clone.storage, clock)
    ids = await furnish(clone, me)
    shared = {"tenant_id": other, "id": "x"}
    when = {"occurred_at": NINE, "received_at": NINE}
    who = {"type": "x", "source": "cli", "author": "person", "channel": "claimed"}
    event = {**shared, **when, **who, "session_id": ids["session"], "redactions": 0, "payload": {}}
    report = {**shared, "prediction_id": ids["prediction"], "outcome": "accepted", "by": "owner", "at": NINE}
    for table, row in ((schema.events, event), (schema.feedback, report)):
        with pytest.raises(sa.exc.IntegrityError):
            await insert_as_owner(settings, table, row)


async def insert_as_owner(settings, table: sa.Table, row: dict) -> None:
    """Past our own code, and on Postgres past row-level security."""
    if not settings.database_url:
        engine = engine_for(settings.home / "clone.db")
        with engine.begin() as connection:
            connection.execute(sa.insert(table), row)
        return
    from clone_mcp.storage.postgres import engine_for as postgres_engine

    engine = postgres_engine(settings.db_direct_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.insert(table), row)
    finally:
        await engine.dispose()


on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)


@pytest.fixture
async def app(settings):
    """A bare connection with the server's own login."""
    connection = await asyncpg.connect(settings.database_url)
    yield connection
    await connection.close()


@on_postgres
async def test_postgres_shows_nothing_to_a_server_that_names_no_tenant(app, clone, me):
    await furnish(clone, me)
    for table in TENANTS_TABLES:
        assert await app.fetch(f"SELECT * FROM {table}") == []
        assert await app.execute(f"DELETE FROM {table}") == "DELETE 0"


@on_postgres
async def test_postgres_shows_a_server_the_tenant_it_named_and_no_other(app, clone, me, clock):
    other = Caller(await new_tenant(clone.storage, clock), Scope.RECORDER)
    for caller in (me, other):
        await furnish(clone, caller)
    async with app.transaction():
        await app.execute(f"SET LOCAL app.tenant_id = '{me.tenant}'")
        for table in TENANTS_TABLES:
            assert {row["tenant_id"] for row in await app.fetch(f"SELECT * FROM {table}")} == {me.tenant}
    assert await app.fetch("SELECT * FROM events") == []  # after a SET LOCAL the setting is empty, not absent


@on_postgres
async def test_postgres_lets_no_server_write_for_another_tenant(app, me, clone, clock):
    other = await new_tenant(clone.storage, clock)
    for named in (None, me.tenant):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with app.transaction():
                if named:
                    await app.execute(f"SET LOCAL app.tenant_id = '{named}'")
                await app.execute("INSERT INTO counters VALUES ($1, 'answers', 99)", other)


@on_postgres
async def test_the_servers_login_on_postgres_is_neither_owner_nor_superuser(app):
    assert (
        await app.fetchval(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        is False
    )
    owned = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner IN ('clone_app', current_user)"
    assert await app.fetchval(owned) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("ALTER TABLE events DISABLE ROW LEVEL SECURITY")


@on_postgres
async def test_every_table_of_tenants_on_postgres_is_under_forced_row_level_security(app):
    forced = await app.fetch(
        "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid "
        "WHERE relrowsecurity AND relforcerowsecurity AND polwithcheck IS NOT NULL"
    )
    assert {row["relname"] for row in forced} == {table.name for table in TENANTS_TABLES}
