"""Memory as it would have been: from what came before a moment, and from nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clone_mcp.app import open_storage, wire
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.memory.earlier import MemoryView
from clone_mcp.memory.erase import Extent
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.events import CLONE_EVENT
from clone_mcp.models.memory import ContextRequest, Tier
from clone_mcp.models.prediction import Outcome
from clone_mcp.settings import Settings
from tests.conftest import new_tenant
from tests.memory.person import RULE, SPACES, TABS, Person
from tests.support.clock import FixedClock

WEEK = 10_080
WORD = "zanzibar"
"""What is only said later."""


async def view(then: MemoryView) -> dict[str, Any]:
    """Everything that can be read of a moment. Facts are named anew each time, so their ids stay out."""
    bundle = await then.bundle(ContextRequest(query="tabs", recency_minutes=WEEK))
    profile = await then.profile()
    return {
        "raws": [asdict(raw) for raw in await then.raws(limit=10_000)],
        "episodes": [asdict(episode) for episode in await then.episodes(limit=10_000)],
        "facts": [asdict(replace(fact, id="")) for fact in await then.facts()],
        "profile": asdict(profile) if profile else None,
        "bundle": {
            "facts": [asdict(replace(fact, id="")) for fact in bundle.facts],
            "others": [asdict(each) for each in (*bundle.episodes, *bundle.raw)],
            "tokens": bundle.meta["tokens"],
        },
    }


async def seen(person: Person, moment=None) -> dict[str, Any]:
    async with person.clone.memory.as_of(person.me.tenant, moment or person.clock.now()) as then:
        return await view(then)


def texts(found: dict[str, Any]) -> list[str]:
    return [fact["text"] for fact in found["facts"]]


async def test_what_is_said_later_is_in_no_tier(person):
    await person.said_in_sessions(TABS, 5)
    moment = person.clock.now()
    person.clock.advance(hours=2)
    await person.said_in_sessions(f"I prefer {WORD} over tabs", 5, name="later")
    await person.promote()
    found = await seen(person, moment)
    assert texts(found) == ["Prefers tabs over spaces."]
    assert found["facts"][0]["tier"] is Tier.STRONG
    assert "Prefers tabs over spaces." in found["profile"]["soul_card"]
    assert len(found["raws"]) == 5
    assert len(found["episodes"]) == 2
    assert WORD not in repr(found)
    assert WORD in repr(await seen(person))


async def test_a_session_that_goes_on_is_told_as_far_as_it_was(person):
    await person.says(RULE)
    moment = person.clock.now()
    before = await seen(person, moment)
    await person.says(f"and the {WORD} too")
    await person.promote()
    assert await seen(person, moment) == before
    assert [episode["summary"].count(WORD) for episode in (await seen(person))["episodes"]] == [1]


async def test_imported_turns_count_by_when_they_were_said(person):
    now = person.clock.now()
    await person.says("something of today", session="today")
    person.clock = FixedClock(now - timedelta(days=30))
    await person.says(RULE, session="imported")
    found = await seen(person, now - timedelta(days=1))
    assert texts(found) == ["Wants agents always to answer in English."]
    assert [raw["text"] for raw in found["raws"]] == [RULE]


async def test_what_the_person_deleted_is_in_no_past(person):
    await person.says(RULE, session="a")
    await person.said_in_sessions(TABS, 3, name="b")
    moment = person.clock.now()
    assert len(texts(await seen(person, moment))) == 2
    await person.promote()
    await person.clone.memory.correct.delete_fact(person.owner, (await person.fact("Prefers tabs over spaces.")).id)
    await person.clone.memory.forget(person.owner, Extent(session_id="a"))
    person.clock.advance(hours=1)
    found = await seen(person, moment)
    assert texts(found) == texts(await seen(person)) == []
    assert "English" not in repr(found)


async def test_a_fact_that_was_put_in_other_words_has_neither_them_nor_the_old_ones(person):
    await person.says(RULE)
    moment = person.clock.now()
    await person.promote()
    person.clock.advance(hours=1)
    edited = await person.clone.memory.correct.edit_fact(
        person.owner,
        (await person.fact("Wants agents always to answer in English.")).id,
        text=f"Answers in {WORD}",
        tags=[WORD],
    )
    person.clock.advance(seconds=1)
    assert texts(await seen(person, moment)) == []
    assert WORD not in repr(await seen(person, moment))
    [now] = (await seen(person))["facts"]
    assert (now["text"], now["method"], now["confirmed_at"]) == (edited.text, "person", edited.confirmed_at)


async def test_what_the_person_told_and_confirmed_is_there_from_then_on(person):
    person.clock.advance(hours=1)
    fact = await person.clone.memory.append.fact(person.owner, "I prefer dogs", tags=["dog"])
    told = await person.clone.memory.append.episode(person.owner, "We met at the fair")
    moment = person.clock.now()
    person.clock.advance(hours=1)
    await person.says("I prefer working with my therapist in the morning")
    await person.promote()
    person.clock.advance(hours=1)
    waiting = person.clock.now()
    await person.clone.memory.reviews.confirm(person.owner, await person.question())
    person.clock.advance(hours=1)
    assert texts(await seen(person, moment)) == []
    [stated] = [each for each in (await seen(person, waiting))["facts"] if each["text"] == fact.text]
    assert (stated["tier"], stated["confirmed_at"], stated["tags"]) == (Tier.TENTATIVE, None, ())
    assert told.id in {episode["id"] for episode in (await seen(person, waiting))["episodes"]}
    unconfirmed, confirmed = await seen(person, waiting), await seen(person)
    assert [each["gate"] is None for each in unconfirmed["facts"]].count(False) == 1
    assert [each["gate"] is None for each in confirmed["facts"]].count(False) == 0


async def test_a_summary_in_the_persons_words_is_theirs_from_then_on(person):
    await person.says("run the tests")
    moment = person.clock.now()
    await person.promote()
    person.clock.advance(hours=1)
    [episode] = await person.episodes()
    await person.clone.memory.correct.edit_episode(person.owner, episode.id, f"The {WORD} day")
    person.clock.advance(seconds=1)
    assert [each["summary"] for each in (await seen(person, moment))["episodes"]] == [episode.summary]
    assert [each["summary"] for each in (await seen(person))["episodes"]] == [f"The {WORD} day"]


async def test_outcomes_count_from_when_they_were_reported(person):
    await person.said_in_sessions(TABS, 5)
    await person.promote()
    fact = await person.fact("Prefers tabs over spaces.")
    prediction = await person.asked(fact.id)
    person.clock.advance(minutes=1)
    moment = person.clock.now()
    person.clock.advance(minutes=1)
    await person.clone.prediction.feedback(person.owner, prediction, Outcome.REJECTED, "no")
    person.clock.advance(minutes=1)
    [before], [after] = (await seen(person, moment))["facts"], (await seen(person))["facts"]
    assert before["decay"] == 0
    assert after["decay"] == (await person.fact(fact.text)).decay < 0


async def test_nobody_elses_memory_is_in_it(person, clone, storage, clock):
    other = await new_tenant(storage, clock)
    stranger = Person(clone, Caller(other, Scope.RECORDER), Caller(other, Scope.OWNER), clock)
    await stranger.says(f"From now on always say {WORD}")
    await person.says(RULE, session="mine")
    assert WORD not in repr(await seen(person))
    assert texts(await seen(stranger)) == [f"Wants agents always to say {WORD}."]


async def test_the_future_and_the_way_back_are_refused(person):
    now = person.clock.now()
    with pytest.raises(Invalid, match="lies in the future"):
        await seen(person, now + timedelta(seconds=1))
    async with person.clone.memory.as_of.forward(person.me.tenant) as past:
        async with past.at(now):
            pass
        with pytest.raises(Invalid, match="forward in time"):
            async with past.at(now - timedelta(seconds=1)):
                pass


async def test_before_anything_was_said_nothing_is_known(person):
    moment = person.clock.now()
    await person.says(RULE)
    found = await seen(person, moment)
    assert (found["raws"], found["episodes"], found["facts"]) == ([], [], [])


async def test_nothing_is_written_to_the_memory_that_is_read(person):
    await person.said_in_sessions(TABS, 5)
    await seen(person)
    assert (await person.facts(), await person.episodes(), await person.profile()) == ({}, [], None)


# --- properties, over histories of all kinds ---

SAYINGS = (
    TABS,
    SPACES,
    "I like tabs more than spaces",
    RULE,
    "From now on never answer in English",
    "yes",
    "yes, run the tests",
    "run the tests",
    "no",
    "I prefer working with my therapist in the morning",
    "I always use pnpm",
    "always use npm, never pnpm",
    "thanks, that is all",
)
LATER = (
    f"I prefer {WORD} over spaces",
    f"From now on always answer in {WORD}",
    f"yes, run the {WORD} tests",
    f"I always use {WORD}",
    TABS,
    SPACES,
    RULE,
    "yes",
    "I like tabs more than spaces",
)
SESSIONS = st.sampled_from(["a", "b", "c"])
STEPS = st.sampled_from([timedelta(seconds=30), timedelta(minutes=20), timedelta(hours=2), timedelta(days=16)])


def turns(sayings: tuple[str, ...], *, least: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.tuples(st.sampled_from(sayings), SESSIONS, STEPS), min_size=least, max_size=14)


LATER_ACTS = st.lists(
    st.sampled_from(["promote", "tell", "confirm", "episode", "profile", "tag", "project"]), max_size=5
)
ON_ONE_DATABASE = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@asynccontextmanager
async def somebody() -> AsyncGenerator[Person]:
    """A person of their own, in a file of their own."""
    with TemporaryDirectory() as folder:
        clock = FixedClock()
        of_file = Settings(home=Path(folder), secret="test")
        storage = await open_storage(of_file, clock)
        me, owner = Caller(LOCAL_TENANT, Scope.RECORDER), Caller(LOCAL_TENANT, Scope.OWNER)
        try:
            yield Person(wire(of_file, storage, clock, b"test"), me, owner, clock)
        finally:
            await storage.close()


async def live(person: Person, said: list[Any]) -> None:
    """Say each in its session, with the agent's question before, and let the time pass."""
    for number, (text, session, step) in enumerate(said):
        await person.hears(f"Shall I go on with step {number}?", session)
        await person.says(text, session=session)
        person.clock.advance(seconds=step.total_seconds())


async def act(person: Person, what: str) -> None:
    """Something the person does to their memory, with the word in it where there are words."""
    memory, me = person.clone.memory, person.owner
    person.clock.advance(minutes=1)
    match what:
        case "promote":
            await person.promote()
        case "tell":
            await memory.append.fact(me, f"{WORD} is called {person.clock.now():%H%M%S%f}")
        case "confirm":
            for asked in (await memory.reviews.waiting(me.tenant))[:1]:
                if asked.other is None:  # else what it contradicts is deleted, and was never there
                    await memory.reviews.confirm(me, asked.review.id)
        case "episode":
            for episode in (await person.episodes())[:1]:
                await memory.correct.edit_episode(me, episode.id, f"A day of {WORD}")
        case "profile":
            await memory.correct.edit_profile(me, f"Somebody with {WORD}")
        case "tag":
            for fact in list((await person.facts()).values())[:1]:
                await memory.correct.edit_fact(me, fact.id, tags=[WORD])
        case _:
            start = {"type": "session.started", "id": f"start-{person.clock.now().timestamp()}", "session_id": "a"}
            event = {**start, "occurred_at": person.clock.now().isoformat(), "source": "cli"}
            await add_start(person.clone, person.me, event)


async def add_start(clone: Clone, me: Caller, event: dict[str, Any]) -> None:
    await clone.recording.ingest.one(me, CLONE_EVENT.validate_python(event), project=WORD)


@pytest.mark.slow
@ON_ONE_DATABASE
@given(before=turns(SAYINGS, least=1), later=turns(LATER, least=2), acts=LATER_ACTS)
async def test_nothing_that_comes_later_changes_what_was(before, later, acts):
    async with somebody() as person:
        await live(person, before)
        moment = person.clock.now()
        was = await seen(person, moment)
        await live(person, later)
        for what in acts:
            await act(person, what)
        await person.promote()
        assert await seen(person, moment) == was
        assert WORD not in repr(was)


@pytest.mark.slow
@ON_ONE_DATABASE
@given(before=turns(SAYINGS, least=4), later=turns(LATER, least=2), which=st.integers(0, 3), edits=st.booleans())
async def test_edits_and_deletions_take_away_and_add_nothing(before, later, which, edits):
    async with somebody() as person:
        await live(person, before)
        moment = person.clock.now()
        was = await seen(person, moment)
        await live(person, later)
        await person.promote()
        facts = sorted((await person.facts()).values(), key=lambda fact: fact.text)
        gone = facts[which % len(facts)] if facts else None
        if gone and edits:
            await person.clone.memory.correct.edit_fact(person.owner, gone.id, text=f"Owns the {WORD} of old")
        elif gone:
            await person.clone.memory.correct.delete_fact(person.owner, gone.id)
        now = await seen(person, moment)
        assert WORD not in repr(now)
        assert set(texts(now)) <= set(texts(was))
        assert gone is None or gone.key not in {fact["key"] for fact in now["facts"]}
        assert now["raws"] == was["raws"]


@pytest.mark.slow
@ON_ONE_DATABASE
@given(said=turns(SAYINGS, least=4), cuts=st.lists(st.integers(0, 14), max_size=4), acts=LATER_ACTS)
async def test_going_forward_finds_what_starting_over_finds(said, cuts, acts):
    async with somebody() as person:
        moments = []
        for number, each in enumerate(said):
            if number in cuts:
                moments.append(person.clock.now())
                for what in acts[:1]:
                    await act(person, what)
                acts = acts[1:]
            await live(person, [each])
        moments.append(person.clock.now())
        async with person.clone.memory.as_of.forward(person.me.tenant) as past:
            for moment in moments:
                async with past.at(moment) as then:
                    on_the_way = await view(then)
                assert on_the_way == await seen(person, moment)


@pytest.mark.slow
@ON_ONE_DATABASE
@given(said=turns(SAYINGS, least=4))
async def test_as_of_now_is_what_distilling_afresh_gives(said):
    async with somebody() as person:
        for number, (text, _, step) in enumerate(said):  # one session after another, as told in that order
            await live(person, [(text, f"s{number}", step)])
        now = await seen(person)
        for number in range(len(said)):
            await person.clone.memory.steps.episodes.session(person.me.tenant, f"s{number}")
            person.clock.advance(seconds=1)
        await person.promote()
        facts = {
            (fact.text, fact.kind, fact.key, fact.tier, fact.base, fact.gate)
            for fact in (await person.facts()).values()
        }
        found = {tuple(each[name] for name in ("text", "kind", "key", "tier", "base", "gate")) for each in now["facts"]}
        assert found == facts
        assert now["episodes"] == [asdict(episode) for episode in await person.episodes()]
        assert now["raws"] == [asdict(raw) for raw in await person.raws()]
        profile = await person.profile()
        assert (now["profile"]["body"], now["profile"]["soul_card"]) == (profile.body, profile.soul_card)
