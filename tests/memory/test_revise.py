"""What earlier versions of the rules found is judged as today's would; what the person wrote or confirmed stays."""

from __future__ import annotations

from dataclasses import replace

from clone_mcp.memory.evidence import METHOD
from clone_mcp.models.memory import Fact, FactKind, Layer, Ref, Tier
from tests.memory.databases import on_sqlite
from tests.memory.person import TABS
from tests.memory.test_habits import answers
from tests.support.storage import storage_of

OLD_METHOD = "rules/1"


async def found_by_old_rules(person, text: str, key: str, raw_ids: list[str], **fields) -> None:
    """A fact as an earlier version left it."""
    now = person.clock.now()
    made = Fact(f"old {key}", FactKind.HABIT, text, key, 0.5, 0.0, Tier.TENTATIVE, OLD_METHOD, now, now)
    async with storage_of(person.clone).begin(person.me.tenant) as uow:
        await uow.memory.facts.put(replace(made, **fields))
        await uow.memory.links.cite(Ref(Layer.FACT, made.id), [Ref(Layer.RAW, raw_id) for raw_id in raw_ids])


@on_sqlite
async def test_a_habit_that_is_none_today_goes(person):
    ids = await person.said_in_sessions("what is next?", 4)
    await found_by_old_rules(person, "Often replies “what is next?”.", "habit + what is next", ids)
    await person.promote()
    assert await person.facts() == {}


@on_sqlite
async def test_two_facts_that_say_the_same_become_one(person):
    await answers(person, "yes", times=4)
    await answers(person, "yes please", times=4, name="u")
    rows = {text: [raw.id for raw in await person.raws() if raw.text == text] for text in ("yes", "yes please")}
    for text, ids in rows.items():
        await found_by_old_rules(person, f"Often replies “{text}”.", f"habit + {text}", ids)
    await person.promote()
    [fact] = (await person.facts()).values()
    assert (fact.text, fact.method, fact.tier) == ("Often replies “yes” or “yes please”.", METHOD, Tier.STRONG)


@on_sqlite
async def test_what_the_person_confirmed_stays(person):
    ids = await person.said_in_sessions("what is next?", 4)
    text = "Often replies “what is next?”."
    await found_by_old_rules(person, text, "habit + what is next", ids, confirmed_at=person.clock.now())
    await person.promote()
    assert list(await person.facts()) == [text]


@on_sqlite
async def test_what_is_still_true_stays_with_its_evidence(person):
    ids = await person.says(TABS, TABS)
    key = "want + tab over space"
    await found_by_old_rules(person, "Prefers tabs over spaces.", key, ids, kind=FactKind.PREFERENCE)
    await person.promote()
    fact = await person.fact("Prefers tabs over spaces.")
    assert (fact.method, set(ids) <= await person.cites(Layer.FACT, fact.id)) == (METHOD, True)
