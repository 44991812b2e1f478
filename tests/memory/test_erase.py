"""Forgetting: what is deleted leaves no copy behind, in no table and in no file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest

from clone_mcp.app import is_sqlite, sqlite_path
from clone_mcp.errors import Forbidden, Invalid
from clone_mcp.memory.erase import Extent, ForgetCount
from clone_mcp.models.memory import Layer, Tally
from clone_mcp.models.prediction import Decision, Outcome, Question
from clone_mcp.models.text import DELETED
from clone_mcp.recording.sessions import Origin
from tests.memory.databases import on_sqlite
from tests.memory.person import RULE, TABS
from tests.support.events import said, typed
from tests.support.sql import rows
from tests.support.storage import storage_of

MARK = "zanzibar"
"""Stands in every text that is to go, and nowhere else."""


async def copies(settings, word: str = MARK) -> list[str]:
    """Where the word is still found: tables and columns, and the database's own files."""
    found = []
    if is_sqlite(settings.url):
        path = sqlite_path(settings.url)
        for file in sorted(path.parent.iterdir()):
            if file.is_file() and word in file.read_bytes().decode("latin-1").lower():
                found.append(file.name)
        return found
    columns = await rows(
        settings,
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND data_type IN ('text', 'jsonb', 'json', 'character varying', 'ARRAY', 'tsvector')",
    )
    for table, column in columns:
        where = f"position('{word}' in lower(cast(\"{column}\" as text))) > 0"
        if await rows(settings, f'SELECT 1 FROM "{table}" WHERE {where}'):
            found.append(f"{table}.{column}")
    return found


async def lived(clone, person) -> list[str]:
    """A session whose every trace holds the word, next to another that has nothing to do with it."""
    await person.says(TABS, "yes please", session="other")
    await clone.recording.turns.start(person.me, Origin("cli"), session_id="z", project="atlas")
    ids = [
        await person.hears("Shall I deploy to Zanzibar tonight? Say so and I will.", "z"),
        *await person.says(
            "Deploy to Zanzibar, then rest", "yes please", "From now on always mention Zanzibar", session="z"
        ),
        *await person.says("I prefer Zanzibar over Pemba", "I prefer Zanzibar over Pemba", session="z"),
        *await person.says(f"```\nzanzibar {'x' * 50}\n```", session="z"),
    ]
    predictions = [
        await person.asked(
            agent_input="Shall I deploy to Zanzibar tonight?",
            response="Deploy to Zanzibar, then rest",
            reasoning="They typed: Deploy to Zanzibar, then rest",
            session_id="z",
        )
        for _ in range(2)
    ]
    await clone.prediction.feedback(person.me, predictions[0], Outcome.REJECTED, "I prefer Zanzibar over Pemba")
    await clone.prediction.feedback(person.me, predictions[1], Outcome.EDITED, "Deploy to Zanzibar")
    await person.leaves("z")
    await person.promote()
    [episode] = [episode for episode in await person.episodes() if episode.session_id == "z"]
    await clone.memory.correct.edit_episode(person.owner, episode.id, "A long day for Zanzibar.")
    return ids


async def test_deleted_rows_leave_no_copy_anywhere(clone, person, settings):
    ids = await lived(clone, person)
    assert await copies(settings)
    assert await clone.memory.correct.delete_raws(person.owner, ids) == len(ids)
    assert await copies(settings) == []
    async with storage_of(clone).begin(person.me.tenant, readonly=True) as uow:
        history = await uow.replies.history(phrases=99, answers=99)
    assert {phrase.text: phrase.times for phrase in history.phrases} == {TABS: 1, "yes please": 1}
    assert history.total == 2
    assert list(await person.facts()) == ["Prefers tabs over spaces."]


async def test_what_an_answer_would_set_in_motion_is_no_longer_told_in_words_that_are_deleted(clone, person, settings):
    asked = "Shall I push to Zanzibar tonight?"
    ids = [await person.hears(asked, "z"), *await person.says("yes, push to Zanzibar tonight", session="z")]
    made = await clone.prediction.predict(person.me, Question("codex", asked, session_id="z", threshold=0.01))
    told = f"{made.acts} {made.abstained}".lower()
    assert (made.decision, told.count(MARK) >= 2) == (Decision.ESCALATED, True)
    await clone.memory.correct.delete_raws(person.owner, ids)
    assert await copies(settings) == []
    left = await clone.prediction.read.one(person.me.tenant, made.id)
    assert [(act.weight, act.consequence) for act in left.acts] == [(a.weight, a.consequence) for a in made.acts]
    assert (left.abstained, left.grave) == (DELETED, made.grave)


async def test_a_permission_that_is_deleted_is_no_longer_quoted_where_it_let_something_happen(clone, person):
    await clone.memory.append.fact(person.owner, "You may always deploy to staging without asking me.")
    await clone.memory.reviews.confirm(person.owner, await person.question())
    await person.hears("Shall I deploy to staging?")
    await person.says("yes")
    made = await clone.prediction.predict(person.me, Question("codex", "Shall I deploy to staging?", threshold=0.01))
    [leave] = made.leave
    assert (made.decision, "without asking me" in leave.evidence) == (Decision.AUTO, True)
    await clone.memory.correct.delete_fact(person.owner, leave.fact_id)
    [left] = (await clone.prediction.read.one(person.me.tenant, made.id)).leave
    assert left == replace(leave, evidence=DELETED)


async def test_what_was_deleted_counts_as_known_when_it_is_sent_again(clone, person, settings):
    events = [typed(f"zanzibar {number}", "z") for number in range(3)]
    await clone.recording.ingest.batch(person.me, events)
    await clone.memory.correct.delete_raws(person.owner, [event["id"] for event in events])
    again = await clone.recording.ingest.batch(person.me, [*events, typed("hello", "z")])
    assert (again.accepted, again.duplicates) == (1, 3)
    assert await copies(settings) == []


@pytest.mark.parametrize(
    "extent",
    [
        pytest.param(Extent(project="atlas"), id="a project"),
        pytest.param(Extent(session_id="z"), id="a session"),
        pytest.param(Extent(everything=True), id="everything"),
    ],
)
async def test_forgetting_leaves_no_copy_and_the_preview_says_what_goes(clone, person, settings, extent):
    await lived(clone, person)
    before = await clone.memory.stats(person.me.tenant)
    going = await clone.memory.forget.preview(person.owner, extent)
    assert going.predictions == 2
    assert await clone.memory.stats(person.me.tenant) == before
    assert await clone.memory.forget(person.owner, extent) == going
    after = await clone.memory.stats(person.me.tenant)
    assert (before.facts.count - after.facts.count, before.episodes.count - after.episodes.count) == (
        going.facts,
        going.episodes,
    )
    assert await copies(settings) == []
    assert await rows(settings, "SELECT * FROM predictions UNION ALL SELECT * FROM predictions") == []
    assert await rows(settings, "SELECT * FROM feedback") == []


async def test_after_everything_is_forgotten_nothing_is_left_but_hashes(clone, person, settings):
    await lived(clone, person)
    await clone.memory.append.fact(person.owner, "I prefer the sea")
    await clone.memory.append.episode(person.owner, "Went to the sea.")
    await clone.memory.correct.edit_profile(person.owner, "A friend of the sea.")
    await clone.memory.forget(person.owner, Extent(everything=True))
    for (
        table
    ) in "events sessions replies phrases predictions feedback episodes facts links profiles reviews outcomes".split():
        assert (table, await rows(settings, f"SELECT count(*) FROM {table}")) == (table, [(0,)])
    assert {value for (value,) in await rows(settings, "SELECT value FROM counters WHERE name <> 'erasures'")} <= {0}
    none = Tally(0, None)
    stats = await clone.memory.stats(person.me.tenant)
    assert (stats.raw, stats.episodes, stats.facts, stats.profile) == (none, none, none, none)


@on_sqlite
async def test_a_time_range_takes_only_what_lies_in_it(clone, person, clock):
    began = clock.now()
    await person.says(TABS, session="early")
    clock.advance(hours=3)
    noon = clock.now()
    await person.says(RULE, session="late")
    await person.promote()
    extent = Extent(since=began, until=noon)
    assert await clone.memory.forget.preview(person.owner, extent) == ForgetCount(1, 1, 1, 0)
    await clone.memory.forget(person.owner, extent)
    assert [raw.text for raw in await person.raws()] == [RULE]
    assert list(await person.facts()) == ["Wants agents always to answer in English."]
    await clone.memory.forget(person.owner, Extent(since=noon + timedelta(minutes=1)))
    assert [raw.text for raw in await person.raws()] == [RULE]


@on_sqlite
async def test_an_episode_that_loses_some_of_its_rows_is_told_anew(clone, person, clock):
    await person.says("fix the login page", "that is zanzibar", "now the footer", session="s")
    await person.promote()
    [episode] = await person.episodes()
    doomed = [raw.id for raw in await person.raws() if "zanzibar" in raw.text]
    going = Extent(since=episode.started_at + timedelta(seconds=20), until=episode.started_at + timedelta(seconds=40))
    assert await clone.memory.forget.preview(person.owner, going) == ForgetCount(1, 0, 0, 0)
    await clone.memory.forget(person.owner, going)
    [again] = await person.episodes()
    assert (again.id, "zanzibar" in again.summary) == (episode.id, False)
    assert doomed[0] not in await person.cites(Layer.EPISODE, episode.id)


@on_sqlite
@pytest.mark.parametrize("extent", [Extent(), Extent(everything=True, project="atlas")])
async def test_saying_nothing_does_not_mean_everything(clone, person, extent):
    for act in (clone.memory.forget.preview, clone.memory.forget):
        with pytest.raises(Invalid, match="Say what to forget"):
            await act(person.owner, extent)


@on_sqlite
async def test_only_the_owner_forgets(clone, person):
    for act in (clone.memory.forget.preview, clone.memory.forget):
        with pytest.raises(Forbidden):
            await act(person.me, Extent(everything=True))


async def test_thousands_are_forgotten_in_reasonable_time(clone, person, settings):
    for number in range(2):
        batch = [
            (said if each % 2 else typed)(
                f"zanzibar {number} {each} {'lorem ipsum ' * 9}", f"s{number}", minutes=each / 9
            )
            for each in range(1000)
        ]
        await clone.recording.ingest.batch(person.me, batch)
    for number in range(100):
        await person.asked(agent_input=f"zanzibar {number % 4} {number} {'lorem ipsum ' * 90}")
    await person.promote()
    began = process_time()
    going = await clone.memory.forget(person.owner, Extent(since=person.clock.now() - timedelta(days=1)))
    assert going.events == 2000
    assert process_time() - began < 10
    assert await copies(settings) == []


@on_sqlite
async def test_an_erasure_that_another_process_blocks_is_finished_when_it_lets_go(clone, person, clock, settings):
    ids = await lived(clone, person)
    with closing(sqlite3.connect(sqlite_path(settings.url), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        await clone.memory.correct.delete_raws(person.owner, ids)
        assert clone.memory.purge.waits
        clock.advance(minutes=1)
        await clone.jobs.worker.drain()
        assert clone.memory.purge.waits
        assert await copies(settings)
        reader.execute("ROLLBACK")

        clock.advance(minutes=1)
        await clone.jobs.worker.drain()
        assert not clone.memory.purge.waits
        assert await copies(settings) == []
    assert await rows(settings, "SELECT count(*) FROM jobs WHERE kind = 'purge' AND finished_at IS NULL") == [(0,)]


@on_sqlite
async def test_an_erasure_is_committed_with_the_job_that_finishes_it(clone, person, settings):
    """So that a process which dies between the two leaves nothing undone."""
    waiting = "SELECT count(*) FROM jobs WHERE kind = 'purge' AND finished_at IS NULL"
    [raw_id] = await person.says(MARK)
    with pytest.raises(RuntimeError):
        async with clone.memory.purge.erasing(person.owner):
            raise RuntimeError
    assert await rows(settings, waiting) == [(0,)]
    async with clone.memory.purge.erasing(person.owner) as uow:
        await uow.memory.raws.erase([raw_id], person.clock.now())
    assert await rows(settings, waiting) == [(1,)]
