"""What only the person can decide."""

from __future__ import annotations

import pytest

from clone_mcp.errors import Forbidden, NotFound
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.memory import Tier
from tests.memory.databases import on_sqlite
from tests.memory.person import SPACES, TABS

SENSITIVE = "I prefer working with my therapist in the morning"
GROUNDING = "From now on never ask me before pushing"
GATED = {
    SENSITIVE: ("sensitive", "Prefers working with their therapist in the morning."),
    GROUNDING: ("grounding", "Wants agents never to ask them before pushing."),
}
OLD, NEW = "Prefers tabs over spaces.", "Prefers spaces over tabs."


async def used(person, text: str) -> bool:
    """Whether anything that is made of facts holds this."""
    bundle = await person.bundle(text)
    profile = await person.profile()
    return text in f"{[fact.text for fact in bundle.facts]} {profile.body} {profile.soul_card}"


@pytest.mark.parametrize("said", GATED)
async def test_it_waits_unused_until_the_person_confirms(clone, person, said):
    gate, text = GATED[said]
    await person.said_in_sessions(said, 5)
    await person.promote()
    assert await person.waiting() == [(gate, text, None)]
    assert not await used(person, text)
    fact = await clone.memory.reviews.confirm(person.owner, await person.question())
    assert (fact.text, fact.tier, fact.importance, fact.gate) == (text, Tier.STRONG, 0.9, None)
    assert await person.waiting() == []
    assert await used(person, text)
    await person.promote(force=True)
    assert await person.waiting() == []


@on_sqlite
@pytest.mark.parametrize("said", GATED)
async def test_a_single_occurrence_waits_for_good(person, clock, said):
    await person.says(said)
    await person.promote()
    clock.advance(days=60)
    await person.promote()
    assert await person.waiting() == [(*GATED[said], None)]


@on_sqlite
@pytest.mark.parametrize("said", GATED)
async def test_what_was_rejected_does_not_come_back(clone, person, said):
    await person.said_in_sessions(said, 6)
    await person.promote()
    await clone.memory.reviews.reject(person.owner, await person.question())
    assert (await person.facts(), await person.waiting()) == ({}, [])
    await person.promote(force=True)
    assert (await person.facts(), await person.waiting()) == ({}, [])


async def contradicted(person) -> None:
    await person.said_in_sessions(TABS, 5)
    await person.promote()
    await person.says(SPACES, session="other")
    await person.promote()


async def test_a_contradiction_asks_and_resolves_nothing(person):
    await contradicted(person)
    await person.says(SPACES, TABS, session="other")
    await person.promote()
    assert await person.waiting() == [("contradiction", NEW, OLD)]
    facts = await person.facts()
    assert (facts[OLD].tier, facts[OLD].importance >= 0.9) == (Tier.STRONG, True)
    assert await used(person, OLD)
    assert not await used(person, NEW)


async def test_confirming_a_contradiction_removes_the_other_for_good(clone, person):
    await contradicted(person)
    await clone.memory.reviews.confirm(person.owner, await person.question())
    assert list(await person.facts()) == [NEW]
    assert (await used(person, OLD), await used(person, NEW)) == (False, True)
    await person.promote(force=True)
    assert list(await person.facts()) == [NEW]


@on_sqlite
async def test_rejecting_a_contradiction_keeps_what_was_known(clone, person):
    await contradicted(person)
    await clone.memory.reviews.reject(person.owner, await person.question())
    await person.promote(force=True)
    assert (list(await person.facts()), await person.waiting()) == ([OLD], [])


@on_sqlite
async def test_a_contradiction_is_released_when_the_other_is_deleted(clone, person):
    await contradicted(person)
    await clone.memory.correct.delete_fact(person.owner, (await person.fact(OLD)).id)
    assert await person.waiting() == []
    [fact] = (await person.facts()).values()
    assert (fact.text, fact.gate) == (NEW, None)


@on_sqlite
async def test_a_contradiction_is_released_when_the_other_says_something_else(clone, person):
    await contradicted(person)
    await clone.memory.correct.edit_fact(person.owner, (await person.fact(OLD)).id, text="I prefer dark themes")
    assert await person.waiting() == []
    assert (await person.fact(NEW)).gate is None


@on_sqlite
async def test_what_contradicts_and_authorises_is_asked_twice(clone, person):
    told = await clone.memory.append.fact(person.owner, "Always ask me before pushing")
    await clone.memory.correct.edit_fact(person.owner, told.id, text="Always ask me before pushing")
    await person.says(GROUNDING)
    await person.promote()
    gate, text = GATED[GROUNDING]
    assert await person.waiting() == [(gate, text, None)]
    waits = await clone.memory.reviews.confirm(person.owner, await person.question())
    assert waits.usable is False
    assert await person.waiting() == [("contradiction", text, "Always ask me before pushing")]
    await clone.memory.reviews.confirm(person.owner, await person.question())
    assert list(await person.facts()) == [text]


@pytest.mark.parametrize("scope", [Scope.AGENT, Scope.RECORDER])
@on_sqlite
async def test_only_the_owner_decides(clone, person, scope):
    await person.says(SENSITIVE)
    await person.promote()
    stranger, question = Caller(person.me.tenant, scope), await person.question()
    for decide in (clone.memory.reviews.confirm, clone.memory.reviews.reject):
        with pytest.raises(Forbidden):
            await decide(stranger, question)
    assert len(await person.waiting()) == 1


@on_sqlite
async def test_a_question_there_is_not_can_not_be_answered(clone, person):
    for decide in (clone.memory.reviews.confirm, clone.memory.reviews.reject):
        with pytest.raises(NotFound, match=r"There is no such question\."):
            await decide(person.owner, "nothing")


@on_sqlite
async def test_writing_a_sensitive_fact_down_is_confirming_it(clone, person):
    await person.says(SENSITIVE)
    await person.promote()
    fact = await clone.memory.append.fact(person.owner, SENSITIVE)
    assert (fact.usable, await person.waiting()) == (True, [])


@on_sqlite
@pytest.mark.parametrize("how", ["adding", "editing"])
async def test_what_authorises_action_is_asked_even_of_its_author(clone, person, how):
    if how == "adding":
        await clone.memory.append.fact(person.owner, GROUNDING)
    else:
        fact = await clone.memory.append.fact(person.owner, "Always answer in English")
        await clone.memory.correct.edit_fact(person.owner, fact.id, text=GROUNDING)
    assert await person.waiting() == [("grounding", GROUNDING, None)]
    assert not await used(person, GROUNDING)
    assert (await clone.memory.reviews.confirm(person.owner, await person.question())).usable


@on_sqlite
async def test_editing_what_waits_answers_the_question(clone, person):
    await person.says(SENSITIVE)
    await person.promote()
    [fact] = (await person.facts()).values()
    await clone.memory.correct.edit_fact(person.owner, fact.id, text="I prefer meetings in the morning")
    assert await person.waiting() == []
    assert await used(person, "I prefer meetings in the morning")
