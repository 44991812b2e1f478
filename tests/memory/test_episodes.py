"""L0 and L1: sentences, and sessions told as episodes."""

from __future__ import annotations

import sqlalchemy as sa

from clone_mcp.memory.promote import Promoted
from clone_mcp.models.events import IDLE
from clone_mcp.models.memory import Layer, Tally
from clone_mcp.storage.schema import events
from clone_mcp.storage.scope import change
from tests.memory.databases import on_sqlite
from tests.memory.person import RULE, TABS
from tests.support.events import one_of_each, typed
from tests.support.jobs import sleep, waiting
from tests.support.sql import rows


async def sentences(settings) -> list[tuple]:
    return sorted(await rows(settings, "SELECT id, sentence, sketch FROM events"))


async def test_missing_sentences_are_derived_once(clone, person, storage, settings):
    await clone.recording.ingest.batch(person.me, one_of_each())
    before = await sentences(settings)
    async with storage.begin(person.me.tenant) as uow:
        for event in await uow.events.of_session("s"):
            await uow.memory.raws.say(event.id, "", 0)
    await _retract(storage, person)
    assert await clone.memory.steps.sync(person.me.tenant) == 10
    assert [row[:2] for row in await sentences(settings)] == [(id_, said or "") for id_, said, _ in before]
    assert await clone.memory.steps.sync(person.me.tenant) == 0


async def _retract(storage, person) -> None:
    """As an older version left it."""
    async with storage.begin(person.me.tenant) as uow:
        await uow.memory.raws._run(lambda scope: scope.run(change(events).values(sentence=sa.null(), sketch=sa.null())))


async def test_a_session_that_stops_is_told_by_the_next_job(clone, person):
    await person.hears("Shall I fix the login page?")
    ids = await person.says("yes, and the footer too")
    assert await clone.jobs.worker.drain() == 0
    await person.leaves()
    await clone.jobs.worker.drain()
    [episode] = await person.episodes()
    assert episode.summary.startswith(
        "A session: 1 turn of the person, 1 of the agent. Asked: “yes, and the footer too”"
    )
    assert set(ids) < await person.cites(Layer.EPISODE, episode.id)


@on_sqlite
async def test_a_session_that_goes_quiet_is_told_too(clone, person, clock):
    await person.says("fix the login page")
    await person.hears("Done.")
    await clone.jobs.worker.drain()
    assert await person.episodes() == []
    clock.advance(seconds=IDLE.total_seconds())
    await clone.jobs.worker.drain()
    assert len(await person.episodes()) == 1


async def test_a_session_in_which_only_the_person_speaks_is_told_once_it_is_quiet(clone, person, clock, settings):
    quiet = IDLE.total_seconds()
    await person.says("fix the login page", TABS, "now the footer")
    assert [key for _, key in await waiting(settings)] == ["episodes:s"]
    await sleep(settings, clock, seconds=quiet / 2)
    await person.says("and the header")
    await sleep(settings, clock, seconds=quiet / 2)
    await clone.jobs.worker.drain()
    assert await person.episodes() == []  # it goes on
    await sleep(settings, clock, seconds=quiet)
    await clone.jobs.worker.drain()
    assert list(await person.facts()) == ["Prefers tabs over spaces."]

    await person.says(RULE, "as I said")  # and it goes on again
    await sleep(settings, clock, seconds=quiet)
    await clone.jobs.worker.drain()
    assert "Wants agents always to answer in English." in await person.facts()


@on_sqlite
async def test_while_it_goes_on_it_is_left_alone(clone, person, clock):
    await person.says("fix the login page")
    assert await clone.memory.steps.episodes(person.me.tenant) == 0
    clock.advance(seconds=IDLE.total_seconds())
    assert await clone.memory.steps.episodes(person.me.tenant) == 1
    assert await clone.memory.steps.episodes(person.me.tenant) == 0


async def test_what_comes_late_is_told_as_well(clone, person, clock):
    await person.says("fix the login page")
    await person.leaves()
    await clone.jobs.worker.drain()
    [before] = await person.episodes()
    [late] = await person.says(RULE)
    assert await clone.memory.steps.episodes(person.me.tenant) == 1
    await clone.jobs.worker.drain()
    [after] = await person.episodes()
    assert (after.id, after.ended_at > before.ended_at, "2 turns" in after.summary) == (before.id, True, True)
    assert late in await person.cites(Layer.EPISODE, after.id)
    assert list(await person.facts()) == ["Wants agents always to answer in English."]


async def test_an_edited_summary_keeps_its_words_whatever_comes_late(clone, person, clock):
    began = clock.now()
    clock.advance(minutes=5)
    await person.says("fix the login page")
    await person.leaves()
    await clone.jobs.worker.drain()
    [before] = await person.episodes()
    await clone.memory.correct.edit_episode(person.owner, before.id, "The day the login broke.")
    await person.says(RULE)  # after it
    await person.take(typed("good morning", occurred_at=began.isoformat()))  # and before
    await clone.memory.steps.episodes(person.me.tenant)
    [after] = await person.episodes()
    assert (after.id, after.summary, after.method) == (before.id, "The day the login broke.", "person")
    assert (after.started_at, after.ended_at > before.ended_at) == (began, True)
    assert len(await person.cites(Layer.EPISODE, after.id)) == 4
    await clone.jobs.worker.drain()
    assert list(await person.facts()) == ["Wants agents always to answer in English."]
    assert [each.summary for each in (await person.bundle("login broke")).episodes] == ["The day the login broke."]


@on_sqlite
async def test_a_job_for_a_session_that_was_forgotten_is_done(clone, person):
    ids = await person.says("zanzibar")
    await person.leaves()
    await clone.memory.correct.delete_raws(person.owner, [*ids, *[raw.id for raw in await person.raws()]])
    assert await clone.memory.steps.episodes.when_quiet(person.me.tenant, "s") == 0


async def test_all_three_loops_at_once_do_not_wait_for_sessions_to_end(clone, person):
    await person.said_in_sessions(TABS, 5)
    assert await clone.memory.promote(person.me.tenant) == Promoted(raw=0, episodes=2, claims=2)
    assert "Prefers tabs over spaces." in await person.card()
    assert await clone.memory.promote(person.me.tenant) == Promoted(raw=0, episodes=0, claims=0)
    assert await clone.memory.promote(person.me.tenant, force=True) == Promoted(raw=0, episodes=2, claims=2)


@on_sqlite
async def test_promotion_can_be_limited_in_time_and_number(clone, person, clock):
    await person.says(TABS, session="one")
    clock.advance(days=1)
    noon = clock.now()
    await person.says(TABS, session="two")
    await person.says(RULE, session="three")
    assert await clone.memory.promote(person.me.tenant, since=noon, limit=1) == Promoted(0, 1, 1)
    assert [episode.session_id for episode in await person.episodes()] == ["two"]
    assert await clone.memory.promote(person.me.tenant, since=noon) == Promoted(0, 1, 1)
    assert await clone.memory.promote(person.me.tenant) == Promoted(0, 1, 1)


@on_sqlite
async def test_a_loop_that_has_not_finished_asks_to_go_on(clone, person, clock):
    for number in range(5):
        await person.says(TABS, session=f"s{number}")
    clock.advance(hours=2)
    await clone.memory.steps.episodes(person.me.tenant, limit=2)
    assert len(await person.episodes()) == 2
    await clone.jobs.worker.drain()
    assert len(await person.episodes()) == 5
    assert (await person.fact("Prefers tabs over spaces.")).importance >= 0.9


async def test_each_tier_is_counted_with_its_last_change(clone, person, clock):
    none = Tally(0, None)
    empty = await clone.memory.stats(person.me.tenant)
    assert (empty.raw, empty.episodes, empty.facts, empty.profile) == (none, none, none, none)
    began = clock.now()
    await person.says(TABS, TABS)
    await person.promote()
    promoted = clock.now()
    full = await clone.memory.stats(person.me.tenant)
    assert full.raw.count == 2
    assert (full.episodes, full.facts, full.profile) == (Tally(1, promoted), Tally(1, promoted), Tally(1, promoted))
    clock.advance(days=1)
    await person.says("hello", session="late")
    since = await clone.memory.stats(person.me.tenant, since=promoted)
    assert (since.raw.count, since.facts.count) == (1, 1)
    assert (await clone.memory.stats(person.me.tenant, since=clock.now())).raw == none
    assert full.raw.last >= began


@on_sqlite
async def test_a_stretch_that_holds_what_it_held_is_not_distilled_again(clone, person, clock):
    await person.says(TABS)
    await person.promote()
    clock.advance(days=1)
    await person.says(RULE)
    assert await clone.memory.promote(person.me.tenant) == Promoted(raw=0, episodes=2, claims=1)
