"""Fifty people through one small pool: every row that anybody reads is their own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import nullcontext, suppress

import pytest
import sqlalchemy as sa

from clone_mcp.app import wire
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Outcome, Question
from clone_mcp.resources import registry
from clone_mcp.storage import schema
from clone_mcp.storage.postgres import PostgresDatabase
from clone_mcp.storage.sql_storage import SqlStorage
from tests.conftest import new_tenant
from tests.support.events import said, typed
from tests.support.pgbouncer import pooled
from tests.support.sql import rows

pytestmark = pytest.mark.parametrize("settings", ["postgres"], indirect=True)

PEOPLE, STEPS, AT_ONCE, CONNECTIONS = 50, 500, 24, 3
TENANTS_TABLES = [table for table in schema.metadata.sorted_tables if table not in schema.DIRECTORY]
EVERY_ROW = sa.text(" UNION ALL ".join(f"SELECT tenant_id FROM {table}" for table in TENANTS_TABLES))
"""With no filter at all: what comes back is what row-level security lets through."""


@pytest.fixture(params=["direct", "pgbouncer"])
def way(request: pytest.FixtureRequest, settings, postgres) -> Iterator[tuple[str, bool]]:
    name = settings.database_url.partition("?")[0].rpartition("/")[2]
    through = pooled(postgres) if request.param == "pgbouncer" else nullcontext()
    with through as pooler:
        yield (pooler.url(name), True) if pooler else (settings.database_url, False)


async def test_interleaved_requests_of_fifty_people_read_their_own_rows_only(way, settings, clock):
    url, pooler = way
    database = PostgresDatabase(url, pooler=pooler, connections=CONNECTIONS)
    storage = await SqlStorage.open(database, clock.now)
    clone = wire(settings, storage, clock, b"test")
    people = [Caller(await new_tenant(storage, clock), Scope.RECORDER) for _ in range(PEOPLE)]
    chance, turn, seen = random.Random(5), asyncio.Semaphore(AT_ONCE), dict.fromkeys(people, 0)

    async def write(me: Caller) -> None:
        await clone.recording.ingest.batch(me, [said(f"Shall I, {me.tenant}?", "s"), typed(f"yes, {me.tenant}", "s")])

    async def predict(me: Caller) -> None:
        prediction = await clone.prediction.predict(me, Question("codex", "Shall I go on?", "s"))
        await clone.prediction.feedback(me, prediction.id, Outcome.REJECTED, f"no, {me.tenant}")
        told = f"{prediction.candidates} {await registry.read(clone, me, 'clone://profile')}"
        assert not any(str(other.tenant) in told for other in people if other is not me)

    async def look(me: Caller) -> None:
        async with database.transaction(me.tenant, readonly=True) as run:
            owners = set(await run(lambda connection: connection.execute(EVERY_ROW).scalars().all()))
        assert owners <= {me.tenant}
        async with storage.begin(me.tenant, readonly=True) as uow:
            events = await uow.events.of_session("s")
        assert all(str(me.tenant) in str(event.payload) for event in events)
        seen[me] += len(events)

    async def nobody(_me: Caller) -> None:
        async with database.transaction(None, readonly=True) as run:
            assert await run(lambda connection: connection.execute(EVERY_ROW).all()) == []

    async def step(number: int) -> None:
        what, me = chance.choice([write, write, predict, look, look, nobody]), chance.choice(people)
        async with turn:
            task = asyncio.create_task(what(me))
            if number % 10 == 0:  # a client that goes away leaves its connection to the next
                await asyncio.sleep(0)
                task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    await asyncio.gather(*map(step, range(STEPS)))
    await asyncio.gather(*map(look, people))
    assert sum(map(bool, seen.values())) > PEOPLE / 2
    await storage.close()


UNGUARDED = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polpermissive
            AND pg_get_expr(p.polqual, p.polrelid) LIKE '%app.tenant_id%'
            AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%app.tenant_id%'))
"""


async def test_by_the_databases_own_catalogue_only_the_directory_is_without_a_policy(settings):
    directory = {table.name for table in schema.DIRECTORY if "tenant_id" in table.c}
    assert {name for (name,) in await rows(settings, UNGUARDED)} == directory
