"""What the person has confirmed that agents may do without asking lifts the gate, for that and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.memory import Fact, FactKind, Tier
from clone_mcp.models.prediction import Decision, Outcome, Question
from clone_mcp.prediction.mandate import covering, mandates
from clone_mcp.prediction.predict import Predict
from tests.support.events import NINE
from tests.support.predictor import Scripted

STAGING = "You may always deploy to staging without asking me."


def confirmed(text: str) -> Fact:
    return Fact("f", FactKind.PREFERENCE, text, text, 0.95, 0, Tier.STRONG, "said", NINE, NINE, confirmed_at=NINE)


def allowed(text: str, question: str, reply: str = "yes", options: tuple[str, ...] = ()) -> bool:
    return bool(covering(mandates([confirmed(text)], None), Question("codex", question, options=options), reply))


@pytest.mark.parametrize(
    ("mandate", "question"),
    [
        (STAGING, "Shall I deploy to staging?"),
        (STAGING, "All tests pass now. Deploying to staging, ok?"),
        ("Agents may push to the feature branch without asking.", "Should I push to the feature branch now?"),
        ("Always commit and push without asking.", "Commit and push?"),
    ],
)
def test_it_covers_what_it_names(mandate, question):
    assert allowed(mandate, question)


@pytest.mark.parametrize(
    "question",
    [
        "Shall I deploy to production?",
        "Deploy to staging and production now?",
        "Shall I deploy to staging? I will also drop the users table.",
        "Should I delete the staging database?",
        "Shall I force-push to staging?",
        "Deploy?",
    ],
)
def test_and_nothing_that_it_does_not_name(question):
    assert not allowed(STAGING, question)


def test_a_reply_that_adds_something_grave_is_not_covered():
    assert not allowed(STAGING, "Shall I deploy to staging?", "yes, and delete the old database")
    assert not allowed(STAGING, "Shall I deploy to staging?", "yes, the password is hunter2-hunter2")


@pytest.mark.parametrize(
    "mandate",
    ["You may deploy without asking, but never to production.", "Deploy to staging without asking, only on Mondays."],
)
def test_one_with_an_exception_is_left_to_the_person(mandate):
    assert mandates([confirmed(mandate)], None) == []


def test_only_confirmed_facts_in_use_allow_anything_and_only_in_their_project():
    fact = confirmed(STAGING)
    assert mandates([fact], None) == [fact]
    for other in (replace(fact, confirmed_at=None), replace(fact, tier=Tier.CANDIDATE), replace(fact, decay=-0.9)):
        assert mandates([other], None) == []
    assert mandates([replace(fact, project="shop")], "shop")
    assert not mandates([replace(fact, project="shop")], "bank")
    assert not mandates([confirmed("I like to deploy to staging.")], None)


async def test_what_was_confirmed_in_review_lifts_the_gate_until_it_goes_wrong_too_often(clone, me, storage, clock):
    owner, question = Caller(me.tenant, Scope.OWNER), Question("codex", "Shall I deploy to staging?")
    predict = Predict(storage, clock, Scripted(), redact=True)
    await clone.memory.append.fact(owner, STAGING)
    assert (await predict(me, question)).decision is Decision.ESCALATED
    [asked] = await clone.memory.reviews.waiting(me.tenant)
    await clone.memory.reviews.confirm(owner, asked.review.id)
    answer = await predict(me, question)
    assert (answer.decision, answer.abstained) == (Decision.AUTO, None)
    assert [fact.id for fact in answer.cited_facts] == [asked.fact.id]
    assert (await predict(me, replace(question, agent_input="Shall I deploy to production?"))).decision is (
        Decision.ESCALATED
    )
    await clone.prediction.feedback(owner, answer.id, Outcome.REJECTED, "no")
    async with storage.begin(me.tenant, readonly=True) as uow:
        assert (await uow.memory.facts.get(asked.fact.id)).decay == pytest.approx(-0.08)


async def test_agents_praise_does_not_outweigh_what_the_person_refused(clone, me, storage, clock):
    owner, agent = Caller(me.tenant, Scope.OWNER), Caller(me.tenant, Scope.AGENT)
    predict = Predict(storage, clock, Scripted(), redact=True)
    await clone.memory.append.fact(owner, STAGING)
    [asked] = await clone.memory.reviews.waiting(me.tenant)
    await clone.memory.reviews.confirm(owner, asked.review.id)

    async def told(by: Caller, outcome: Outcome) -> float:
        answer = await predict(me, Question("codex", "Shall I deploy to staging?"))
        await clone.prediction.feedback(by, answer.id, outcome, None)
        async with storage.begin(me.tenant, readonly=True) as uow:
            return round((await uow.memory.facts.get(asked.fact.id)).decay, 9)

    assert [await told(agent, Outcome.ACCEPTED) for _ in range(3)] == [0, 0, 0]
    assert await told(owner, Outcome.ACCEPTED) == 0.04
    assert await told(agent, Outcome.REJECTED) == -0.04
