"""Standing answers: what is found in the person's answers, what they confirm, and what it then answers for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from clone_mcp.clone import Clone
from clone_mcp.errors import Conflict, Forbidden, Invalid, NotFound
from clone_mcp.memory.erase import Extent
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.act import Ground
from clone_mcp.models.events import CLONE_EVENT
from clone_mcp.models.prediction import Outcome, Prediction
from clone_mcp.models.standing import (
    LimitEdits,
    StandingAnswer,
    StandingDetails,
    StandingDraft,
    StandingOrigin,
    StandingStatus,
    StandingWarning,
)
from tests.conftest import new_tenant
from tests.prediction.test_precedent import AUTO, DROP, ESCALATED, NAMES, PUSH, TESTS, UNREAD, Decider
from tests.support.events import started
from tests.support.storage import storage_of

OTHER_TESTS = "All of it compiles now. Should I run the tests?"


@dataclass
class Settler(Decider):
    """Somebody of whom the predictor is never sure: what is automatic here rests on a standing answer."""

    sure: float = 0.1

    async def find(self) -> list[StandingDetails]:
        while await self.clone.memory.offers(self.me.tenant):
            pass
        return list(await self.clone.memory.standing.offers(self.me.tenant))

    async def offered(self) -> list[tuple[str, str]]:
        return [(each.answer.question.wording, each.answer.reply) for each in await self.find()]

    async def settles(self, question: str, reply: str = "yes", edits: LimitEdits | None = None) -> StandingAnswer:
        await self.answers(question, reply, "p", "q", "r")
        [offer] = [each for each in await self.find() if each.answer.reply == reply]
        return await self.clone.memory.standing.confirm(self.owner, offer.answer.id, edits)

    async def standing(self, standing_id: str) -> StandingAnswer:
        return (await self.clone.memory.standing.show(self.me.tenant, standing_id)).answer

    async def feedback(self, made: Prediction, outcome: Outcome, actual: str | None = None, by: Scope = Scope.OWNER):
        await self.clone.prediction.feedback(Caller(self.me.tenant, by), made.id, outcome, actual)


def settler(clone: Clone, clock: Any, tenant: Any = LOCAL_TENANT) -> Settler:
    return Settler(clone, Caller(tenant, Scope.RECORDER), Caller(tenant, Scope.OWNER), clock)


@pytest.fixture
def person(clone: Clone, clock) -> Settler:
    return settler(clone, clock)


async def test_what_was_answered_three_times_in_two_sessions_is_offered_once_with_its_examples(person):
    await person.answers(TESTS, "yes", "a", "b")
    assert await person.offered() == []
    await person.answers(OTHER_TESTS, "go ahead", "b")
    [offer] = await person.find()
    assert (offer.answer.status, offer.answer.origin) == (StandingStatus.OFFERED, StandingOrigin.MINED)
    assert person.clone.memory.standing.asks(offer) == (
        "You answered *go ahead* to “Should I run the tests?” 3 times in 2 sessions. Always?"
    )
    assert [(each.wording, each.reply) for each in offer.examples] == [
        ("Should I run the tests?", "go ahead"),
        (TESTS, "yes"),
        (TESTS, "yes"),
    ]
    assert [each.answer.id for each in await person.find()] == [offer.answer.id]


async def test_an_offer_answers_nothing_until_it_is_confirmed(person):
    await person.answers(TESTS, "yes", "a", "b", "c")
    await person.find()
    assert (await person.ask(TESTS)).decision is ESCALATED


async def test_a_confirmed_one_answers_whatever_the_predictor_thinks(person):
    settled = await person.settles(TESTS)
    made = await person.ask(OTHER_TESTS, "no, stop")
    assert (made.decision, made.abstained, made.model) == (AUTO, None, "standing")
    assert (made.top.response, made.top.confidence.sent) == ("yes", 0.95)
    assert [(fact.id, fact.tier) for fact in made.cited_facts] == [(settled.id, "standing")]
    [leave] = made.leave
    assert (leave.ground, leave.fact_id) == (Ground.STANDING, settled.id)
    assert leave.evidence == made.top.reasoning == f"Your standing answer {settled.id[:8]} says so."


async def test_its_confidence_is_that_of_its_own_uses(person):
    settled = await person.settles(TESTS)
    for uses in range(3):
        assert (await person.ask(TESTS)).top.confidence.sent == (19 + uses) / (20 + uses)
    now = await person.standing(settled.id)
    assert (now.uses, now.kept) == (3, 3)


async def test_automatic_means_that_what_is_sent_reaches_the_threshold(person):
    await person.settles(TESTS)
    person.threshold = 0.96
    held = await person.ask(TESTS)
    assert (held.decision, held.top.confidence.sent, held.top.response) == (ESCALATED, 0.95, "yes")


@pytest.mark.parametrize(
    "question",
    [
        "Shall I run the tests and push to main?",
        "Shall I run the migrations?",
        "Shall I skip the tests?",
        "Did you run the tests?",
        "I will now drop the production database. Shall I run the tests?",
        NAMES,
    ],
)
async def test_another_question_or_another_act_does_not_match(person, question):
    await person.settles(TESTS)
    assert (await person.ask(question)).model == "scripted"


async def test_what_was_answered_differently_even_once_is_not_offered(person):
    await person.answers(TESTS, "yes", "a", "b", "c", "d")
    await person.answers(TESTS, "no", "e")
    assert await person.offered() == []


async def test_an_offer_that_is_contradicted_before_it_is_confirmed_goes(person):
    await person.answers(TESTS, "yes", "a", "b", "c")
    assert len(await person.offered()) == 1
    await person.answers(TESTS, "no, not now", "d")
    assert await person.offered() == []


async def test_claims_make_no_offer_and_stand_against_one(person):
    await person.answers(TESTS, "yes", "a", "b", "c", "d", scope=Scope.AGENT)
    assert await person.offered() == []
    await person.answers(NAMES, "yes", "a", "b", "c")
    await person.answers(NAMES, "no", "d", scope=Scope.AGENT)
    assert await person.offered() == []


@pytest.mark.parametrize("question", [DROP, PUSH])
async def test_grave_acts_are_never_offered(person, question):
    await person.answers(question, "yes", *"abcdefgh")
    assert await person.offered() == []


async def test_what_clone_cannot_read_is_offered_for_that_very_question(person):
    await person.answers(UNREAD, "yes", "a", "b", "c")
    [offer] = await person.find()
    assert "Clone can't tell what this would do" in person.clone.memory.standing.asks(offer)
    await person.clone.memory.standing.confirm(person.owner, offer.answer.id)
    assert await person.decision(UNREAD) is AUTO
    assert await person.decision(f"One more thing. {UNREAD}") is ESCALATED


async def test_an_override_by_the_owner_suspends_at_once_and_the_review_asks(person):
    settled = await person.settles(TESTS)
    made = await person.ask(TESTS)
    await person.feedback(made, Outcome.REJECTED)
    now = await person.standing(settled.id)
    assert (now.status, now.uses, now.kept) == (StandingStatus.SUSPENDED, 1, 0)
    assert await person.decision(TESTS) is ESCALATED
    [asked] = await person.find()
    assert person.clone.memory.standing.asks(asked) == (
        "“Shall I run the tests?”: *yes* is suspended. You overrode it the last time it was used. "
        "Answer so again from now on?"
    )
    await person.clone.memory.standing.resume(person.owner, settled.id)
    assert (await person.ask(TESTS)).top.confidence.sent == 19 / 21


async def test_an_agents_word_suspends_nothing(person):
    settled = await person.settles(TESTS)
    await person.feedback(await person.ask(TESTS), Outcome.REJECTED, "no", by=Scope.AGENT)
    assert (await person.standing(settled.id)).status is StandingStatus.CONFIRMED


async def test_what_the_person_types_instead_suspends_it(person):
    settled = await person.settles(TESTS)
    await person.hears(TESTS, "z")
    made = await person.ask(TESTS, session_id="z")
    assert made.decision is AUTO
    person.clock.advance(seconds=5)
    await person.says("no, leave the tests alone", session="z")
    await person.clone.prediction.settle.session(person.me.tenant, "z")
    assert (await person.standing(settled.id)).status is StandingStatus.SUSPENDED


async def test_another_answer_to_a_question_that_nobody_asked_clone_suspends_it_too(person):
    settled = await person.settles(TESTS)
    await person.answers(TESTS, "yes please", "y")
    await person.find()
    assert (await person.standing(settled.id)).status is StandingStatus.CONFIRMED
    await person.answers(TESTS, "no", "z")
    await person.find()
    assert (await person.standing(settled.id)).reason == "You answered “no” when you were asked."


async def test_a_limit_per_day_holds(person):
    await person.settles(TESTS, edits=LimitEdits(per_day=2))
    assert [await person.decision(TESTS) for _ in range(2)] == [AUTO, AUTO]
    held = await person.ask(TESTS)
    assert (held.decision, held.abstained) == (ESCALATED, "Held: you let it answer at most 2 times a day.")
    person.clock.advance(seconds=86_400)
    assert await person.decision(TESTS) is AUTO


async def test_it_expires_when_nobody_needs_it(person):
    settled = await person.settles(TESTS)
    person.clock.advance(seconds=timedelta(days=80).total_seconds())
    assert await person.decision(TESTS) is AUTO
    person.clock.advance(seconds=timedelta(days=89).total_seconds())
    assert await person.decision(TESTS) is AUTO
    person.clock.advance(seconds=timedelta(days=90).total_seconds())
    assert await person.decision(TESTS) is ESCALATED
    await person.find()
    assert (await person.standing(settled.id)).status is StandingStatus.EXPIRED


async def test_pause_and_shadow_mode_hold_it(person):
    await person.settles(TESTS)
    switches = person.clone.prediction.switches
    await switches.pause(person.owner)
    assert await person.decision(TESTS) is ESCALATED
    await switches.resume(person.owner)
    await switches.watch(person.owner)
    assert await person.decision(TESTS) is ESCALATED
    await switches.act(person.owner)
    assert await person.decision(TESTS) is AUTO


async def test_a_declined_one_comes_back_when_the_evidence_has_doubled(person):
    await person.answers(TESTS, "yes", "a", "b", "c")
    [offer] = await person.find()
    await person.clone.memory.standing.decline(person.owner, offer.answer.id)
    await person.answers(TESTS, "yes", "d", "e")
    assert await person.offered() == []
    await person.answers(TESTS, "yes", "f")
    assert len(await person.offered()) == 1


async def test_a_removed_one_has_no_words_and_comes_back_the_same_way(person):
    settled = await person.settles(TESTS)
    await person.clone.memory.standing.remove(person.owner, settled.id)
    left = await person.standing(settled.id)
    assert (left.status, left.reply, left.question.wording) == (StandingStatus.REMOVED, "", "")
    await person.answers(TESTS, "yes", "d", "e")
    assert await person.offered() == []
    await person.answers(TESTS, "yes", "f")
    assert len(await person.offered()) == 1


async def test_a_written_one_for_a_grave_act_needs_the_warning_first(person):
    write = person.clone.memory.standing.write
    warning = await write(person.owner, StandingDraft(PUSH, "yes"))
    assert isinstance(warning, StandingWarning)
    assert "Clone would do this without asking you" in warning.text
    assert await person.clone.memory.standing.list(person.me.tenant) == []
    names = tuple(act.named for act in warning.acts)
    stored = await write(person.owner, StandingDraft(PUSH, "yes", acknowledged=names))
    assert isinstance(stored, StandingAnswer)
    assert await person.decision(PUSH) is AUTO
    assert await person.decision("Push to production?") is ESCALATED
    assert await person.decision("Force-push to main?") is ESCALATED


async def test_only_the_owner_confirms_writes_edits_and_resumes(person):
    settled, use = await person.settles(TESTS), person.clone.memory.standing
    for scope in (Scope.AGENT, Scope.RECORDER, Scope.VIEWER):
        caller = Caller(LOCAL_TENANT, scope)
        for call in (
            use.confirm(caller, settled.id),
            use.write(caller, StandingDraft(TESTS, "yes")),
            use.edit(caller, settled.id, LimitEdits()),
            use.resume(caller, settled.id),
            use.decline(caller, settled.id),
            use.remove(caller, settled.id),
        ):
            with pytest.raises(Forbidden):
                await call


async def test_two_that_contradict_each_other_are_both_suspended(person):
    first = await person.settles(TESTS)
    second = await person.clone.memory.standing.write(person.owner, StandingDraft(TESTS, "no"))
    assert isinstance(second, StandingAnswer)
    assert second.status is (await person.standing(first.id)).status is StandingStatus.SUSPENDED
    assert await person.decision(TESTS) is ESCALATED


async def test_it_holds_in_its_project_only(person):
    for session in "abc":
        await person.clone.recording.ingest.one(
            person.me, CLONE_EVENT.validate_python(started(session)), project="/work/one"
        )
    await person.answers(TESTS, "yes", "a", "b", "c")
    [offer] = await person.find()
    assert offer.answer.limits.project == "/work/one"
    await person.clone.memory.standing.confirm(person.owner, offer.answer.id)
    assert await person.decision(TESTS, session_id="a") is AUTO
    assert await person.decision(TESTS) is ESCALATED
    await person.clone.memory.standing.edit(person.owner, offer.answer.id, LimitEdits(project=""))
    assert await person.decision(TESTS) is AUTO


async def test_options_are_taken_by_what_they_say(person):
    question, options = "Which database?", ("Postgres", "SQLite")
    listed = f"{question}\n( ) Postgres\n( ) SQLite"
    await person.answers(listed, "SQLite", "a", "b", "c")
    [offer] = await person.find()
    assert offer.answer.reply == "SQLite"
    await person.clone.memory.standing.confirm(person.owner, offer.answer.id)
    made = await person.ask(question, "Postgres", options=("SQLite", "Postgres"))
    assert (made.top.response, made.model) == ("SQLite", "standing")
    assert (await person.ask(question, "Postgres", options=(*options, "MySQL"))).model == "scripted"


async def test_a_near_question_only_leads_to_a_suggestion(person):
    await person.settles(TESTS)
    found = await person.clone.memory.standing.test(LOCAL_TENANT, "Shall I run the tests in Safari?")
    assert found.answered is None
    [near] = found.matches
    assert (near.verdict, near.reply) == ("near", "yes")
    assert near.because.startswith("Not matched: ")
    match = (await person.clone.memory.standing.test(LOCAL_TENANT, TESTS)).answered
    assert match is not None
    assert match.because == (
        "Matched because it asks the same as “Shall I run the tests?”, and sets nothing in motion but: run tests."
    )


async def test_it_goes_with_its_evidence(person):
    settled = await person.settles(TESTS)
    await person.clone.memory.forget(person.owner, Extent(session_id="p"))
    assert (await person.standing(settled.id)).status is StandingStatus.CONFIRMED
    for session in "qr":
        await person.clone.memory.forget(person.owner, Extent(session_id=session))
    with pytest.raises(NotFound):
        await person.standing(settled.id)
    assert await person.decision(TESTS) is ESCALATED


async def test_the_words_of_a_forgotten_answer_are_gone(person):
    await person.answers(TESTS, "yes", "a", "b", "c")
    await person.answers(OTHER_TESTS, "sure, do it", "d")
    [offer] = await person.find()
    await person.clone.memory.standing.confirm(person.owner, offer.answer.id)
    await person.clone.memory.forget(person.owner, Extent(session_id="d"))
    left = await person.standing(offer.answer.id)
    assert (left.reply, left.question.wording, [act.named for act in left.limits.acts]) == ("yes", TESTS, ["run tests"])


async def test_forgetting_everything_takes_written_ones_too(person):
    await person.clone.memory.standing.write(person.owner, StandingDraft(TESTS, "yes"))
    await person.clone.memory.forget(person.owner, Extent(everything=True))
    assert await person.clone.memory.standing.list(person.me.tenant) == []


async def test_two_people_with_the_same_words_share_nothing(clone, clock):
    one, other = settler(clone, clock), settler(clone, clock, await new_tenant(storage_of(clone), clock))
    settled = await one.settles(TESTS)
    await other.answers(TESTS, "no", "p", "q", "r")
    assert await other.offered() == [(TESTS, "no")]
    assert await other.decision(TESTS, "no") is ESCALATED
    with pytest.raises(NotFound):
        await other.standing(settled.id)
    assert (await one.standing(settled.id)).status is StandingStatus.CONFIRMED


async def test_limits_are_numbers_that_make_sense(person):
    settled, use = await person.settles(TESTS), person.clone.memory.standing
    for edits in (LimitEdits(per_day=-1), LimitEdits(unused_days=0), LimitEdits(acts=("drop the database",))):
        with pytest.raises(Invalid):
            await use.edit(person.owner, settled.id, edits)
    with pytest.raises(Conflict):
        await use.confirm(person.owner, settled.id)
