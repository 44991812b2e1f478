"""Why Clone believes something, and what rests on what."""

from __future__ import annotations

import pytest

from clone_mcp.errors import NotFound
from clone_mcp.memory.profile import PROFILE
from clone_mcp.memory.trace import Node
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.memory import Layer, Ref
from tests.conftest import new_tenant
from tests.memory.databases import on_sqlite
from tests.memory.person import RULE

TEXT = "Wants agents always to answer in English."


@pytest.fixture
async def chain(person) -> dict[Layer, Ref]:
    """One of each layer, each resting on the one before it."""
    [raw] = await person.says(RULE)
    await person.promote()
    [episode] = await person.episodes()
    fact = (await person.fact(TEXT)).id
    prediction = await person.asked(fact, response="in English, please")
    return {
        Layer.RAW: Ref(Layer.RAW, raw),
        Layer.EPISODE: Ref(Layer.EPISODE, episode.id),
        Layer.FACT: Ref(Layer.FACT, fact),
        Layer.PROFILE: PROFILE,
        Layer.PREDICTION: Ref(Layer.PREDICTION, prediction),
    }


async def test_a_prediction_is_traced_down_to_what_was_said(clone, person, chain):
    [episode] = await person.episodes()
    raw = Node(chain[Layer.RAW], RULE)
    fact = Node(chain[Layer.FACT], TEXT, (Node(chain[Layer.EPISODE], episode.summary, (raw,)), raw))
    why = clone.memory.trace.why
    assert await why(person.me.tenant, chain[Layer.PREDICTION]) == Node(
        chain[Layer.PREDICTION], "in English, please", (fact,)
    )
    assert await why(person.me.tenant, chain[Layer.FACT]) == fact
    assert await why(person.me.tenant, PROFILE) == Node(PROFILE, await person.card(), (fact,))


async def test_what_was_said_is_traced_up_to_the_predictions(clone, person, chain):
    [episode] = await person.episodes()
    top = (Node(chain[Layer.PREDICTION], "in English, please"), Node(PROFILE, await person.card()))
    fact = Node(chain[Layer.FACT], TEXT, top)
    impact = await clone.memory.trace.impact(person.me.tenant, chain[Layer.RAW])
    assert impact == Node(chain[Layer.RAW], RULE, (Node(chain[Layer.EPISODE], episode.summary, (fact,)), fact))


@on_sqlite
async def test_a_prediction_tells_that_what_it_rested_on_is_gone(clone, person, chain):
    await clone.memory.correct.delete_fact(person.owner, chain[Layer.FACT].id)
    why = await clone.memory.trace.why(person.me.tenant, chain[Layer.PREDICTION])
    assert why.next == (Node(chain[Layer.FACT], "[deleted]"),)


async def test_foreign_and_unknown_ids_are_told_alike(clone, person, chain, storage, clock):
    other = Caller(await new_tenant(storage, clock), Scope.OWNER)
    for walk in (clone.memory.trace.why, clone.memory.trace.impact):
        for ref in chain.values():
            with pytest.raises(NotFound) as foreign:
                await walk(other.tenant, ref)
            with pytest.raises(NotFound) as unknown:
                await walk(other.tenant, Ref(ref.layer, "nothing"))
            assert str(foreign.value) == str(unknown.value)
    for reach in (clone.memory.markdown.fact, clone.memory.markdown.episode):
        for id_ in (chain[Layer.FACT].id, chain[Layer.EPISODE].id, "nothing"):
            with pytest.raises(NotFound):
                await reach(other, id_)
    assert await clone.memory.correct.delete_raws(other, [chain[Layer.RAW].id]) == 0
    assert await clone.memory.search(other.tenant, "English") == []


async def test_things_are_found_by_their_words(clone, person, chain):
    search = clone.memory.search
    found = [(hit.ref.layer, hit.share) for hit in await search(person.me.tenant, "answer in English")]
    assert found == [(Layer.FACT, 1.0), (Layer.EPISODE, 1.0), (Layer.RAW, 1.0)]
    assert [hit.ref.layer for hit in await search(person.me.tenant, "english", limit=1)] == [Layer.FACT]
    assert await search(person.me.tenant, "zanzibar") == []
