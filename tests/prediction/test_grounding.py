"""What agents claim that the person typed is ranked like the rest, and nothing is acted on for its sake alone."""

from __future__ import annotations

import pytest

from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Decision, Guess, Outcome, Proposal, Question
from clone_mcp.prediction.grounding import CLAIMED
from clone_mcp.prediction.predict import Predict
from tests.memory.person import Person
from tests.support.events import stopped
from tests.support.predictor import Scripted
from tests.support.storage import storage_of

NEXT = "The second part is done. Should the new variable be called total?"
"""Its answer sets nothing in motion, so that nothing but claims can hold it."""
TESTS = "The change is in place. Shall I run the unit tests now?"
AUTO, ESCALATED = Decision.AUTO, Decision.ESCALATED
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def person(clone, me, tenant, clock) -> Person:
    return Person(clone, me, Caller(tenant, Scope.OWNER), clock)


async def answers(person: Person, question: str, reply: str, times: int, scope: Scope = Scope.RECORDER) -> None:
    for number in range(times):
        await person.hears(question, f"s{number % 5}")
        await person.says(reply, session=f"s{number % 5}", scope=scope)
    await counted(person)


async def counted(person: Person) -> None:
    """All that was approved so far is known."""
    while await person.clone.memory.precedents(person.me.tenant):
        pass


async def test_claims_alone_are_shown_and_not_acted_on_until_the_person_trusts_their_agents(clone, person):
    await answers(person, NEXT, "yes", 40, Scope.AGENT)
    claimed = await clone.prediction.predict(person.me, Question("a", NEXT, k=3, threshold=0.6))
    assert (claimed.top.response, claimed.decision, claimed.abstained) == ("yes", ESCALATED, CLAIMED)
    assert all(each.confidence.sent < 0.6 for each in claimed.candidates)
    assert claimed.top.confidence.calibrated >= 0.6
    assert (await clone.prediction.predict(person.me, Question("a", NEXT, threshold=0.999))).abstained is None

    await clone.prediction.switches.trust(person.owner)
    assert (await clone.prediction.predict(person.me, Question("a", NEXT, threshold=0.6))).decision is AUTO
    await clone.prediction.switches.distrust(person.owner)
    assert (await clone.prediction.predict(person.me, Question("a", NEXT, threshold=0.6))).decision is ESCALATED


@on_sqlite
async def test_what_the_person_answers_elsewhere_does_not_bear_out_what_is_claimed_of_this_question(clone, person):
    await answers(person, TESTS, "run the tests", 60)
    await answers(person, NEXT, "yes", 40, Scope.AGENT)
    decided = {
        asked: await clone.prediction.predict(person.me, Question("a", asked, threshold=0.6)) for asked in (NEXT, TESTS)
    }
    assert (decided[NEXT].decision, decided[NEXT].abstained) == (ESCALATED, CLAIMED)
    assert (decided[TESTS].decision, decided[TESTS].top.response) == (AUTO, "run the tests")


@on_sqlite
async def test_a_habit_does_not_bear_out_its_contrary(clone, person):
    await answers(person, TESTS, "run the tests", 30)
    await answers(person, TESTS, "don't run the tests", 60, Scope.AGENT)
    prediction = await clone.prediction.predict(person.me, Question("a", TESTS, threshold=0.5))
    assert (prediction.top.response, prediction.abstained) == ("don't run the tests", CLAIMED)


@on_sqlite
async def test_an_option_that_was_only_claimed_to_be_chosen_is_asked_about(clone, person):
    options = ("SQLite in memory", "Postgres in a container")
    asked = Question("a", "Which database should the tests use?", options=options, threshold=0.5)
    await answers(person, asked.agent_input, options[1], 20, Scope.AGENT)
    assert (await clone.prediction.predict(person.me, asked)).abstained == CLAIMED
    await answers(person, asked.agent_input, options[1], 20)
    assert (await clone.prediction.predict(person.me, asked)).decision is AUTO


@on_sqlite
async def test_of_a_models_guess_at_least_half_of_what_says_so_has_to_be_attested(clone, person, clock):
    model = Scripted()
    predict = Predict(storage_of(clone), clock, model, redact=True)

    async def decision(guess: str) -> Decision:
        model.proposal = Proposal((Guess(guess, 0.9, "they say so"),))
        return (await predict(person.me, Question("a", NEXT))).decision

    assert await decision("yes, do that") is AUTO  # nothing is claimed
    await answers(person, NEXT, "yes, do that", 3, Scope.AGENT)
    assert await decision("yes, do that") is ESCALATED
    assert await decision("leave it to me") is ESCALATED  # nobody ever said so
    await answers(person, NEXT, "no, don't do that", 9)
    assert await decision("yes, do that") is ESCALATED
    await answers(person, NEXT, "yes do that", 3)
    assert await decision("Yes, do that.") is AUTO
    await answers(person, NEXT, "yes, do that", 1, Scope.AGENT)
    assert await decision("yes, do that") is ESCALATED


@on_sqlite
@pytest.mark.parametrize(
    ("guess", "attested", "decision"),
    [("use pnpm", "use npm", ESCALATED), ("use port 8080", "use port 9090", ESCALATED), ("yes", "Yes!", AUTO)],
)
async def test_a_models_guess_is_borne_out_by_the_same_reply_to_whatever_question(
    clone, person, clock, guess, attested, decision
):
    model = Scripted()
    model.proposal = Proposal((Guess(guess, 0.9, "they say so"),))
    predict = Predict(storage_of(clone), clock, model, redact=True)
    assert (await predict(person.me, Question("a", NEXT))).decision is AUTO  # nothing is claimed
    await answers(person, NEXT, guess, 3, Scope.AGENT)
    await answers(person, TESTS, attested, 9)
    assert (await predict(person.me, Question("a", NEXT))).decision is decision


@on_sqlite
async def test_that_they_go_on_is_not_acted_on_where_agents_claim_it(clone, person):
    async def sessions(name: str, scope: Scope) -> None:
        for number in range(4):
            for _ in range(8):
                await person.hears("Done, all of it.", f"{name}{number}")
                await person.says("go on", session=f"{name}{number}", scope=scope)
            await person.hears("Done, all of it.", f"{name}{number}")
            await person.take({**stopped(f"{name}{number}"), "occurred_at": person.clock.now().isoformat()})

    asked = Question("a", "Done, all of it.", threshold=0.5)
    for name in ("one", "other", "other"):  # approved often enough, seen too seldom to say how sessions end
        await person.hears("Shall I go on?", name)
        await person.says("yes", session=name)
    await sessions("claimed", Scope.AGENT)
    await counted(person)
    assert (await clone.prediction.continuation(person.me, asked)).abstained == CLAIMED
    await sessions("seen", Scope.RECORDER)
    await counted(person)
    going = await clone.prediction.continuation(person.me, asked)
    assert (going.top.response, going.decision) == ("continue", AUTO)


@pytest.mark.parametrize(("scope", "attested"), [(Scope.AGENT, False), (Scope.RECORDER, True), (Scope.OWNER, True)])
async def test_what_is_told_with_feedback_is_vouched_for_by_whoever_tells_it(clone, person, scope, attested):
    async def known() -> list[bool]:
        async with storage_of(clone).begin(person.me.tenant, readonly=True) as uow:
            return [answer.attested for answer in (await uow.replies.history(phrases=9, answers=9)).answers]

    await person.hears(NEXT)
    prediction = await clone.prediction.predict(person.me, Question("a", NEXT, "s"))
    await clone.prediction.feedback(Caller(person.me.tenant, scope), prediction.id, Outcome.EDITED, "not yet")
    assert await known() == [attested]
    await person.says("not yet")  # and a hook sees it typed, which counts once
    assert await known() == [True]
