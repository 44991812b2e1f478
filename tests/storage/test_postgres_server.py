"""What is particular to a server that can be away, and to the ways its URL is written."""

from __future__ import annotations

import asyncio

import pytest

from clone_mcp.app import open_storage, wire
from clone_mcp.errors import CloneError, Invalid, Unavailable
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.events import Job
from clone_mcp.models.prediction import Outcome, Question
from clone_mcp.settings import Settings, from_env
from clone_mcp.storage import migrate
from clone_mcp.storage.schema import HEAD
from tests.storage.test_append import history
from tests.support.events import said, typed
from tests.support.postgres import APP
from tests.support.records import record
from tests.support.storage import storage_of

pytestmark = pytest.mark.parametrize("settings", ["postgres"], indirect=True)


async def terminate(postgres, settings) -> None:
    name = settings.database_url.partition("?")[0].rpartition("/")[2]
    await postgres.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND usename = '{APP}'"
    )


async def test_a_connection_that_was_cut_is_unavailable_once_and_then_replaced(postgres, settings, storage, tenant):
    await storage.append(tenant, [record("a")])
    await terminate(postgres, settings)
    with pytest.raises(Unavailable):
        await storage.append(tenant, [record("b")])
    assert await storage.append(tenant, [record("b")]) == [True]
    assert (await history(storage, tenant)).total == 2


async def test_a_server_that_is_not_there_is_unavailable(settings, clock):
    with pytest.raises(Unavailable):
        await open_storage(Settings(database_url="postgresql://clone@127.0.0.1:1/clone"), clock)


@pytest.mark.parametrize("change", [("clone_test_app", "nobody_known"), ("/clone_", "/no_such_database_")])
async def test_a_login_or_database_that_is_not_there_is_unavailable(settings, clock, change):
    with pytest.raises(Unavailable):
        await open_storage(Settings(database_url=settings.database_url.replace(*change)), clock)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg"])
async def test_a_url_may_be_written_for_any_driver_and_with_what_libpq_knows(settings, clock, scheme):
    rest = settings.database_url.partition(":")[2]
    for options in ("", "&sslmode=prefer", "&application_name=clone&options=-c%20statement_timeout%3D9s"):
        storage = await open_storage(Settings(database_url=f"{scheme}:{rest}{options}"), clock)
        assert await storage.revision() == HEAD
        await storage.close()


@pytest.mark.parametrize("url", ["postgresql://clone:hunter2@host:port/clone"])
async def test_a_url_that_cannot_be_read_is_refused_without_repeating_the_password(settings, clock, url):
    with pytest.raises(Invalid) as refused:
        from_env({"CLONE_DATABASE_URL": url})
    assert "hunter2" not in str(refused.value)
    with pytest.raises(Invalid) as refused:
        await migrate.upgrade_postgres(url)
    assert "hunter2" not in str(refused.value)


async def test_behind_a_pooler_nothing_is_prepared_and_all_works(settings, clock, tenant):
    storage = await open_storage(settings.model_copy(update={"db_pooler": True}), clock)
    assert await storage.append(tenant, [record()]) == [True]
    assert (await history(storage, tenant)).total == 1
    await storage.close()


async def test_feedback_and_recording_in_the_same_sessions_never_lock_each_other_out(clone, me, second):
    predictions = [await clone.prediction.predict(me, Question("codex", "Go on?", f"s{n % 2}")) for n in range(12)]

    async def report(prediction):
        return await clone.prediction.feedback(me, prediction.id, Outcome.REJECTED, "go on")

    async def write(number):
        batch = [typed("go on", f"s{n}", id=f"{number}-{n}") for n in (0, 1)]
        return (await clone.recording.ingest.batch(me, batch if number % 2 else batch[::-1])).accepted

    results = await asyncio.gather(*map(report, predictions), *map(write, range(12)))
    assert results[12:] == [2] * 12
    assert all(settled.changed for settled in results[:12])


async def test_a_statement_that_makes_no_sense_is_our_mistake_and_not_the_databases(
    postgres, settings, storage, tenant
):
    name = settings.db_direct_url.partition("?")[0].rpartition("/")[2]
    await postgres.execute("DROP TABLE procrastinate_jobs CASCADE", database=name)
    with pytest.raises(CloneError) as wrong:
        async with storage.begin(tenant) as uow:
            await uow.jobs.enqueue(Job("a", {"secret": "hunter2"}))
    assert type(wrong.value) is CloneError
    assert "hunter2" not in f"{wrong.value} {wrong.value.__cause__}"


async def test_reports_from_two_servers_at_once_are_weighed_one_after_the_other(clone, me, second, settings, clock):
    there = wire(settings, second, clock, b"test")
    agent = Caller(me.tenant, Scope.AGENT)
    for _ in range(10):
        prediction = await clone.prediction.predict(me, Question("codex", "Go on?"))
        await asyncio.gather(
            there.prediction.feedback(me, prediction.id, Outcome.REJECTED, None),
            clone.prediction.feedback(agent, prediction.id, Outcome.ACCEPTED, None),
        )
        async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
            assert (await uow.predictions.outcome(prediction.id)).outcome is Outcome.REJECTED


async def test_what_an_agent_said_is_answered_by_the_next_prompt_on_any_server(clone, me, second, settings, clock):
    await clone.recording.ingest.batch(me, [said("Shall I commit the parser?")])
    await second.append(me.tenant, [record("next", "s", "yes")])
    [answer] = (await history(second, me.tenant)).answers
    assert answer.question != 0
