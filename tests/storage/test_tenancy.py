"""One tenant never sees another, by any door."""

from __future__ import annotations

import re
from uuid import uuid4

import asyncpg
import pytest
import sqlalchemy as sa

from clone_mcp.app import is_sqlite
from clone_mcp.errors import CloneError
from clone_mcp.models.access import Caller, Limits, Role, Scope
from clone_mcp.models.calibration import StoredFit, Switch
from clone_mcp.models.events import Job
from clone_mcp.models.memory import Gate, Layer, Review
from clone_mcp.models.prediction import Outcome, Question
from clone_mcp.models.standing import StandingAnswer, StandingDraft, StandingExample
from clone_mcp.models.usage import ModelCall, Purpose, Usage
from clone_mcp.storage import memory_schema, schema
from clone_mcp.storage.sqlite import engine_for
from tests.conftest import new_tenant
from tests.support.events import NINE, one_of_each, said, typed
from tests.support.operations import operations
from tests.support.sql import rows, seen
from tests.support.storage import storage_of

TENANTS_TABLES = [table for table in schema.metadata.sorted_tables if table not in schema.DIRECTORY]
NAMED = {table.name for table in [*TENANTS_TABLES, schema.jobs]}
"""Tables whose every statement names the tenant, but for the worker's: it takes jobs before it knows whose they are."""

QUESTION = Question("codex", "The tests pass. Shall I commit?", k=5, threshold=0.9)


async def furnish(clone, caller: Caller) -> dict[str, str]:
    """A tenant with one of everything; says the ids."""
    tenant, session = caller.tenant, f"session-{caller.tenant}"
    events = [*one_of_each(session), typed("from now on, always use tabs in Makefiles", session)]
    await clone.recording.ingest.batch(caller, [{**item, "id": f"{tenant}-{n}"} for n, item in enumerate(events)])
    prediction = await clone.prediction.predict(caller, QUESTION)
    await clone.prediction.feedback(caller, prediction.id, Outcome.REJECTED, "not yet")
    key, _ = await clone.access.api_keys.create(tenant, "laptop", Scope.RECORDER)
    owner = Caller(tenant, Scope.OWNER)
    made = await clone.sources.webhooks.create(owner, "slack", name="team", signing_secret="s")
    assert await clone.memory.precedents(tenant)
    await clone.memory.steps.episodes.session(tenant, session)
    await clone.memory.steps.facts(tenant)
    await clone.memory.steps.profile(tenant)
    settled = await clone.memory.standing.write(owner, StandingDraft("Shall I run the tests?", "yes"))
    assert isinstance(settled, StandingAnswer)
    example = StandingExample(f"{tenant}-7", session, NINE, "Shall I run the tests?", "yes, run them", "offer", "")
    async with storage_of(clone).begin(tenant) as uow:
        await uow.memory.standing.exemplify(settled.id, [example])
        assert await uow.memory.standing.examples(settled.id)
        assert await uow.memory.standing.used(settled.id, prediction.id, NINE, since=NINE, at_most=None)
        [fact, *_], [episode, *_] = await uow.memory.facts.all(), await uow.memory.episodes.newest(since=None, limit=9)
        review = f"review-{tenant}"
        await uow.memory.reviews.ask(Review(review, Gate.SENSITIVE, fact.id, None, NINE))
        await uow.memory.facts.decayed(prediction.id, fact.id, 0.04)
        await uow.memory.embeddings.put("e", [(f"{tenant}-0", b"1")])
        await uow.memory.tombstones.bury(Layer.RAW, f"gone-{tenant}", NINE)
        await uow.usage.book(ModelCall(f"call-{tenant}", NINE, Purpose.PREDICT, "m", Usage()))
        await uow.calibration.put(StoredFit(f"predictor-{tenant}", 1, 1.5, -0.5, 9, NINE))
        await uow.calibration.switch(Switch.SHADOW, project=f"project-{tenant}", on=True, at=NINE)
        await uow.jobs.enqueue(Job("later", dedupe_key=f"job-{tenant}"))
        await uow.settings.set_limits(Limits(stored_bytes=9**9))
    [job, *_] = await storage_of(clone).work.listed(tenant, limit=1)
    user = await clone.access.operator.create(f"{tenant}@example.com", "three little pigs went by")
    person = Caller(user.tenant, Scope.OWNER, user=user.id)
    owner = Caller(tenant, Scope.OWNER)
    _, code = await clone.access.members.invite(owner, Role.VIEWER, None)
    await clone.access.members.join(person, code, address="")
    invite, _ = await clone.access.members.invite(owner, Role.VIEWER, None)
    return {
        "event": f"{tenant}-0",
        "forgotten event": f"gone-{tenant}",
        "session": session,
        "prediction": prediction.id,
        "key": key.id,
        "member": user.id,
        "invitation": invite.id,
        "webhook": made.webhook.id,
        "episode": episode.id,
        "fact": fact.id,
        "claim": fact.key,
        "review": review,
        "standing answer": settled.id,
        "call": f"call-{tenant}",
        "job": job.id,
        "dedupe key": f"job-{tenant}",
        "predictor": f"predictor-{tenant}",
        "project": f"project-{tenant}",
    }


MADE_UP = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def another(it: str) -> str:
    """An id that looks the same and never was."""
    if it.isdigit():
        return "9" * max(9, len(it))
    if re.search(MADE_UP, it):
        return re.sub(MADE_UP, lambda _: str(uuid4()), it)
    return it[:-1] + ("x" if it[-1] != "x" else "y")  # as long as it is: what is asked is read, too


async def answer(operation, clone, me: Caller, it: str):
    """What came of it, with the id itself and what is made up anew left out."""
    try:
        return _plain(repr(await operation.run(clone, me, it)), it)
    except CloneError as exc:
        return type(exc), str(exc)


def _plain(told: str, it: str) -> str:
    from_words = r"sketch=\d+|key='[^']*'|\bb'[^']*'|\bb\"[^\"]*\"|[0-9a-f]{32,}"
    masked = re.sub(f"{MADE_UP}|{from_words}", "ID", told)
    return re.sub(rf"(?<![\w=-]){re.escape(it)}(?![\w-])", "THIS", masked)


async def test_an_id_of_somebody_else_is_answered_like_one_that_never_was(clone, clock, settings):
    theirs = Caller(await new_tenant(storage_of(clone), clock), Scope.OWNER)
    foreign = await furnish(clone, theirs)
    before, told_apart = await holdings(settings, theirs), {}
    for operation in operations(clone):
        for kind, it in foreign.items():
            twins = [Caller(await new_tenant(storage_of(clone), clock), Scope.OWNER) for _ in range(2)]
            known = await answer(operation, clone, twins[0], it)
            unknown = await answer(operation, clone, twins[1], another(it))
            if known != unknown:
                told_apart[operation.name, kind] = known, unknown
    assert told_apart == {}
    assert await holdings(settings, theirs) == before


async def holdings(settings, caller: Caller) -> dict[str, list]:
    """Every row of a tenant."""
    hexed = caller.tenant.hex
    of_tenant = {
        name: f"SELECT * FROM {name} WHERE tenant_id = '{hexed}'" for name in NAMED | {"api_keys", "members", "invites"}
    }
    if not is_sqlite(settings.url):
        of_tenant["jobs"] = f"SELECT * FROM procrastinate_jobs WHERE args ->> 'tenant' = '{caller.tenant}'"
    found = {name: sorted(await rows(settings, query), key=str) for name, query in of_tenant.items()}
    assert all(found.values())
    return found


def test_what_is_tried_is_all_there_is(clone):
    names = [operation.name for operation in operations(clone)]
    for one in (
        "prediction.feedback",
        "access.keys.revoke",
        "access.keys.rotate",
        "access.members.approve",
        "access.members.decline",
        "access.members.remove",
        "access.members.revoke",
        "recording.ingest.batch",
        "access.api_keys.revoke",
        "memory.correct.delete_episode",
        "memory.correct.delete_fact",
        "memory.correct.delete_raws",
        "memory.correct.edit_episode",
        "memory.correct.edit_fact",
        "memory.forget",
        "memory.forget.preview",
        "memory.reviews.confirm",
        "memory.reviews.reject",
        "memory.trace.impact raw",
        "memory.trace.why fact",
        "prediction.predict",
        "jobs.inspect.retry",
        "read clone://facts/{id}",
        "recording.turns.stop",
        "storage.work.retry",
        "uow.memory.episodes.get",
        "uow.memory.facts.put",
        "uow.memory.profiles.put",
        "uow.memory.raws.erase",
    ):
        assert one in names


async def test_the_same_ids_live_side_by_side_in_two_tenants(clone, me, clock):
    other = Caller(await new_tenant(storage_of(clone), clock), Scope.RECORDER)
    for caller, text in ((me, "mine"), (other, "theirs")):
        assert (await clone.recording.ingest.batch(caller, [typed(text, id="e")])).accepted == 1
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert (await uow.events.get("e")).payload["prompt"] == "mine"
        assert [phrase.text for phrase in (await uow.replies.history(phrases=9, answers=9)).phrases] == ["mine"]


async def test_every_statement_on_a_tenants_table_names_the_tenant(clone, me, settings):
    owner = Caller(me.tenant, Scope.OWNER)
    with seen() as watch:
        ids = await furnish(clone, me)
        for operation in operations(clone):
            for it in ids.values():
                await answer(operation, clone, owner, it)
        await clone.recording.ingest.batch(me, [said("Done."), typed("thanks")])
        await storage_of(clone).work.listed(me.tenant, limit=9)
    assert sorted({statement for statement in watch.statements if not _names_tenant(statement)}) == []
    touched = {name for name in NAMED if any(re.search(rf"\b{name}\b", each) for each in watch.statements)}
    assert NAMED - touched == (set() if is_sqlite(settings.url) else {"jobs"})


def _names_tenant(statement: str) -> bool:
    if "procrastinate_jobs" in statement:  # these have it among what is handed to the job
        return "args ->> 'tenant' = " in statement
    named = {
        "INTO": r"INTO {0} \(tenant_id, ",
        "JOIN": r"JOIN {0} ON {0}\.tenant_id = (\w+\.tenant_id|\$|\?)",
        "FROM": r"WHERE {0}\.tenant_id = |FROM {0} JOIN .*WHERE (\w+\.tenant_id = .*)?{0}\.tenant_id = ",
        "UPDATE": r"WHERE {0}\.tenant_id = ",
    }
    places = [place for place in re.findall(r"\b(INTO|JOIN|FROM|UPDATE) (\w+)", statement) if place[1] in NAMED]
    return all(
        len(re.findall(named[word].format(table), statement, re.DOTALL)) >= places.count((word, table))
        for word, table in places
    )


@pytest.mark.parametrize(
    ("statement", "fine"),
    [
        ("SELECT events.id FROM events WHERE events.tenant_id = ? AND events.id = ?", True),
        ("SELECT events.id FROM events WHERE events.id = ?", False),
        ("SELECT e.id FROM events JOIN links ON links.tenant_id = events.tenant_id WHERE events.tenant_id = ?", True),
        ("SELECT e.id FROM events JOIN links ON links.cited_id = events.id WHERE events.tenant_id = ?", False),
        ("SELECT e.id FROM events JOIN links ON links.tenant_id = events.tenant_id WHERE events.id = ?", False),
        ("SELECT 1 FROM events WHERE events.tenant_id = ? AND EXISTS (SELECT 1 FROM links WHERE links.x = ?)", False),
        ("SELECT 1 FROM links WHERE links.tenant_id = ? UNION SELECT 1 FROM links WHERE links.x = ?", False),
        ("UPDATE sessions SET told=? WHERE sessions.id = ?", False),
        ("UPDATE jobs SET run_at=? WHERE jobs.id = ?", False),
        ("DELETE FROM events", False),
        ("INSERT INTO jobs (id) VALUES (?)", False),
        ("INSERT INTO jobs (tenant_id, id) VALUES (?, ?)", True),
        ("INSERT INTO events (tenant_id, id) SELECT ?, ? WHERE NOT (EXISTS (SELECT 1 FROM tombstones))", False),
        ("SELECT id FROM procrastinate_jobs j WHERE args ->> 'tenant' = $1 AND id = $2", True),
        ("SELECT id FROM procrastinate_jobs j WHERE id = $1", False),
        ("SELECT version_num FROM alembic_version", True),
    ],
)
def test_the_check_itself_notices_a_missing_tenant(statement, fine):
    assert _names_tenant(statement) is fine


async def test_a_reference_across_tenants_cannot_be_written(clone, me, clock, settings):
    other = await new_tenant(storage_of(clone), clock)
    ids = await furnish(clone, me)
    shared = {"tenant_id": other, "id": "x"}
    when = {"occurred_at": NINE, "received_at": NINE}
    who = {"type": "x", "source": "cli", "author": "person", "channel": "claimed"}
    event = {**shared, **when, **who, "session_id": ids["session"], "redactions": 0, "payload": {}}
    report = {**shared, "prediction_id": ids["prediction"], "outcome": "accepted", "by": "owner", "at": NINE}
    review = {**shared, "gate": "sensitive", "fact_id": ids["fact"], "asked_at": NINE}
    outcome = {"tenant_id": other, "prediction_id": ids["prediction"], "fact_id": ids["fact"], "amount": 0.04}
    embedding = {**shared, "id": ids["event"], "embedder": "e", "embedding": b""}
    decided = {"key": "run test", "session_id": "s", "approved": True, "refused": False, "attested": True, "at": NINE}
    decided |= {"tenant_id": other, "source_id": "x"}
    for table, row in (
        (schema.events, event),
        (schema.feedback, report),
        (memory_schema.reviews, review),
        (memory_schema.outcomes, outcome),
        (memory_schema.embeddings, embedding),
        (memory_schema.precedents, {**decided, "reply_id": ids["prediction"]}),
        (memory_schema.precedents, {**decided, "prediction_id": ids["prediction"]}),
    ):
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
    other = Caller(await new_tenant(storage_of(clone), clock), Scope.RECORDER)
    for caller in (me, other):
        await furnish(clone, caller)
    async with app.transaction():
        await app.execute(f"SET LOCAL app.tenant_id = '{me.tenant}'")
        for table in TENANTS_TABLES:
            assert {row["tenant_id"] for row in await app.fetch(f"SELECT * FROM {table}")} == {me.tenant}
    assert await app.fetch("SELECT * FROM events") == []  # after a SET LOCAL the setting is empty, not absent


@on_postgres
async def test_postgres_lets_no_server_write_for_another_tenant(app, me, clone, clock):
    other = await new_tenant(storage_of(clone), clock)
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
