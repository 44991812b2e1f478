"""Enqueueing: in the caller's transaction, once for each dedupe key, and nobody else's business."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from clone_mcp.app import is_sqlite
from clone_mcp.errors import CloneError, Conflict, NotFound
from clone_mcp.jobs.worker import worker_for
from clone_mcp.models.events import Job
from tests.conftest import new_tenant
from tests.support.jobs import sleep, waiting
from tests.support.postgres import Postgres
from tests.support.sql import rows

on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)


class Stop(Exception):
    """Something that goes wrong in a use case."""


async def enqueue(storage, tenant, *jobs: Job) -> list[bool]:
    async with storage.begin(tenant) as uow:
        return [await uow.jobs.enqueue(job) for job in jobs]


@pytest.fixture
def drained(storage, clock):
    """Does all jobs of kind `a` that are due; says the payloads."""

    async def drain(*, by=storage) -> list[dict]:
        done = []

        async def handler(_tenant, payload):
            done.append(payload)

        tries = await worker_for(by.work, clock, {"a": handler}).drain()
        assert tries == len(done)
        return done

    return drain


async def test_a_job_that_is_enqueued_is_done_once_with_its_payload(storage, tenant, drained):
    await enqueue(storage, tenant, Job("a", {"text": "so it is — 'quoted'", "n": [1, None]}))
    assert await drained() == [{"text": "so it is — 'quoted'", "n": [1, None]}]
    assert await drained() == []


async def test_a_job_goes_with_the_transaction_that_enqueued_it(storage, tenant, settings, drained):
    with pytest.raises(Stop):
        async with storage.begin(tenant) as uow:
            await uow.jobs.enqueue(Job("a", dedupe_key="k"))
            raise Stop
    assert (await waiting(settings), await drained()) == ([], [])


async def test_jobs_with_one_dedupe_key_wait_once_per_tenant(storage, tenant, clock, settings):
    other = await new_tenant(storage, clock)
    assert await enqueue(storage, tenant, Job("a", dedupe_key="k"), Job("b", dedupe_key="k"), Job("a"), Job("a")) == [
        True,
        False,
        True,
        True,
    ]
    assert await enqueue(storage, other, Job("a", dedupe_key="k")) == [True]
    assert len(await waiting(settings)) == 4


async def test_of_two_times_the_earlier_counts(storage, tenant, clock, settings, drained):
    def job(minutes):
        return Job("a", dedupe_key="k", run_at=clock.now() + timedelta(minutes=minutes))

    assert await enqueue(storage, tenant, job(60), job(10), job(30)) == [True, False, False]
    await sleep(settings, clock, minutes=9)
    assert await drained() == []
    await sleep(settings, clock, minutes=2)
    assert await drained() == [{}]
    await sleep(settings, clock, hours=2)
    assert await drained() == []


async def test_a_job_under_way_swallows_nothing_that_is_enqueued_meanwhile(storage, tenant, clock):
    runs = []

    async def handler(_tenant, _payload):
        runs.append("run")
        if len(runs) == 1:
            assert await enqueue(storage, tenant, Job("a", dedupe_key="k")) == [True]

    await enqueue(storage, tenant, Job("a", dedupe_key="k"))
    assert await worker_for(storage.work, clock, {"a": handler}).drain() == 2


async def test_servers_that_enqueue_the_same_at_once_lose_nothing_of_their_own(storage, second, tenant, settings):
    async def both(server, number):
        await enqueue(server, tenant, Job("own", dedupe_key=str(number)), Job("a", dedupe_key="k"))

    await asyncio.gather(*(both(server, n) for n in range(20) for server in (storage, second)))
    assert await waiting(settings) == [("a", "k"), *sorted(("own", str(n)) for n in range(20))]


@on_postgres
async def test_a_waiting_job_is_held_until_what_it_is_to_see_is_committed(storage, tenant, drained):
    await enqueue(storage, tenant, Job("a", dedupe_key="k"))
    async with storage.begin(tenant) as uow:
        assert await uow.jobs.enqueue(Job("a", dedupe_key="k")) is False
        assert await drained() == []
    assert await drained() == [{}]


async def test_a_tenant_sees_its_own_jobs_and_a_foreign_id_is_answered_like_an_unknown_one(storage, tenant, clock):
    other = await new_tenant(storage, clock)
    await enqueue(storage, tenant, Job("a"))
    [mine] = await storage.work.listed(tenant, limit=10)
    assert await storage.work.get(tenant, mine.id) == mine
    assert await storage.work.listed(other, limit=10) == []
    answers = set()
    for it in (mine.id, mine.id.upper(), "nonsense", "0", "1", "9" * 30, "½", "\x00", ""):
        for ask in (storage.work.get(other, it), storage.work.retry(other, it, now=clock.now())):
            with pytest.raises(NotFound) as refused:
                await ask
            answers.add(str(refused.value))
    assert len(answers) == 1
    assert await storage.work.listed(tenant, limit=10) == [mine]


async def test_a_jobs_id_tells_nothing_of_what_goes_on_elsewhere(storage, tenant, clock, settings):
    """It is drawn at random for each, also for those that come back: no sequence shows through."""
    other = await new_tenant(storage, clock)
    for each in (tenant, other, tenant):
        await enqueue(storage, each, Job("a", dedupe_key="k"), Job("b"))
    mine, theirs = [await storage.work.listed(each, limit=10) for each in (tenant, other)]
    ids = [job.id for job in (*mine, *theirs)]
    assert [UUID(own).version for own in ids] == [4] * 5
    assert len(set(ids)) == 5
    if not is_sqlite(settings.url):
        [numbers] = zip(*await rows(settings, "SELECT id::text FROM procrastinate_jobs"), strict=True)
        for number in numbers:
            with pytest.raises(NotFound):
                await storage.work.get(tenant, number)
            with pytest.raises(NotFound):
                await storage.work.retry(tenant, number, now=clock.now())


async def test_a_job_keeps_its_id_while_it_is_tried_and_tried_again(storage, tenant, clock):
    async def handler(_tenant, payload):
        if not payload:
            raise Stop

    await enqueue(storage, tenant, Job("a"), Job("a", {"text": "x"}))
    before = {job.id for job in await storage.work.listed(tenant, limit=10)}
    await worker_for(storage.work, clock, {"a": handler}).drain()
    [failed, done] = await storage.work.listed(tenant, limit=10)
    assert ({failed.id, done.id}, failed.error, done.error) == (before, "Stop", None)
    await storage.work.retry(tenant, failed.id, now=clock.now())
    assert (await storage.work.get(tenant, failed.id)).error is None


async def test_what_waits_is_listed_before_what_is_done(storage, tenant, clock, settings, drained):
    await enqueue(storage, tenant, Job("a"))
    await drained()
    later = clock.now() + timedelta(hours=1)
    await enqueue(storage, tenant, Job("b", run_at=later), Job("a"))
    listed = await storage.work.listed(tenant, limit=10)
    assert [(job.kind, job.attempts, job.finished_at is None, job.error, job.running) for job in listed] == [
        ("a", 0, True, None, False),
        ("b", 0, True, None, False),
        ("a", 1, False, None, False),
    ]
    assert listed[1].run_at - listed[0].run_at > timedelta(minutes=59)
    assert len(await storage.work.listed(tenant, limit=2)) == 2


async def test_a_waiting_job_can_be_made_due_and_one_that_is_done_can_not(storage, tenant, clock, drained):
    await enqueue(storage, tenant, Job("a", dedupe_key="k", run_at=clock.now() + timedelta(hours=1)))
    [job] = await storage.work.listed(tenant, limit=10)
    await storage.work.retry(tenant, job.id, now=clock.now())
    assert await drained() == [{}]
    with pytest.raises(Conflict):
        await storage.work.retry(tenant, job.id, now=clock.now())
    assert await drained() == []


async def test_no_job_can_be_enqueued_for_a_tenant_that_is_not_there(storage, tenant, settings):
    with pytest.raises(CloneError):
        await enqueue(storage, tenant.__class__(int=tenant.int ^ 1), Job("a"))
    assert await waiting(settings) == []


@on_postgres
async def test_jobs_go_when_their_tenant_goes(postgres: Postgres, storage, tenant, clock, settings, drained):
    other = await new_tenant(storage, clock)
    for each in (tenant, other):
        await enqueue(storage, each, Job("a", dedupe_key="k"), Job("b"))
    await drained()
    name = settings.db_direct_url.partition("?")[0].rpartition("/")[2]
    await postgres.execute(f"DELETE FROM tenants WHERE id = '{tenant}'", database=name)
    assert await storage.work.listed(tenant, limit=10) == []
    assert len(await storage.work.listed(other, limit=10)) == 2
