"""Deleting and editing: what was derived is derived anew, and only that."""

from __future__ import annotations

import pytest

from clone_mcp.errors import Conflict, Forbidden, Invalid, NotFound
from clone_mcp.models.access import Scope
from clone_mcp.models.memory import Layer, Ref, Tier
from tests.memory.databases import on_sqlite
from tests.memory.person import RULE, TABS
from tests.memory.test_erase import copies
from tests.support.sql import rows
from tests.support.storage import storage_of

TEXT, OTHER = "Prefers tabs over spaces.", "Wants agents always to answer in English."


@pytest.fixture
async def known(person) -> None:
    await person.said_in_sessions(TABS, 5)
    await person.says(RULE, session="t0")
    await person.promote()


async def test_a_deleted_fact_is_gone_everywhere_and_nothing_else_is(clone, person, known):
    other = await person.fact(OTHER)
    episodes, raws = await person.episodes(), await person.raws()
    await clone.memory.correct.delete_fact(person.owner, (await person.fact(TEXT)).id)
    assert await person.facts() == {OTHER: other}
    profile = await person.profile()
    assert "tabs" not in profile.body + profile.soul_card
    assert OTHER in profile.soul_card
    assert (await person.episodes(), await person.raws()) == (episodes, raws)


@on_sqlite
async def test_the_same_evidence_does_not_bring_it_back(clone, person, known, clock):
    await person.says("i really prefer tabs to spaces", session="t1")
    await person.promote()
    await clone.memory.correct.delete_fact(person.owner, (await person.fact(TEXT)).id)
    await person.hears("Noted.", "t0")
    await person.leaves("t0")
    clock.advance(hours=2)
    await person.promote()
    await person.promote(force=True)
    assert list(await person.facts()) == [OTHER]


@on_sqlite
async def test_the_person_may_bring_it_back_by_saying_so(clone, person, known):
    await clone.memory.correct.delete_fact(person.owner, (await person.fact(TEXT)).id)
    person.clock.advance(days=1)
    [again] = await person.says(TABS, session="t0")
    await person.promote()
    fact = await person.fact(TEXT)
    assert fact.tier is Tier.CANDIDATE  # on what was said since, not on what it rested on before
    assert again in await person.cites(Layer.FACT, fact.id)


@on_sqlite
async def test_what_an_agent_claims_does_not_bring_it_back(clone, person, known):
    await clone.memory.correct.delete_fact(person.owner, (await person.fact(TEXT)).id)
    person.clock.advance(days=1)
    await person.says(TABS, TABS, scope=Scope.AGENT, session="later")
    await person.promote()
    assert list(await person.facts()) == [OTHER]


@on_sqlite
async def test_a_deleted_fact_may_be_written_down_again(clone, person, known):
    await clone.memory.correct.delete_fact(person.owner, (await person.fact(TEXT)).id)
    fact = await clone.memory.append.fact(person.owner, TABS, tags=["style", " style "])
    assert (fact.text, fact.importance, fact.tags, fact.usable) == (TABS, 0.5, ("style",), True)


async def test_an_edited_fact_says_what_the_person_wrote_on_their_own_word(clone, person, known):
    fact = await person.fact(TEXT)
    edited = await clone.memory.correct.edit_fact(person.owner, fact.id, text="I prefer spaces over tabs")
    assert (edited.id, edited.text, edited.tier, edited.method) == (
        fact.id,
        "I prefer spaces over tabs",
        Tier.STRONG,
        "person",
    )
    assert TEXT not in await person.card()
    why = await clone.memory.trace.why(person.me.tenant, Ref(Layer.FACT, fact.id))
    assert [node.text for node in why.next] == ["I prefer spaces over tabs"]
    await person.promote(force=True)
    assert TEXT not in await person.facts()


@on_sqlite
async def test_other_words_for_the_same_keep_its_grounds(clone, person, known):
    fact = await person.fact(TEXT)
    before = await person.cites(Layer.FACT, fact.id)
    await clone.memory.correct.edit_fact(person.owner, fact.id, text="I prefer tabs to spaces")
    assert before < await person.cites(Layer.FACT, fact.id)


@on_sqlite
async def test_tags_alone_change_neither_words_nor_weight(clone, person, known):
    fact = await person.fact(TEXT)
    edited = await clone.memory.correct.edit_fact(person.owner, fact.id, tags=["editor", "style"])
    assert (edited.tags, edited.text, edited.importance, edited.method) == (
        ("editor", "style"),
        fact.text,
        fact.importance,
        fact.method,
    )


@on_sqlite
async def test_what_is_wrong_with_an_edit_is_said_and_nothing_changes(clone, person, known, settings):
    fact, events = await person.fact(TEXT), await rows(settings, "SELECT count(*) FROM events")
    edit = clone.memory.correct.edit_fact
    for text, error in (("", Invalid), ("x" * 301, Invalid), (RULE, Conflict)):
        with pytest.raises(error):
            await edit(person.owner, fact.id, text=text)
    with pytest.raises(Invalid):
        await edit(person.owner, fact.id, tags=["x" * 61])
    with pytest.raises(Conflict, match="That is a fact already"):
        await clone.memory.append.fact(person.owner, TABS)
    assert await person.fact(TEXT) == fact
    assert await rows(settings, "SELECT count(*) FROM events") == events


@on_sqlite
async def test_secrets_are_not_kept_in_what_the_person_writes(clone, person, settings):
    secret = "sk-ant-api03-" + "Zq8vN2mK4xR7tB1wC5yD9fG3hJ6kL0pS" * 2
    await clone.memory.append.fact(person.owner, f"My key is {secret}")
    await clone.memory.append.raw(person.owner, f"Remember {secret}")
    episode = await clone.memory.append.episode(person.owner, f"Set up with {secret}")
    await clone.memory.correct.edit_episode(person.owner, episode.id, f"Set it up, with {secret}")
    await clone.memory.correct.edit_profile(person.owner, f"Has {secret}")
    for table in ("facts", "events", "episodes", "profiles"):
        assert secret not in str(await rows(settings, f"SELECT * FROM {table}"))


@on_sqlite
async def test_only_the_owner_corrects(clone, person, known):
    fact, [episode, *_] = await person.fact(TEXT), await person.episodes()
    correct, append = clone.memory.correct, clone.memory.append
    for call in (
        correct.delete_fact(person.me, fact.id),
        correct.edit_fact(person.me, fact.id, text="x y"),
        correct.delete_episode(person.me, episode.id),
        correct.edit_episode(person.me, episode.id, "x"),
        correct.delete_raws(person.me, [(await person.raws())[0].id]),
        correct.edit_profile(person.me, "x"),
        correct.delete_profile(person.me),
        append.fact(person.me, "I prefer uv"),
        append.raw(person.me, "x"),
        append.episode(person.me, "x"),
    ):
        with pytest.raises(Forbidden):
            await call


@on_sqlite
async def test_unknown_ids_are_told_alike(clone, person):
    correct = clone.memory.correct
    with pytest.raises(NotFound, match=r"There is no such fact\."):
        await correct.delete_fact(person.owner, "x")
    with pytest.raises(NotFound, match=r"There is no such fact\."):
        await correct.edit_fact(person.owner, "x", text="x y")
    with pytest.raises(NotFound, match=r"There is no such episode\."):
        await correct.delete_episode(person.owner, "x")
    with pytest.raises(NotFound, match=r"There is no such episode\."):
        await correct.edit_episode(person.owner, "x", "x")
    assert await correct.delete_raws(person.owner, ["x"]) == 0


async def test_a_deleted_episode_is_told_anew_and_its_facts_stand(clone, person, known):
    [episode] = [each for each in await person.episodes() if each.session_id == "t0"]
    await clone.memory.correct.edit_episode(person.owner, episode.id, "All wrong.")
    before = await person.facts()
    await clone.memory.correct.delete_episode(person.owner, episode.id)
    [again] = [each for each in await person.episodes() if each.session_id == "t0"]
    assert again == episode
    assert await person.facts() == before
    assert episode.id in await person.cites(Layer.FACT, before[TEXT].id)


async def test_deleting_a_raw_row_takes_what_rests_on_it_alone(clone, person, known):
    other = await person.fact(OTHER)
    [raw] = [raw for raw in await person.raws() if raw.text == RULE]
    assert await clone.memory.correct.delete_raws(person.owner, [raw.id]) == 1
    assert list(await person.facts()) == [TEXT]
    profile = await person.profile()
    assert OTHER not in profile.body + profile.soul_card
    assert "English" not in " ".join(episode.summary for episode in await person.episodes())
    with pytest.raises(NotFound):
        await clone.memory.trace.why(person.me.tenant, Ref(Layer.FACT, other.id))


@on_sqlite
async def test_losing_one_row_of_many_lowers_the_grade(clone, person, known):
    raws = [raw for raw in await person.raws() if raw.text == TABS]
    await clone.memory.correct.delete_raws(person.owner, [raws[0].id])
    fact = await person.fact(TEXT)
    assert (fact.tier, fact.importance) == (Tier.TENTATIVE, 0.5)


@on_sqlite
async def test_a_fact_keeps_no_wording_of_a_row_that_is_gone(clone, person):
    [odd] = await person.says("I prefer tabs over spaces in Makefiles of Zanzibar")
    await person.says("I prefer tabs over spaces in makefiles", "I prefer tabs over spaces in makefiles")
    await person.promote()
    assert len(await person.facts()) <= 2
    await clone.memory.correct.delete_raws(person.owner, [odd])
    profile = await person.profile()
    assert "Zanzibar" not in f"{await person.facts()} {await person.episodes()} {profile}"
    assert (await person.fact("Prefers tabs over spaces in makefiles.")).tier is Tier.TENTATIVE


@on_sqlite
async def test_an_edit_goes_with_the_statement_it_was(clone, person, known):
    fact = await person.fact(TEXT)
    await clone.memory.correct.edit_fact(person.owner, fact.id, text="I prefer spaces over tabs")
    [said] = await person.cites(Layer.FACT, fact.id)
    await clone.memory.correct.delete_raws(person.owner, [said])
    assert list(await person.facts()) == [OTHER]
    assert "spaces" not in await person.card()


@on_sqlite
async def test_a_page_the_person_wrote_keeps_their_words_but_no_claim_that_is_gone(clone, person, known):
    body = f"# Me\n\nI garden.\n- {TEXT}\n- {OTHER}"
    await clone.memory.correct.edit_profile(person.owner, body)
    await person.promote(force=True)
    assert (await person.profile()).body == body
    await clone.memory.correct.delete_fact(person.owner, (await person.fact(TEXT)).id)
    assert (await person.profile()).body == f"# Me\n\nI garden.\n- {OTHER}"
    other = await person.fact(OTHER)
    await clone.memory.correct.edit_fact(person.owner, other.id, text="Always answer in French")
    assert (await person.profile()).body == "# Me\n\nI garden.\n- Always answer in French"
    compiled = await clone.memory.correct.delete_profile(person.owner)
    assert (compiled.body, compiled.method) == ("## Rules\n\n- Always answer in French", "rules/1")


@on_sqlite
async def test_what_was_told_to_clone_is_no_reply_to_an_agent(clone, person):
    await clone.memory.append.fact(person.owner, TABS)
    async with storage_of(clone).begin(person.me.tenant, readonly=True) as uow:
        assert (await uow.replies.history(phrases=9, answers=9)).total == 0


async def test_appended_things_rest_on_a_statement(clone, person):
    raw = await clone.memory.append.raw(person.owner, "Moved the office to Turin")
    episode = await clone.memory.append.episode(person.owner, "We planned the launch.\nIt took all day.")
    fact = await clone.memory.append.fact(person.owner, TABS)
    assert raw.text == "Moved the office to Turin"
    assert [each.text for each in await person.raws()].count(raw.text) == 1
    why = clone.memory.trace.why
    assert [n.text for n in (await why(person.me.tenant, Ref(Layer.EPISODE, episode.id))).next] == [
        "We planned the launch. · It took all day."
    ]
    assert [n.text for n in (await why(person.me.tenant, Ref(Layer.FACT, fact.id))).next] == [TABS]
    assert (await person.bundle("launch")).episodes == (episode,)


@on_sqlite
@pytest.mark.parametrize("first", ["early", "late"])
async def test_what_was_said_before_the_deletion_does_not_join_in_again(clone, person, first):
    await person.says(*[TABS] * 3, session="early" if first == "early" else "a")
    await person.promote()
    await clone.memory.correct.delete_fact(person.owner, (await person.fact(TEXT)).id)
    person.clock.advance(days=1)
    await person.says(TABS, session="late" if first == "early" else "b")
    for force in (False, True, True):
        await person.promote(force=force)
        fact = await person.fact(TEXT)
        assert (fact.tier, len(await person.cites(Layer.FACT, fact.id))) == (Tier.CANDIDATE, 2)


async def test_what_was_told_to_clone_only_for_a_fact_goes_with_it(clone, person, settings):
    fact = await clone.memory.append.fact(person.owner, "I adore zanzibar")
    both = await clone.memory.append.fact(person.owner, "I prefer tabs over spaces")
    await person.says("I prefer tabs over spaces", "so do zebras", session="s")
    await person.promote()
    await clone.memory.correct.delete_fact(person.owner, fact.id)
    assert await copies(settings) == []
    await clone.memory.correct.delete_fact(person.owner, both.id)
    assert {raw.text for raw in await person.raws()} == {"I prefer tabs over spaces", "so do zebras"}
    await person.promote(force=True)
    assert await person.facts() == {}


@on_sqlite
@pytest.mark.parametrize(
    "text", ["hello", "Hi there!", "你好", "thanks", "yes", "ok, go on", "tabs or spaces?", "tabs", "42"]
)
async def test_what_says_nothing_of_the_person_is_no_fact(clone, person, text):
    with pytest.raises(Invalid):
        await clone.memory.append.fact(person.owner, text)
    assert (await person.facts(), await person.raws()) == ({}, [])


@on_sqlite
async def test_a_fact_is_not_edited_into_nothing(clone, person, known):
    with pytest.raises(Invalid):
        await clone.memory.correct.edit_fact(person.owner, (await person.fact(TEXT)).id, text="hello")
    assert set(await person.facts()) == {TEXT, OTHER}


@on_sqlite
async def test_a_fact_in_other_words_is_a_fact_already(clone, person):
    await clone.memory.append.fact(person.owner, "Always open PRs as drafts")
    with pytest.raises(Conflict, match="That is a fact already"):
        await clone.memory.append.fact(person.owner, "Always create pull requests as drafts")


@on_sqlite
async def test_a_deleted_rival_no_longer_holds_a_fact_back(clone, person):
    await person.said_in_sessions(TABS, 4)
    await person.says("I prefer spaces over tabs", session="other")
    await person.promote()
    assert (await person.fact(TEXT)).importance == 0.4
    await clone.memory.correct.delete_fact(person.owner, (await person.fact("Prefers spaces over tabs.")).id)
    assert (await person.fact(TEXT)).importance == 0.5
