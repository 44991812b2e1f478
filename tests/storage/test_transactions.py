"""Units of work and group commit, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from clone_mcp.errors import CloneError, NotFound, Unavailable
from clone_mcp.models.events import Job, Record
from clone_mcp.models.prediction import Question
from clone_mcp.storage.schema import HEAD
from tests.storage.test_append import everything, history
from tests.support.events import one_of_each, typed
from tests.support.jobs import waiting
from tests.support.records import record
from tests.support.sql import seen
from tests.support.storage import storage_of


class Stop(Exception):
    """Something that goes wrong in a use case."""


async def test_an_exception_undoes_all_of_a_unit_of_work(clone, me, settings):
    prediction = await clone.prediction.predict(me, Question("codex", "Shall I go on?"))
    before = await everything(settings)
    with pytest.raises(Stop):
        async with storage_of(clone).begin(me.tenant) as uow:
            await uow.jobs.enqueue(Job("a"))
            await uow.predictions.add(replace(prediction, id="another"))
            raise Stop
    assert await everything(settings) == before
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        with pytest.raises(NotFound):
            await uow.predictions.get("another")


async def test_a_cancelled_unit_of_work_leaves_nothing_and_the_next_one_works(storage, tenant, settings):
    entered = asyncio.Event()

    async def never_ending():
        async with storage.begin(tenant) as uow:
            await uow.jobs.enqueue(Job("a"))
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ending())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with storage.begin(tenant) as uow:
        await uow.jobs.enqueue(Job("b"))
    assert await waiting(settings) == [("b", None)]


async def test_readers_cancelled_at_any_moment_harm_nobody(storage, tenant):
    await storage.append(tenant, [record()])

    async def read():
        async with storage.begin(tenant, readonly=True) as uow:
            return (await uow.events.get("e")).id

    tasks = [asyncio.create_task(read()) for _ in range(20)]
    for task in tasks[::2]:
        await asyncio.sleep(0)  # it has begun
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[1::2] == ["e"] * 10
    assert [await read() for _ in range(10)] == ["e"] * 10


async def test_a_readonly_unit_of_work_refuses_to_write(storage, tenant, settings):
    with pytest.raises(Unavailable):
        async with storage.begin(tenant, readonly=True) as uow:
            await uow.jobs.enqueue(Job("a"))
    assert await waiting(settings) == []
    async with storage.begin(tenant) as uow:
        assert await uow.jobs.enqueue(Job("a")) is True


async def test_steps_in_one_go_are_a_transaction_like_any_other(storage, tenant, settings):
    async def steps(uow, *, fail):
        added = [await uow.jobs.enqueue(Job("a", dedupe_key="a")), await uow.jobs.enqueue(Job("b"))]
        if fail:
            raise Stop
        return added

    for failure, readonly in ((Stop, False), (Unavailable, True)):
        with pytest.raises(failure):
            await storage.once(tenant, lambda uow: steps(uow, fail=True), readonly=readonly)
    assert await waiting(settings) == []
    with seen() as watch:
        assert await storage.once(tenant, lambda uow: steps(uow, fail=False)) == [True, True]
    assert watch.transactions == 1
    assert sorted(await waiting(settings)) == [("a", "a"), ("b", None)]


async def test_steps_in_one_go_may_wait_for_nothing_but_storage(storage, tenant, settings):
    async def sleepy(uow):
        await uow.jobs.enqueue(Job("a"))
        await asyncio.sleep(0)  # something else than storage

    with pytest.raises(RuntimeError, match="wait for something else"):
        await storage.once(tenant, sleepy)
    assert await waiting(settings) == []
    assert await storage.once(tenant, lambda uow: uow.jobs.enqueue(Job("b"))) is True


async def test_a_reader_proceeds_while_a_writer_is_in_the_middle_of_things(storage, second, tenant):
    await storage.append(tenant, [record()])
    async with storage.begin(tenant) as uow:
        await uow.jobs.enqueue(Job("a"))
        assert (await history(second, tenant)).total == 1
        assert (await history(storage, tenant)).total == 1


async def test_concurrent_appends_share_transactions(storage, tenant):
    with seen() as watch:
        await asyncio.gather(*(storage.append(tenant, [record(f"e{n}")]) for n in range(50)))
    assert watch.transactions == 1
    assert (await history(storage, tenant)).total == 50


async def test_one_bad_append_does_not_fail_its_neighbours(storage, tenant):
    good = [[record("a")], [record("b")], [record("c")]]
    bad = [Record(replace(record("bad").event, occurred_at=None))]
    results = await asyncio.gather(
        *(storage.append(tenant, batch) for batch in (good[0], good[1], bad, good[2])), return_exceptions=True
    )
    assert results[:2] + results[3:] == [[True]] * 3
    assert isinstance(results[2], CloneError)
    assert not isinstance(results[2], Unavailable)
    assert (await history(storage, tenant)).total == 3


async def test_an_append_for_a_tenant_that_does_not_exist_fails_alone(storage, tenant):
    stranger = tenant.__class__(int=tenant.int ^ 1)
    results = await asyncio.gather(
        storage.append(tenant, [record("a")]),
        storage.append(stranger, [record("b")]),
        storage.append(tenant, [record("c")]),
        return_exceptions=True,
    )
    assert [results[0], results[2]] == [[True], [True]]
    assert isinstance(results[1], CloneError)


async def test_a_batch_is_stored_whole_or_not_at_all(storage, tenant):
    bad = Record(replace(record("bad").event, occurred_at=None))
    with pytest.raises(CloneError):
        await storage.append(tenant, [record("a"), bad])
    assert (await history(storage, tenant)).total == 0


async def test_a_caller_that_gives_up_loses_nothing_it_handed_over(storage, tenant):
    tasks = [asyncio.create_task(storage.append(tenant, [record(f"e{n}")])) for n in range(20)]
    await asyncio.sleep(0)  # they have begun
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[1::2] == [[True]] * 10
    assert all(isinstance(result, asyncio.CancelledError) for result in results[::2])
    assert (await history(storage, tenant)).total == 20


async def test_closing_waits_for_what_was_handed_over(second, storage, tenant):
    tasks = [asyncio.create_task(second.append(tenant, [record(f"e{n}")])) for n in range(20)]
    await asyncio.sleep(0)  # they have begun
    await second.close()
    assert await asyncio.gather(*tasks) == [[True]] * 20
    assert (await history(storage, tenant)).total == 20


async def test_recording_costs_one_transaction_and_at_most_six_statements(clone, me):
    costs = {}
    for item in one_of_each():
        with seen() as watch:
            await clone.recording.ingest.batch(me, [item])
        costs[item["type"], item["source"]] = watch.transactions, len(watch.statements)
    assert costs == {
        ("session.started", "cli"): (1, 2),
        ("app.focused", "cli"): (1, 2),
        ("capture.frame", "cli"): (1, 2),
        ("input.keystroke", "cli"): (1, 2),
        ("input.click", "cli"): (1, 2),
        ("input.scroll", "cli"): (1, 2),
        ("agent.response", "agent"): (1, 3),
        ("agent.prompt", "cli"): (1, 6),
        ("agent.prompt", "agent"): (1, 2),
        ("session.stopped", "cli"): (1, 5),
    }
    assert {transactions for transactions, _ in costs.values()} == {1}
    assert max(statements for _, statements in costs.values()) <= 6


async def test_where_only_the_person_speaks_their_first_prompt_costs_one_statement_more(clone, me):
    costs = []
    for number in range(3):
        with seen() as watch:
            await clone.recording.ingest.batch(me, [typed(f"number {number}")])
        costs.append(len(watch.statements))
    assert costs == [7, 6, 6]


async def test_recording_something_again_costs_one_statement_and_many_things_two(clone, me):
    items = one_of_each()
    await clone.recording.ingest.batch(me, items)
    for again, statements in ((items[:1], 1), (items, 2)):
        with seen() as watch:
            await clone.recording.ingest.batch(me, again)
        assert (watch.transactions, len(watch.statements)) == (1, statements)


async def test_the_storage_says_that_it_is_there_and_at_which_revision(storage):
    await storage.check()
    assert await storage.revision() == HEAD
