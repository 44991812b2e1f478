"""Working jobs off: once each by many, again after a failure or a death, and after sleep."""

from __future__ import annotations

import asyncio
import io
import logging
import re
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial

import pytest

from clone_mcp.app import open_storage
from clone_mcp.errors import Unavailable
from clone_mcp.jobs.worker import LOOK_SECONDS, LeaseWorker, worker_for
from clone_mcp.logs import AsText, withhold
from clone_mcp.models.events import Job
from clone_mcp.ports.work import DAILY, MOST_ATTEMPTS
from tests.conftest import new_tenant
from tests.jobs.test_queue import enqueue, on_postgres
from tests.support import jobs
from tests.support.jobs import sleep, waiting, wake
from tests.support.sql import rows
from tests.support.until import PATIENCE, until

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
NEVER = 1000 * PATIENCE


@asynccontextmanager
async def working(storage, clock, handlers, *, look_seconds=LOOK_SECONDS):
    """A worker that runs as in a server."""
    task = asyncio.create_task(worker_for(storage.work, clock, handlers, look_seconds=look_seconds).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_two_workers_do_each_job_once(storage, second, tenant, clock):
    done = Counter()

    async def handler(_tenant, payload):
        done[payload["n"]] += 1
        await asyncio.sleep(0)  # the other worker's turn

    await enqueue(storage, tenant, *(Job("a", {"n": n}) for n in range(100)))
    tries = await asyncio.gather(*(worker_for(by.work, clock, {"a": handler}).drain() for by in (storage, second)))
    assert sum(tries) == 100
    assert done == Counter(range(100))


async def test_a_worker_leaves_alone_what_it_does_not_know(storage, tenant, clock, settings):
    async def never(_tenant, _payload):
        raise AssertionError

    await enqueue(storage, tenant, Job("newer than this server"))
    assert await worker_for(storage.work, clock, {"a": never}).drain() == 0
    assert await waiting(settings) == [("newer than this server", None)]


async def test_jobs_that_are_to_be_done_one_after_the_other_never_overlap(storage, second, tenant, clock):
    running, most, done = Counter(), Counter(), []

    async def handler(_tenant, payload):
        key = payload["key"]
        running[key] += 1
        most[key] = max(most[key], running[key])
        await second.work.listed(tenant, limit=1)  # meanwhile the other worker looks for a job too
        running[key] -= 1
        done.append(key)

    for n in range(20):
        await enqueue(storage, tenant, Job("a", {"key": n // 10}, serialize_by=str(n // 10)))
    for _ in range(3):  # one worker may find all that is left taken, and leave while the other still works
        await asyncio.gather(*(worker_for(by.work, clock, {"a": handler}).drain() for by in (storage, second)))
    assert Counter(done) == Counter({0: 10, 1: 10})
    assert most == Counter({0: 1, 1: 1})


async def test_a_job_that_fails_is_tried_again_later_and_later_and_then_given_up(storage, tenant, clock, settings):
    async def handler(_tenant, _payload):
        raise ValueError("a secret of the person's")

    worker = worker_for(storage.work, clock, {"a": handler})
    await enqueue(storage, tenant, Job("a", {"x": 1}, dedupe_key="k"))
    waits = []
    while not waits or len(waits) < MOST_ATTEMPTS:
        assert await worker.drain() == 1
        assert await worker.drain() == 0
        [job] = await storage.work.listed(tenant, limit=10)
        waits.append(job)
        if job.finished_at is None:
            await sleep(settings, clock, seconds=30 * 4 ** (job.attempts - 1) - 5)
            assert await worker.drain() == 0
            await sleep(settings, clock, seconds=6)
    assert [(job.attempts, job.error, job.finished_at is None) for job in waits] == [
        (1, "ValueError", True),
        (2, "ValueError", True),
        (3, "ValueError", True),
        (4, "ValueError", True),
        (5, "ValueError", False),
    ]
    await sleep(settings, clock, days=1)
    assert await worker.drain() == 0


@contextmanager
def logged():
    """What a process would write to its log meanwhile."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(AsText("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(withhold)
    logging.getLogger().addHandler(handler)
    try:
        yield written
    finally:
        logging.getLogger().removeHandler(handler)


async def test_a_failure_that_was_foreseen_is_one_line_and_any_other_has_its_places(storage, tenant, clock):
    """Whatever engine works the jobs off, and whatever it has to say itself."""

    async def handler(_tenant, payload):
        if payload["foreseen"]:
            raise Unavailable("There is no room.") from OSError("on the disk of the person's")
        raise ValueError("a secret of the person's")

    worker = worker_for(storage.work, clock, {"a": handler})
    await enqueue(storage, tenant, Job("a", {"foreseen": True}))
    with logged() as written:
        assert await worker.drain() == 1
    [line] = written.getvalue().splitlines()
    assert re.fullmatch(r"WARNING clone_mcp\.\S+: Job a, try 1, failed \(unavailable\): There is no room\.", line)
    await enqueue(storage, tenant, Job("a", {"foreseen": False}))
    with logged() as written:
        assert await worker.drain() == 1
    assert re.search(r"ERROR clone_mcp\.\S+: Job a, try 1, failed\n  ValueError\n    .+py:\d+ ", written.getvalue())
    assert "the person's" not in written.getvalue()


async def test_a_job_that_was_given_up_can_be_made_due_again(storage, tenant, clock, settings):
    failing = [True] * MOST_ATTEMPTS

    async def handler(_tenant, _payload):
        if failing:
            failing.pop()
            raise ValueError

    worker = worker_for(storage.work, clock, {"a": handler})
    await enqueue(storage, tenant, Job("a", dedupe_key="k"))
    for _ in range(MOST_ATTEMPTS):
        await worker.drain()
        await sleep(settings, clock, hours=3)
    [job] = await storage.work.listed(tenant, limit=10)
    await enqueue(storage, tenant, Job("a", dedupe_key="k"))  # in between, the same was asked for anew
    await storage.work.retry(tenant, job.id, now=clock.now())
    assert await worker.drain() == 2
    listed = await storage.work.listed(tenant, limit=10)
    assert [(each.error, each.finished_at is None) for each in listed] == [(None, False)] * 2


async def test_a_job_that_fails_while_the_same_waits_again_is_still_tried_again(storage, tenant, clock, settings):
    runs = []

    async def handler(_tenant, _payload):
        runs.append("run")
        if len(runs) == 1:
            await enqueue(storage, tenant, Job("a", dedupe_key="k"))
            raise ValueError

    await enqueue(storage, tenant, Job("a", dedupe_key="k"))
    worker = worker_for(storage.work, clock, {"a": handler})
    assert await worker.drain() == 2
    await sleep(settings, clock, minutes=1)
    assert await worker.drain() == 1
    assert {job.error for job in await storage.work.listed(tenant, limit=10)} == {None}


async def test_what_became_due_in_sleep_is_done_on_waking(storage, tenant, clock, settings):
    done = []

    async def handler(_tenant, payload):
        done.append(payload["n"])

    for n in range(3):
        await enqueue(storage, tenant, Job("a", {"n": n}, run_at=clock.now() + timedelta(hours=n + 1)))
    worker = worker_for(storage.work, clock, {"a": handler})
    assert await worker.drain() == 0
    await sleep(settings, clock, days=2)
    assert await worker.drain() == 3
    assert sorted(done) == [0, 1, 2]


async def test_a_running_worker_does_what_is_enqueued_while_it_waits(storage, tenant, clock):
    done = []

    async def handler(_tenant, payload):
        done.append(payload["n"])

    async with working(storage, clock, {"a": handler}, look_seconds=0.05):
        for n in range(3):
            await enqueue(storage, tenant, Job("a", {"n": n}))
            await until(lambda n=n: len(done) > n)
    assert done == [0, 1, 2]


@on_postgres
async def test_on_postgres_a_worker_is_told_of_new_and_of_hurried_jobs_at_once(storage, tenant, clock, settings):
    done = []

    async def handler(_tenant, payload):
        done.append(payload["n"])

    async def holds(condition):  # of the worker's connections
        theirs = "datname = current_database() AND application_name = 'clone-worker'"
        return await rows(settings, f"SELECT {condition} FROM pg_stat_activity WHERE {theirs}") == [(True,)]

    listens = partial(holds, "bool_or(query LIKE 'LISTEN%clone_begin_day%')")
    # Procrastinate forgets what it is told while it looks, and looks again later: which here would be never.
    idle = partial(holds, "bool_and(state = 'idle' AND state_change < clock_timestamp() - interval '0.2 s')")

    async with working(storage, clock, {"a": handler}, look_seconds=NEVER):
        await until(listens)
        await until(idle)
        await enqueue(storage, tenant, Job("a", {"n": "new"}))
        await until(lambda: done == ["new"])
        later = clock.now() + timedelta(hours=1)
        await enqueue(storage, tenant, Job("a", {"n": "hurried"}, dedupe_key="k", run_at=later))
        await until(idle)
        await enqueue(storage, tenant, Job("a", {"n": "hurried"}, dedupe_key="k"))
        await until(lambda: done == ["new", "hurried"])


@on_postgres
async def test_on_postgres_a_worker_that_is_told_to_stop_finishes_what_it_does(storage, tenant, clock):
    events, go = [], asyncio.Event()

    async def handler(_tenant, _payload):
        events.append("begun")
        await go.wait()
        events.append("done")

    await enqueue(storage, tenant, Job("a"))
    async with working(storage, clock, {"a": handler}) as task:
        await until(lambda: events)
        task.cancel()
        [job] = await storage.work.listed(tenant, limit=10)  # the worker hears of it meanwhile
        assert job.running
        go.set()
        await asyncio.wait([task])
    assert events == ["begun", "done"]
    [job] = await storage.work.listed(tenant, limit=10)
    assert (job.finished_at is not None, job.error, job.attempts) == (True, None, 1)


@on_postgres
async def test_on_postgres_a_job_that_does_not_end_when_the_worker_stops_is_due_again(storage, tenant, clock):
    begun, done = asyncio.Event(), []

    async def endless(_tenant, _payload):
        begun.set()
        await asyncio.Event().wait()

    async def handler(_tenant, _payload):
        done.append("done")

    await enqueue(storage, tenant, Job("a"))
    async with working(storage, clock, {"a": endless}):
        await begun.wait()
    assert await worker_for(storage.work, clock, {"a": handler}).drain() == 1
    assert done == ["done"]


@on_postgres
async def test_on_postgres_a_worker_comes_back_when_its_connections_are_cut(postgres, settings, storage, tenant, clock):
    done = []

    async def handler(_tenant, payload):
        done.append(payload["n"])

    async with working(storage, clock, {"a": handler}, look_seconds=0.2):
        for n in range(2):
            await enqueue(storage, tenant, Job("a", {"n": n}))
            await until(lambda n=n: n in done)
            name = settings.database_url.partition("?")[0].rpartition("/")[2]
            await postgres.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{name}' AND application_name = 'clone-worker'"
            )
        await enqueue(storage, tenant, Job("a", {"n": 2}))
        await until(lambda: 2 in done)


@on_postgres
async def test_on_postgres_a_worker_behind_a_pooler_neither_listens_nor_prepares(settings, tenant, clock, storage):
    done = []

    async def handler(_tenant, _payload):
        done.append("done")

    pooled = await open_storage(settings.model_copy(update={"db_pooler": True}), clock)
    await enqueue(pooled, tenant, *[Job("a")] * 12)
    async with working(pooled, clock, {"a": handler}):
        await until(lambda: len(done) == 12)
    await pooled.close()


def process(settings, kind="a") -> subprocess.Popen:
    command = [sys.executable, "-m", jobs.__name__, str(settings.home), settings.database_url, kind]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


async def begin(*workers: subprocess.Popen) -> None:
    """Have them begin at once, when all of them are ready."""
    for worker in workers:
        assert (await asyncio.to_thread(worker.stdout.readline)).strip() == jobs.READY
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()


async def test_what_a_killed_worker_was_doing_is_done_by_another(storage, tenant, clock, settings, tmp_path):
    wake(clock)
    file = tmp_path / "lines"
    await enqueue(storage, tenant, Job("a", {"file": str(file), "line": "begun", "holds": True}, dedupe_key="k"))
    with process(settings) as died:
        await begin(died)
        await until(file.exists)
        died.kill()
    done = []

    async def handler(_tenant, payload):
        done.append(payload["line"])

    worker = worker_for(storage.work, clock, {"a": handler})
    [job] = await storage.work.listed(tenant, limit=10)
    assert (job.running, job.attempts) == (True, 1)
    assert await worker.drain() == 0
    await sleep(settings, clock, minutes=3)
    assert await worker.drain() == 1
    assert done == ["begun"]
    [job] = await storage.work.listed(tenant, limit=10)
    assert (job.running, job.attempts, job.error, job.finished_at is not None) == (False, 2, None, True)


async def test_several_processes_do_each_job_once(storage, tenant, clock, settings, tmp_path):
    wake(clock)
    file = tmp_path / "lines"
    wanted = [f"line {n}" for n in range(60)]
    for line in wanted:
        await enqueue(storage, tenant, Job("a", {"file": str(file), "line": line}))
    with ExitStack() as stack:
        workers = [stack.enter_context(process(settings)) for _ in range(3)]
        await begin(*workers)
        assert [await asyncio.to_thread(worker.wait, PATIENCE) for worker in workers] == [0, 0, 0]
    assert sorted(file.read_text().splitlines()) == sorted(wanted)


@on_sqlite
async def test_a_job_that_takes_long_keeps_its_lease(storage, second, tenant, clock, settings):
    runs = []

    async def extended(before):
        return await rows(settings, "SELECT lease_until FROM jobs") != before

    async def handler(_tenant, _payload):
        runs.append("run")
        for _ in range(5):
            before = await rows(settings, "SELECT lease_until FROM jobs")
            clock.advance(minutes=1)
            await until(partial(extended, before))
            assert await LeaseWorker(second.work, clock, {"a": handler}).one() is False

    await enqueue(storage, tenant, Job("a"))
    assert await LeaseWorker(storage.work, clock, {"a": handler}, extend_seconds=0.01).drain() == 1
    assert runs == ["run"]


@on_sqlite
async def test_who_lost_a_lease_has_no_say_any_more(storage, tenant, clock):
    await enqueue(storage, tenant, Job("a"))
    claim = storage.work.claim
    slow = await claim(["a"], now=clock.now(), lease_until=clock.now() + timedelta(minutes=2))
    clock.advance(minutes=3)
    quick = await claim(["a"], now=clock.now(), lease_until=clock.now() + timedelta(minutes=2))
    await storage.work.fail(slow, "Late", now=clock.now(), retry_at=clock.now())
    await storage.work.finish(slow, now=clock.now())
    [job] = await storage.work.listed(tenant, limit=10)
    assert (slow.id, job.running, job.error, job.attempts) == (quick.id, True, None, 2)


async def test_every_tenant_gets_its_daily_job_once_a_day(storage, tenant, clock):
    other = await new_tenant(storage, clock)
    given, rounds = Counter(), []

    async def daily(whose, _payload):
        given[whose] += 1

    async def handler(_tenant, _payload):
        rounds.append("round")

    for starts in (1, 2):  # a worker that starts again on the same day
        async with working(storage, clock, {DAILY: daily, "a": handler}, look_seconds=0.05):
            await until(lambda: given[tenant] and given[other])
            for turn in range(10 * starts - 9, 10 * starts + 1):  # it has looked at the calendar long before the last
                await enqueue(storage, tenant, Job("a"))
                await until(lambda turn=turn: len(rounds) == turn)
    assert (given[tenant], given[other]) == (1, 1)


@on_sqlite
async def test_after_days_of_sleep_the_day_begins_once_and_old_jobs_are_forgotten(storage, tenant, clock):
    given = Counter()

    async def daily(whose, _payload):
        given[whose] += 1

    workers = [worker_for(storage.work, clock, {DAILY: daily}) for _ in range(2)]
    for days in (0, 1, 5, 40):
        clock.advance(days=days)
        for worker in (*workers, *workers):
            await worker.look_at_the_calendar()
            await worker.drain()
    assert given[tenant] == 4
    assert len(await storage.work.listed(tenant, limit=100)) == 1


@on_postgres
async def test_on_postgres_old_jobs_are_forgotten_at_the_beginning_of_a_day(storage, tenant, clock, settings):
    given = []

    async def daily(_tenant, _payload):
        given.append("given")

    async def forgotten():
        return len(await storage.work.listed(tenant, limit=100)) == 1

    await enqueue(storage, tenant, Job(DAILY))
    await worker_for(storage.work, clock, {DAILY: daily}).drain()
    await sleep(settings, clock, days=31)
    async with working(storage, clock, {DAILY: daily}):
        await until(lambda: len(given) >= 2)
        await until(forgotten)


@on_sqlite
async def test_a_worker_that_is_told_to_stop_finishes_what_it_does_if_it_is_given_the_time(storage, tenant, clock):
    begun, go_on, done = asyncio.Event(), asyncio.Event(), []

    async def handler(_tenant, payload):
        begun.set()
        await go_on.wait()
        done.append(payload["n"])

    await enqueue(storage, tenant, Job("a", {"n": 1}), Job("a", {"n": 2}))
    task = asyncio.create_task(worker_for(storage.work, clock, {"a": handler}).run(grace=PATIENCE))
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)  # the worker hears of it
    go_on.set()
    await asyncio.wait([task])
    assert done == [1]
    assert [job.attempts for job in await storage.work.listed(tenant, limit=9) if not job.finished_at] == [0]
