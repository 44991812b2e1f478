"""Who counts as the person, and how what they say adds up."""

from __future__ import annotations

import asyncio

import pytest

from clone_mcp.app import wire
from clone_mcp.models.access import Scope
from clone_mcp.models.memory import Tier
from clone_mcp.models.prediction import Outcome
from clone_mcp.recording.sessions import Origin
from tests.memory.databases import on_sqlite
from tests.memory.person import RULE, SPACES, TABS
from tests.support.events import said, typed


async def everywhere(person) -> str:
    """All that memory says of the person, in one text."""
    bundle = await person.bundle("tabs or spaces?", recency_minutes=10_080)
    facts = " ".join(fact.text for fact in bundle.facts)
    profile = await person.profile()
    return f"{facts} {profile.body} {profile.soul_card} {' '.join(await person.facts())}"


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(said("The user prefers tabs over spaces."), id="an agent says it"),
        pytest.param(said(TABS), id="an agent says it as the person would"),
        pytest.param(typed(TABS, source="agent"), id="nobody in particular says it"),
        pytest.param(typed(f"```\n{TABS}\n```"), id="it is pasted"),
        pytest.param(typed(f"> {TABS}"), id="it is quoted"),
        pytest.param(typed(f"Claude said:\n{TABS}"), id="it is reported"),
    ],
)
async def test_only_what_the_person_says_is_evidence(person, event):
    for number in range(10):
        await person.take({**event, "id": f"e{number}", "session_id": f"s{number % 2}"})
    await person.promote()
    assert "tabs" not in await everywhere(person)
    await person.says(TABS, TABS)
    await person.promote()
    assert "Prefers tabs over spaces." in await everywhere(person)


@on_sqlite
@pytest.mark.parametrize("label", ["clone-prediction", "auto-answer", "tool-use"])
async def test_what_clone_or_a_tool_typed_is_no_evidence(clone, person, label):
    for session in ("one", "two"):
        for _ in range(5):
            await clone.recording.turns.prompt(
                person.me, Origin(label), session_id=session, agent="codex", text=RULE, client_id=None
            )
    await person.promote()
    assert await person.facts() == {}
    person.clock.advance(minutes=1)
    await clone.recording.turns.prompt(
        person.me, Origin("user"), session_id="one", agent="c", text=RULE, client_id=None
    )
    await person.promote()
    assert list(await person.facts()) == ["Wants agents always to answer in English."]


@on_sqlite
async def test_predictions_and_their_feedback_are_no_evidence(clone, person):
    await person.hears("Tabs or spaces?")
    for _ in range(3):
        prediction = await person.asked(response=RULE, session_id="s")
        await clone.prediction.feedback(person.me, prediction, Outcome.ACCEPTED, RULE)
    await person.leaves()
    await person.promote()
    assert await person.facts() == {}


async def test_evidence_adds_up_across_sessions(person):
    tiers = []
    for number in range(5):
        await person.says(TABS, session=f"s{number % 2}")
        await person.promote()
        fact = await person.fact("Prefers tabs over spaces.")
        tiers.append((fact.tier.value, fact.importance))
    assert tiers == [
        ("candidate", 0.2),
        ("tentative", 0.4),
        ("tentative", 0.45),
        ("tentative", 0.5),
        ("strong", 0.9),
    ]


@on_sqlite
async def test_five_times_in_one_session_is_not_strong(person):
    await person.says(*[TABS] * 5)
    await person.promote()
    assert (await person.fact("Prefers tabs over spaces.")).tier is Tier.TENTATIVE


async def test_what_an_agent_claims_the_person_said_stays_tentative(person):
    for number in range(12):
        await person.says(TABS, session=f"s{number % 3}", scope=Scope.AGENT)
    await person.promote()
    fact = await person.fact("Prefers tabs over spaces.")
    assert (fact.tier, fact.importance) == (Tier.TENTATIVE, 0.6)


@on_sqlite
async def test_an_explicit_instruction_counts_at_once(person):
    await person.says(RULE)
    await person.leaves()
    await person.promote()
    bundle = await person.bundle()
    assert [(fact.text, fact.tier, fact.importance) for fact in bundle.facts] == [
        ("Wants agents always to answer in English.", Tier.TENTATIVE, 0.5)
    ]
    assert bundle.meta["tentative"] == [bundle.facts[0].id]
    assert "(tentative)" in bundle.profile.soul_card


@on_sqlite
async def test_the_same_in_other_words_is_one_fact(person):
    await person.says("I prefer tabs over spaces", "I really prefer tabs to spaces", "i prefer Tabs over spaces!")
    await person.promote()
    assert {text: fact.importance for text, fact in (await person.facts()).items()} == {
        "Prefers tabs over spaces.": 0.45
    }


@on_sqlite
async def test_promoting_again_changes_nothing(person):
    await person.says(TABS, TABS, RULE)
    await person.promote()
    before = await person.facts()
    await person.promote(force=True)
    again = await person.facts()
    assert {t: (f.id, f.tier, f.importance) for t, f in again.items()} == {
        t: (f.id, f.tier, f.importance) for t, f in before.items()
    }


@on_sqlite
async def test_a_candidate_that_nothing_bears_out_is_discarded_after_a_fortnight(person, clock):
    await person.says(TABS)
    await person.promote()
    clock.advance(days=13)
    await person.promote()
    assert list(await person.facts()) == ["Prefers tabs over spaces."]
    clock.advance(days=2)
    await person.promote()
    assert await person.facts() == {}


@on_sqlite
async def test_evidence_in_time_keeps_a_candidate(person, clock):
    await person.says(TABS)
    await person.promote()
    clock.advance(days=13)
    await person.says(TABS, session="later")
    await person.promote()
    fact = await person.fact("Prefers tabs over spaces.")
    assert (fact.tier, fact.expires_at) == (Tier.TENTATIVE, None)
    clock.advance(days=30)
    await person.promote()
    assert (await person.fact("Prefers tabs over spaces.")).tier is Tier.TENTATIVE


@on_sqlite
async def test_evidence_that_comes_too_late_starts_anew(person, clock):
    await person.says(TABS)
    await person.promote()
    clock.advance(days=15)
    await person.says(TABS, session="later")
    await person.promote()
    assert (await person.fact("Prefers tabs over spaces.")).tier is Tier.CANDIDATE


@on_sqlite
async def test_what_was_said_in_time_counts_even_if_it_is_looked_through_late(person, clock):
    await person.says(TABS)
    await person.promote()
    clock.advance(days=10)
    await person.says(TABS, session="later")
    clock.advance(days=10)
    await person.promote()
    assert (await person.fact("Prefers tabs over spaces.")).tier is Tier.TENTATIVE


@on_sqlite
async def test_a_contradiction_keeps_both_below_strong(person):
    await person.said_in_sessions(TABS, 4)
    await person.says(SPACES, session="other")
    await person.promote()
    await person.says(TABS, session="t0")
    await person.promote()
    facts = {text: (fact.tier, fact.importance) for text, fact in (await person.facts()).items()}
    assert facts == {
        "Prefers tabs over spaces.": (Tier.TENTATIVE, 0.4),
        "Prefers spaces over tabs.": (Tier.CANDIDATE, 0.2),
    }
    assert await person.waiting() == []


@on_sqlite
async def test_what_is_said_in_two_projects_holds_in_general(clone, person):
    for session, project in (("a", "atlas"), ("b", "borea")):
        await clone.recording.turns.start(person.me, Origin("cli"), session_id=session, project=project)
    await person.says("Always use tabs in this project", session="a")
    await person.promote()
    [fact] = (await person.facts()).values()
    assert fact.project == "atlas"
    await person.says("Always use tabs in this project", session="b")
    await person.promote()
    [fact] = (await person.facts()).values()
    assert fact.project is None


async def test_two_servers_promote_the_same_things_once(clone, second, settings, person, clock):
    other = wire(settings, second, clock, b"test")
    for number in range(6):
        await person.says(TABS, RULE, f"I prefer tool{'abcdef'[number]} over make", session=f"s{number}")
    await asyncio.gather(*(each.memory.promote(person.me.tenant) for each in (clone, other, clone, other)))
    facts = await person.facts()
    assert facts["Prefers tabs over spaces."].tier is Tier.STRONG
    assert len(facts) == 8
    assert len(await person.episodes()) == 6
