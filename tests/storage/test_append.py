"""Appending events: once each, with sessions and counts kept in step."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clone_mcp.errors import NotFound
from clone_mcp.models.events import Job, Record, Session, Source
from clone_mcp.models.prediction import History
from clone_mcp.recording.ingest import Batch
from tests.conftest import new_tenant
from tests.support.events import NINE, at, event, said, started, stopped, typed
from tests.support.jobs import waiting
from tests.support.records import record
from tests.support.sql import rows
from tests.support.storage import storage_of


async def history(storage, tenant) -> History:
    async with storage.begin(tenant, readonly=True) as uow:
        return await uow.replies.history(phrases=100, answers=100)


async def session_of(storage, tenant, session: str = "s") -> Session:
    async with storage.begin(tenant, readonly=True) as uow:
        return await uow.sessions.get(session)


async def test_an_event_comes_back_as_it_was_stored(storage, tenant):
    wanted = record()
    assert await storage.append(tenant, [wanted]) == [True]
    async with storage.begin(tenant, readonly=True) as uow:
        assert await uow.events.get("e") == wanted.event
        assert list(await uow.events.of_session("s")) == [wanted.event]


async def test_the_same_id_again_changes_nothing_at_all(storage, tenant, settings):
    await storage.append(tenant, [record()])
    before = await everything(settings)
    later = replace(record().event, received_at=NINE + timedelta(hours=1), occurred_at=NINE + timedelta(hours=1))
    again = record(session="another", prompt="no", jobs=(Job("episodes"),))
    assert await storage.append(tenant, [Record(later), again]) == [False, False]
    assert await everything(settings) == before


async def test_the_same_id_twice_in_one_batch_counts_once(storage, tenant):
    assert await storage.append(tenant, [record(), record(), record("f")]) == [True, False, True]
    assert (await history(storage, tenant)).total == 2


async def test_the_same_id_in_concurrent_calls_counts_once(storage, tenant):
    results = await asyncio.gather(*(storage.append(tenant, [record()]) for _ in range(20)))
    assert sorted(new for [new] in results) == [False] * 19 + [True]
    assert (await history(storage, tenant)).total == 1


async def test_the_same_id_from_two_servers_counts_once(storage, second, tenant):
    events = [record(f"e{n}", f"s{n % 3}") for n in range(30)]
    here, there = await asyncio.gather(
        asyncio.gather(*(storage.append(tenant, [each]) for each in events)),
        asyncio.gather(*(second.append(tenant, [each]) for each in reversed(events))),
    )
    assert sum(new for results in (here, there) for [new] in results) == 30
    assert (await history(storage, tenant)).total == 30


async def test_two_servers_that_write_the_same_sessions_in_opposite_order_both_succeed(storage, second, tenant):
    forth = [[record(f"f{n}{s}", s, f"say {s}") for s in "abcdef"] for n in range(15)]
    back = [[record(f"b{n}{s}", s, f"say {s}") for s in "fedcba"] for n in range(15)]

    async def write(to, batches):
        return [await to.append(tenant, batch) for batch in batches]

    here, there = await asyncio.gather(write(storage, forth), write(second, back))
    assert (here, there) == ([[True] * 6] * 15, [[True] * 6] * 15)
    assert (await history(storage, tenant)).total == 180


async def test_the_first_event_of_a_session_begins_it(clone, me):
    await clone.recording.ingest.batch(me, [typed("hello", minutes=3, source="integration", source_detail="slack")])
    assert await session_of(storage_of(clone), me.tenant) == Session(
        "s", Source.INTEGRATION, "slack", None, NINE + timedelta(minutes=3), None
    )


async def test_a_late_start_re_anchors_its_session(clone, me):
    await clone.recording.ingest.batch(me, [typed("hello", minutes=3)])
    await clone.recording.ingest.batch(me, [started(minutes=-5, source="agent", source_detail="codex")])
    assert await session_of(storage_of(clone), me.tenant) == Session(
        "s", Source.AGENT, "codex", None, NINE - timedelta(minutes=5), None
    )


async def test_a_start_without_a_project_keeps_the_one_that_is_known(storage, tenant):
    begin = replace(record("1").event, type="session.started")
    await storage.append(tenant, [Record(begin, project="clone"), Record(replace(begin, id="2"))])
    assert (await session_of(storage, tenant)).project == "clone"


async def test_a_session_ends_at_its_latest_stop(clone, me):
    for minutes in (10, 20, 15):
        await clone.recording.ingest.batch(me, [stopped(minutes=minutes)])
    assert (await session_of(storage_of(clone), me.tenant)).ended_at == NINE + timedelta(minutes=20)


async def test_a_session_counts_as_ended_once(clone, me):
    await clone.recording.ingest.batch(
        me, [typed("hello"), stopped(minutes=1), stopped(minutes=2), stopped("other", minutes=1)]
    )
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert await uow.replies.endings() == (1, 2)


async def test_ending_a_session_twice_asks_for_one_summary(clone, me, settings):
    await clone.recording.ingest.batch(me, [stopped(minutes=1), stopped(minutes=2), stopped("other")])
    assert await waiting(settings) == [
        ("episodes", "episodes:other"),
        ("episodes", "episodes:s"),
    ]


async def test_jobs_with_one_dedupe_key_wait_once_and_others_each(storage, tenant, settings):
    async with storage.begin(tenant) as uow:
        added = [
            await uow.jobs.enqueue(job)
            for job in (Job("a", dedupe_key="k"), Job("b", dedupe_key="k"), Job("c"), Job("c"), Job("d", {"x": 1}))
        ]
    assert added == [True, False, True, True, True]
    assert [kind for kind, _ in await waiting(settings)] == ["a", "c", "c", "d"]


async def test_replies_phrases_and_counts_stay_in_step(clone, me, clock):
    said_first = said("The tests pass. Shall I commit?")
    await clone.recording.ingest.batch(me, [said_first, typed("Yes!", minutes=1), typed("push", minutes=2)])
    await clone.recording.ingest.batch(me, [typed("yes", "t", minutes=3)])
    known = await history(storage_of(clone), me.tenant)
    assert [(p.key, p.text, p.times, p.last_at) for p in known.phrases] == [
        ("yes", "yes", 2, NINE + timedelta(minutes=3)),
        ("push", "push", 1, NINE + timedelta(minutes=2)),
    ]
    assert [(a.key, a.session_id, bool(a.question), a.previous) for a in known.answers] == [
        ("yes", "t", False, None),
        ("push", "s", False, "yes"),
        ("yes", "s", True, None),
    ]
    assert known.total == 3


async def test_what_somebody_else_typed_answers_the_question_but_is_not_learned(clone, me):
    await clone.recording.ingest.batch(
        me, [said("Shall I commit?"), typed("go on", source="agent"), typed("wait", minutes=1)]
    )
    known = await history(storage_of(clone), me.tenant)
    assert [(answer.key, answer.question) for answer in known.answers] == [("wait", b"")]


async def test_an_older_reply_does_not_make_a_phrase_older(clone, me):
    await clone.recording.ingest.batch(me, [typed("yes", minutes=9), typed("yes", "imported", minutes=-9000)])
    [phrase] = (await history(storage_of(clone), me.tenant)).phrases
    assert (phrase.times, phrase.last_at) == (2, NINE + timedelta(minutes=9))


async def test_a_sessions_events_come_oldest_first_whatever_the_order_of_arrival(clone, me):
    items = [typed("third", minutes=3), typed("first", minutes=1), typed("second", minutes=2)]
    await clone.recording.ingest.batch(me, items)
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        found = await uow.events.of_session("s", limit=2)
    assert [each.payload["prompt"] for each in found] == ["first", "second"]


async def test_sessions_are_listed_by_when_they_were_last_heard_of(clone, me, clock):
    for session in ("a", "b", "a"):
        await clone.recording.ingest.batch(me, [typed("hello", session)])
        clock.advance(minutes=1)
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert [session.id for session in await uow.sessions.recent()] == ["a", "b"]
        assert [session.id for session in await uow.sessions.recent(limit=1)] == ["a"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-11-20T08:30:00.123456+05:30", datetime(2026, 11, 20, 3, 0, 0, 123456, UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("1969-12-31T23:59:59.999999Z", datetime(1969, 12, 31, 23, 59, 59, 999999, UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)),
    ],
)
async def test_moments_come_back_to_the_microsecond_and_in_utc(clone, me, sent, kept):
    assert await clone.recording.ingest.batch(
        me, [event("app.focused", app="x", window_title=None, id="e", occurred_at=sent)]
    ) == (Batch(1, 0, ()))
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        found = await uow.events.get("e")
        begun = (await uow.sessions.get("s")).started_at
    assert (found.occurred_at, found.occurred_at.tzinfo, begun, begun.tzinfo) == (kept, UTC, kept, UTC)


async def test_an_unknown_event_or_session_is_not_found(storage, tenant):
    async with storage.begin(tenant, readonly=True) as uow:
        with pytest.raises(NotFound):
            await uow.events.get("e")
        with pytest.raises(NotFound):
            await uow.sessions.get("s")
        assert list(await uow.events.of_session("s")) == []


async def test_adding_a_tenant_again_changes_nothing(storage, second, clock, settings):
    tenant = await new_tenant(storage, clock)
    await asyncio.gather(*(each.directory.add_tenant(tenant, "other", clock.now()) for each in (storage, second) * 4))
    names = sorted(await rows(settings, "SELECT name FROM tenants"))
    assert names == [("local",), ("test",)]


async def everything(settings) -> list[list[tuple]]:
    tables = ("sessions", "events", "replies", "phrases", "counters", "jobs")
    return [sorted(await rows(settings, f"SELECT * FROM {table}"), key=repr) for table in tables]


def test_the_builders_agree_on_what_time_it_is():
    assert datetime.fromisoformat(at(0)) == NINE
