"""What outcomes do to the facts that predictions rested on."""

from __future__ import annotations

import asyncio
import random

import pytest

from clone_mcp.app import wire
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.models.prediction import Decision, Outcome
from tests.memory.databases import on_sqlite
from tests.memory.person import TABS
from tests.support.storage import storage_of

ACCEPTED, EDITED, REJECTED = Outcome.ACCEPTED, Outcome.EDITED, Outcome.REJECTED
TEXT = "Prefers tabs over spaces."


@pytest.fixture
async def fact(person) -> str:
    """A strong fact of importance 0.9."""
    await person.said_in_sessions(TABS, 5)
    await person.promote()
    return (await person.fact(TEXT)).id


async def importance(person) -> float:
    return round((await person.fact(TEXT)).importance, 9)


@on_sqlite
@pytest.mark.parametrize(
    ("outcomes", "left"),
    [
        ([ACCEPTED], 0.94),
        ([REJECTED], 0.82),
        ([EDITED], 0.9),
        ([ACCEPTED, ACCEPTED, ACCEPTED], 0.94),
        ([REJECTED, REJECTED], 0.82),
        ([ACCEPTED, REJECTED], 0.82),
        ([REJECTED, ACCEPTED], 0.94),
        ([REJECTED, ACCEPTED, REJECTED, ACCEPTED], 0.94),
        ([ACCEPTED, EDITED], 0.9),
        ([EDITED, REJECTED], 0.82),
    ],
)
async def test_the_standing_outcome_counts_once(clone, person, fact, outcomes, left):
    prediction = await person.asked(fact)
    for outcome in outcomes:
        await clone.prediction.feedback(person.me, prediction, outcome, None)
    assert await importance(person) == left


@on_sqlite
@pytest.mark.parametrize(("actual", "left"), [(None, 0.9), ("no, use spaces", 0.82)])
async def test_a_rejected_escalation_counts_only_with_what_was_typed(clone, person, fact, actual, left):
    prediction = await person.asked(fact, decision=Decision.ESCALATED)
    await clone.prediction.feedback(person.me, prediction, REJECTED, actual)
    assert await importance(person) == left


@on_sqlite
async def test_importance_is_clamped_and_the_sum_is_not(clone, person, fact):
    up = [await person.asked(fact) for _ in range(10)]
    for prediction in up:
        await clone.prediction.feedback(person.me, prediction, ACCEPTED, None)
    assert await importance(person) == 1.0
    for prediction in up[:9]:
        await clone.prediction.feedback(person.me, prediction, REJECTED, None)
    assert await importance(person) == round(0.9 + 0.04 - 9 * 0.08, 9)


@on_sqlite
async def test_more_evidence_changes_the_base_alone(clone, person, fact):
    await clone.prediction.feedback(person.me, await person.asked(fact), REJECTED, None)
    await person.says(TABS, session="t0")
    await person.promote()
    now = await person.fact(TEXT)
    assert (now.base > 0.9, round(now.decay, 9)) == (True, -0.08)
    assert now.importance == now.base + now.decay


async def test_an_archived_fact_leaves_use_sorts_last_keeps_its_grounds_and_returns(clone, person, fact):
    await person.says("From now on always answer in English")
    await person.promote()
    predictions = [await person.asked(fact) for _ in range(10)]
    for prediction in predictions:
        await clone.prediction.feedback(person.me, prediction, REJECTED, None)
    archived = await person.fact(TEXT)
    assert (archived.archived, list(await person.facts())[-1]) == (True, TEXT)
    bundle = await person.bundle("tabs")
    assert TEXT not in [each.text for each in bundle.facts]
    assert TEXT not in bundle.profile.soul_card + bundle.profile.body
    why = await clone.memory.trace.why(person.me.tenant, Ref(Layer.FACT, fact))
    assert len([node for node in why.next if node.ref.layer is Layer.RAW]) == 5
    for prediction in predictions[:3]:
        await clone.prediction.feedback(person.me, prediction, ACCEPTED, None)
    bundle = await person.bundle("tabs")
    assert TEXT in [each.text for each in bundle.facts]
    assert TEXT in bundle.profile.soul_card


async def test_feedback_from_all_sides_adds_up_exactly(clone, second, settings, person, clock, fact):
    await person.says("From now on always answer in English")
    await person.promote()
    other = (await person.fact("Wants agents always to answer in English.")).id
    servers = [clone, wire(settings, second, clock, b"test")]
    # Half of them cite the two facts in the other order.
    predictions = [await person.asked(*((fact, other) if number % 2 else (other, fact))) for number in range(24)]
    chance = random.Random(7)

    async def flip(number: int, prediction: str) -> None:
        for turn in range(chance.randrange(1, 4)):
            await servers[(number + turn) % 2].prediction.feedback(
                person.me, prediction, chance.choice(list(Outcome)), None
            )

    await asyncio.gather(*(flip(number, prediction) for number, prediction in enumerate(predictions)))
    async with storage_of(clone).begin(person.me.tenant, readonly=True) as uow:
        stand = [(await uow.predictions.outcome(prediction)).outcome for prediction in predictions]
    total = 0.04 * stand.count(ACCEPTED) - 0.08 * stand.count(REJECTED)
    assert {round((await person.facts())[text].decay, 9) for text in await person.facts()} == {round(total, 9)}
