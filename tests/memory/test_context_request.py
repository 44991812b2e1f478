"""What may be asked of a bundle: the mission's fields, defaults and ranges."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from clone_mcp.errors import Invalid
from clone_mcp.models.memory import ContextRequest, Profile
from tests.memory.databases import on_sqlite
from tests.memory.test_context import episode, fact
from tests.support.events import NINE, typed

RANGES = {"recency_minutes": (1, 10_080), "max_facts": (1, 100), "max_episodes": (1, 50), "max_raw": (1, 500)}


async def facts(clone, me, **fields) -> list[str]:
    return [each.id for each in (await clone.memory.context(me.tenant, ContextRequest(**fields))).facts]


@pytest.fixture
async def known(storage, me):
    async with storage.begin(me.tenant) as uow:
        await uow.memory.profiles.put(Profile("body", "Ada. Short answers.", "test", NINE))
        for made in (
            fact(0, text="Prefers tabs over spaces.", tags=("python", "style")),
            fact(1, text="Mag Äpfel lieber als 100% Birnen.", tags=("essen",)),
            fact(2, text="Prefers small commits.", tags=("git",)),
            fact(3, text="Uses git_worktrees."),
        ):
            await uow.memory.facts.put(made)


def test_the_defaults_are_the_missions():
    defaults = asdict(ContextRequest())
    numbers = {name: defaults[name] for name in RANGES}
    assert numbers == {"recency_minutes": 60, "max_facts": 20, "max_episodes": 10, "max_raw": 50}
    assert (defaults["goal"], defaults["tags"], defaults["budget"]) == ("", (), 6000)


@on_sqlite
@pytest.mark.parametrize(("name", "least", "most"), [(name, *ends) for name, ends in RANGES.items()])
async def test_a_number_out_of_its_range_is_refused_by_name(clone, me, name, least, most):
    for fine in (least, most):
        await clone.memory.context(me.tenant, ContextRequest(**{name: fine}))
    for bad in (least - 1, most + 1, -1):
        with pytest.raises(Invalid, match=rf"^{name} is a number from {least} to {most:,}, not {bad:,}\.$"):
            await clone.memory.context(me.tenant, ContextRequest(**{name: bad}))


@on_sqlite
async def test_a_budget_below_nothing_is_refused_and_of_nothing_leaves_the_baseline(clone, me, known):
    with pytest.raises(Invalid, match=r"^budget is a number from 0 to 1,000,000, not -1\.$"):
        await clone.memory.context(me.tenant, ContextRequest(budget=-1))
    await clone.recording.ingest.batch(me, [typed("hello")])
    bundle = await clone.memory.context(me.tenant, ContextRequest(budget=0))
    assert (bundle.raw, bundle.episodes, len(bundle.facts), bundle.profile is None) == ((), (), 4, False)


@on_sqlite
async def test_each_limit_caps_its_own_list(clone, me, known, storage):
    await clone.recording.ingest.batch(me, [typed(f"number {number}") for number in range(3)])
    async with storage.begin(me.tenant) as uow:
        for number in range(3):
            await uow.memory.episodes.put(episode(f"e{number}", f"Told {number}."), NINE)
    for name, tier in (("max_facts", "facts"), ("max_episodes", "episodes"), ("max_raw", "raw")):
        bundle = await clone.memory.context(me.tenant, ContextRequest(**{name: 1}))
        found = {each: len(getattr(bundle, each)) for each in ("facts", "episodes", "raw")}
        assert found == {"facts": 4, "episodes": 3, "raw": 3} | {tier: 1}


@pytest.mark.parametrize(
    ("goal", "found"),
    [
        ("tabs", ["fact-0"]),
        ("PREFERS", ["fact-0", "fact-2"]),
        ("ÄPFEL", ["fact-1"]),
        ("äpfel", ["fact-1"]),
        ("0%", ["fact-1"]),
        ("t_w", ["fact-3"]),
        ("zanzibar", []),
        ("", ["fact-0", "fact-1", "fact-2", "fact-3"]),
    ],
)
async def test_a_goal_is_a_part_of_the_facts_words(clone, me, known, goal, found):
    assert await facts(clone, me, goal=goal) == found


async def test_a_fact_needs_one_of_the_tags_and_the_limit_counts_what_is_left(clone, me, known):
    assert await facts(clone, me, tags=("git", "style")) == ["fact-0", "fact-2"]
    assert await facts(clone, me, tags=("git", "style"), max_facts=1) == ["fact-0"]
    assert await facts(clone, me, tags=("git",), goal="prefers") == ["fact-2"]
    assert await facts(clone, me, tags=("git",), goal="tabs") == []
    assert await facts(clone, me, tags=("Git",)) == []


@on_sqlite
async def test_neither_goal_nor_tags_hide_who_the_person_is(clone, me, known):
    bundle = await clone.memory.context(me.tenant, ContextRequest(goal="zanzibar", tags=("nowhere",)))
    assert bundle.profile is not None
    assert (bundle.profile.soul_card, bundle.facts) == ("Ada. Short answers.", ())
