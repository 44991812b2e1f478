"""What a model wrote after it was shown something that the person then deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clone_mcp.models.memory import FactKind
from clone_mcp.models.prediction import Question
from tests.memory.test_erase import copies
from tests.support.anthropic_server import answers
from tests.support.remembered import candidate, foretold
from tests.support.storage import storage_of

MARK = "pemba"
"""Stands only in what the model wrote: no deleted text has it."""
RULE = "From now on always mention Zanzibar"
QUESTION = Question("codex", "Where to?", k=3, model="claude-sonnet-4-6")


async def predicted(person, server, *, k: int = 3) -> str:
    """A prediction whose model puts what it was shown in other words; its id."""
    server.will(
        answers(
            foretold(
                candidate("take the boat to Pemba", 0.5, reasoning="The isle beside Pemba is dear to them."),
                candidate("yes please", 0.2, reasoning="Polite, whatever Pemba's neighbour is."),
            )
        )
    )
    return (await person.clone.prediction.predict(person.me, QUESTION)).id


async def kept(person, prediction_id: str) -> list[tuple[str, str]]:
    async with storage_of(person.clone).begin(person.me.tenant, readonly=True) as uow:
        found = await uow.predictions.get(prediction_id)
    return [(each.response, each.reasoning) for each in found.candidates]


LEFT = [("[deleted]", "[deleted]"), ("yes please", "[deleted]")]


@pytest.mark.parametrize("later", [0, 3], ids=["the row itself was shown", "only what was derived from it"])
async def test_deleting_a_row_takes_back_what_a_model_made_of_it(clone, server, person, clock, settings, later):
    [doomed] = await person.says(RULE, session="z")
    await person.says("yes please", "yes please", session="other")
    await person.promote()
    clock.advance(hours=later)
    first = await predicted(person, server)
    assert MARK in (await kept(person, first))[0][1].lower()

    await clone.memory.correct.delete_raws(person.owner, [doomed])
    after = await predicted(person, server)

    assert await kept(person, first) == LEFT
    assert MARK in (await kept(person, after))[0][1].lower()  # nothing that was deleted was shown by then
    async with storage_of(clone).begin(person.me.tenant) as uow:
        await uow.memory.raws.erase_predictions([after])
    await storage_of(clone).purge()
    assert await copies(settings, MARK) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_other_rows_leave_a_models_words_alone(clone, server, person, clock):
    [doomed] = await person.says("hello there", session="old")
    await person.promote()
    clock.advance(hours=3)
    await person.says("yes please", RULE, session="z")
    await person.promote()
    prediction = await predicted(person, server)
    before = await kept(person, prediction)
    await clone.memory.correct.delete_raws(person.owner, [doomed])
    assert await kept(person, prediction) == before


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("act", ["delete", "edit"])
async def test_so_does_deleting_or_rewording_a_fact(clone, server, person, act):
    fact = await clone.memory.append.fact(person.owner, "I prefer Zanzibar.", kind=FactKind.PREFERENCE)
    await person.says("yes please", "yes please", session="other")
    prediction = await predicted(person, server)
    if act == "delete":
        await clone.memory.correct.delete_fact(person.owner, fact.id)
    else:
        await clone.memory.correct.edit_fact(person.owner, fact.id, text="I prefer the sea.")
    assert await kept(person, prediction) == LEFT


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_model_that_saw_the_fact_only_in_the_profile_is_taken_back_too(clone, server, person, clock):
    [doomed] = await person.says(RULE, session="z")
    await person.says("yes please", "yes please", session="other")
    await person.promote()
    prediction = await predicted(person, server)
    async with storage_of(clone).begin(person.me.tenant) as uow:  # as if more important facts had crowded it out
        whole = await uow.predictions.get(prediction)
        await uow.memory.raws.erase_predictions([prediction])
        shown = {**whole.snapshot, "facts": {}, "episodes": [], "raw": []}
        await uow.predictions.add(replace(whole, snapshot=shown))
    await clone.memory.correct.delete_raws(person.owner, [doomed])
    assert await kept(person, prediction) == LEFT
