"""A confirmed permission lifts the gate for what it names, and loses its weight when it goes wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Decision, Outcome, Question
from clone_mcp.prediction.predict import Predict
from tests.support.predictor import Scripted

STAGING = "You may always deploy to staging without asking me."


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
