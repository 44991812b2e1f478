"""The bundle: who the person is always, what is alike and recent as far as it fits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clone_mcp.language.wording import sketch
from clone_mcp.memory.erase import Extent
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.memory import ContextRequest, Episode, Fact, FactKind, Profile, Tier
from tests.support.events import NINE, said, typed
from tests.support.sql import seen

WEEK = 10_080


def fact(number: int, **more) -> Fact:
    made = Fact(
        id=f"fact-{number}",
        kind=FactKind.PREFERENCE,
        text=f"Prefers tabs, reason {number}.",
        key=f"tabs {number}",
        base=0.9 - number / 100,
        decay=0.0,
        tier=Tier.STRONG,
        method="test",
        created_at=NINE,
        updated_at=NINE,
    )
    return replace(made, **more)


def episode(name: str, summary: str, **more) -> Episode:
    return Episode(
        id=name,
        session_id="s",
        started_at=NINE,
        ended_at=NINE,
        summary=summary,
        sources=(),
        method="test",
        sketch=sketch(summary),
        **more,
    )


@pytest.fixture
async def known(storage, tenant):
    """A person with a soul card and thirty facts."""
    async with storage.begin(tenant) as uow:
        await uow.memory.profiles.put(Profile("body", "Ada. Short answers.", "test", NINE))
        for number in range(30):
            await uow.memory.facts.put(fact(number))


async def texts(clone, tenant, query="", **more) -> list[str]:
    bundle = await clone.memory.context(tenant, ContextRequest(query=query, **more))
    return [raw.text for raw in bundle.raw]


async def test_an_off_topic_question_still_sees_who_the_person_is(clone, me, known):
    await clone.recording.ingest.batch(me, [typed("tabs please"), typed("yes")])
    bundle = await clone.memory.context(me.tenant, ContextRequest(query="What is the capital of Peru?"))
    assert bundle.profile is not None
    assert bundle.profile.soul_card == "Ada. Short answers."
    assert [fact.id for fact in bundle.facts] == [f"fact-{number}" for number in range(20)]


async def test_the_dynamic_part_shrinks_and_the_baseline_never_does(clone, me, known):
    await clone.recording.ingest.batch(me, [typed(f"Run the migration number {n} again please") for n in range(20)])
    whole = await clone.memory.context(me.tenant, ContextRequest(query="migration"))
    baseline = whole.meta["tokens"]["baseline"]
    less = await clone.memory.context(me.tenant, ContextRequest(query="migration", budget=baseline + 30))
    least = await clone.memory.context(me.tenant, ContextRequest(query="migration", budget=1))
    assert len(whole.raw) == 20
    assert 0 < len(less.raw) < 4
    assert less.meta["tokens"]["total"] <= baseline + 30
    assert [len(least.raw), len(least.episodes)] == [0, 0]
    assert whole.facts == less.facts == least.facts
    assert whole.profile == less.profile == least.profile


async def test_only_the_window_is_looked_at(clone, me):
    await clone.recording.ingest.batch(me, [typed("long ago", minutes=-61), typed("just now", minutes=-59)])
    assert await texts(clone, me.tenant) == ["just now"]
    assert await texts(clone, me.tenant, recency_minutes=WEEK) == ["long ago", "just now"]


async def test_limits_hold_and_what_is_alike_comes_before_what_is_new(clone, me, storage):
    await clone.recording.ingest.batch(me, [typed("deploy the parser to staging", minutes=-50)])
    await clone.recording.ingest.batch(me, [typed(f"something else entirely {n}", minutes=-40 + n) for n in range(30)])
    async with storage.begin(me.tenant) as uow:
        for number in range(5):
            await uow.memory.episodes.put(episode(f"e{number}", f"Talked about cats {number}"), NINE)
        await uow.memory.episodes.put(episode("apt", "Deployed the parser to staging"), NINE)
    request = ContextRequest(query="Shall I deploy the parser?", max_raw=2, max_episodes=1, max_facts=1)
    bundle = await clone.memory.context(me.tenant, request)
    assert [raw.text for raw in bundle.raw] == ["deploy the parser to staging", "something else entirely 29"]
    assert [episode.id for episode in bundle.episodes] == ["apt"]


async def test_an_old_row_that_matters_is_found_among_thousands_of_newer_ones(clone, me):
    await clone.recording.ingest.batch(me, [typed("keep the zanzibar ledger in euros", minutes=-9000)])
    for part in range(2):
        newer = [typed(f"please run step {n} of the pipeline", minutes=-8000 + 3 * n + part) for n in range(950)]
        await clone.recording.ingest.batch(me, newer)
    found = await texts(clone, me.tenant, "Should the zanzibar ledger be kept?", recency_minutes=WEEK, max_raw=5)
    assert found[0] == "keep the zanzibar ledger in euros"
    assert len(found) == 5


async def test_without_a_question_the_newest_come(clone, me):
    await clone.recording.ingest.batch(me, [typed(f"number {n}", minutes=-n) for n in range(10)])
    assert await texts(clone, me.tenant, max_raw=3) == ["number 2", "number 1", "number 0"]


async def test_a_rare_word_outweighs_many_common_ones(clone, me):
    common = [typed(f"please run all the tests again now {n}", minutes=-n) for n in range(40)]
    await clone.recording.ingest.batch(me, [typed("pytest-xdist hangs", minutes=-55), *common])
    found = await texts(clone, me.tenant, "please run all the tests again, does xdist hang?", max_raw=1)
    assert found == ["pytest-xdist hangs"]


async def test_tentative_facts_are_marked_and_candidates_stay_out(clone, me, storage):
    async with storage.begin(me.tenant) as uow:
        await uow.memory.facts.put(fact(1, tier=Tier.TENTATIVE))
        await uow.memory.facts.put(fact(2, tier=Tier.CANDIDATE))
    bundle = await clone.memory.context(me.tenant, ContextRequest())
    assert [fact.id for fact in bundle.facts] == bundle.meta["tentative"] == ["fact-1"]


async def test_what_was_deleted_is_found_no_more(clone, me):
    await clone.recording.ingest.batch(me, [typed("the zanzibar password", "a"), typed("run the tests", "b")])
    assert await texts(clone, me.tenant, "zanzibar") == ["the zanzibar password", "run the tests"]
    await clone.memory.forget(Caller(me.tenant, Scope.OWNER), Extent(session_id="a"))
    assert await texts(clone, me.tenant, "zanzibar") == ["run the tests"]
    assert await clone.memory.search(me.tenant, "zanzibar") == []


async def test_a_bundle_is_one_transaction_of_a_handful_of_statements(clone, me, known):
    await clone.recording.ingest.batch(me, [typed(f"number {n}") for n in range(300)])
    with seen() as watch:
        await clone.memory.context(me.tenant, ContextRequest(query="number", max_raw=100))
    assert watch.transactions <= 1  # on SQLite the engine's event does not fire
    assert len(watch.statements) == 5  # profile, facts, marks of episodes, marks of raw rows, raw rows


async def test_responses_are_found_by_their_end(clone, me):
    long = "An introduction. " * 60 + "Shall I drop the zanzibar index?"
    await clone.recording.ingest.batch(
        me, [said(long, minutes=-50), *(typed(f"yes {n}", minutes=-n) for n in range(30))]
    )
    [found] = await texts(clone, me.tenant, "About that zanzibar index", max_raw=1)
    assert found.endswith("zanzibar index?")
