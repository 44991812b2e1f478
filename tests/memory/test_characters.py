"""Ten made-up people with rules that we know, over many sessions: their rules are found, and none is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest

from clone_mcp.clone import Clone
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.standing import LimitEdits, StandingStatus
from tests.memory.databases import on_sqlite
from tests.prediction.test_precedent import AUTO, ESCALATED
from tests.prediction.test_standing import Settler

pytestmark = on_sqlite

SESSIONS = 20
"""For each of the ten."""
ASKED = {
    "tests": ("Shall I run the tests?", "All done. Should I run the tests now?", "Would you like me to run the tests?"),
    "commit": ("Shall I commit the changes?", "That compiles. Should I commit the changes?"),
    "format": ("Shall I format the code?", "Should I format the code?"),
    "name": ("Should the variable be called total?",),
    "deploy": ("Shall I deploy to production?",),
    "summary": ("Would you like a summary of the changes?", "Do you want a summary of the changes?"),
}
YES, NO = ("yes", "yes please", "go ahead", "ok", "sure"), ("no", "no thanks", "nope")


@dataclass(frozen=True)
class Character:
    name: str
    rules: dict[str, tuple[str, ...]]
    """By question: how they always answer, in these words."""
    whims: tuple[str, ...] = ()
    """What they answer now so, now so."""
    alternates: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    """What they answer with yes for half of the sessions, and then with no."""
    found: frozenset[str] = field(default_factory=frozenset)
    """Which of it is to be offered."""


CHARACTERS = (
    Character("tester", {"tests": YES}, whims=("commit",), found=frozenset({"tests"})),
    Character("committer", {"commit": YES}, whims=("tests",), found=frozenset({"commit"})),
    Character("both", {"commit": YES, "tests": YES}, found=frozenset({"commit", "tests"})),
    Character("refuser", {"format": NO, "tests": YES}, whims=("name",), found=frozenset({"format", "tests"})),
    Character("deployer", {"deploy": YES, "name": NO}, found=frozenset({"name"})),  # never a grave act
    Character("whimsical", {}, whims=("tests", "commit", "name")),
    Character("alternating", {}, alternates=("tests", "commit"), whims=("name",)),
    Character("changing", {"name": YES}, changes=("tests",), found=frozenset({"name", "tests"})),
    Character("reader", {"summary": YES}, alternates=("format",), found=frozenset({"summary"})),
    Character("quiet", {"summary": NO}, whims=("deploy",), found=frozenset({"summary"})),
)


def talks(character: Character, chance: Random) -> Iterator[tuple[str, str, str]]:
    """Session, question, reply; every topic once in each session."""
    for number in range(SESSIONS):
        session = f"{character.name}-{number}"
        for topic in (*character.rules, *character.whims, *character.alternates, *character.changes):
            yield session, chance.choice(ASKED[topic]), chance.choice(_replies(character, topic, number, chance))


def _replies(character: Character, topic: str, number: int, chance: Random) -> tuple[str, ...]:
    if topic in character.rules:
        return character.rules[topic]
    if topic in character.alternates:
        return YES if number % 2 else NO
    if topic in character.changes:
        return YES if number < SESSIONS // 2 else NO
    return YES if chance.random() < 0.5 else NO


async def live(person: Settler, character: Character) -> None:
    """Every answer as it comes; offers are looked for after each session."""
    last = ""
    for session, question, reply in talks(character, Random(character.name)):
        if last and session != last:
            await person.find()
        last = session
        await person.hears(question, session)
        await person.says(reply, session=session)


async def at_once(person: Settler, character: Character) -> None:
    """The same history, imported in one go."""
    for session, question, reply in talks(character, Random(character.name)):
        await person.hears(question, session)
        await person.says(reply, session=session)


def _topic(wording: str) -> str:
    return next(topic for topic, asked in ASKED.items() if any(each.endswith(wording) for each in asked))


@pytest.mark.parametrize("character", CHARACTERS, ids=lambda each: each.name)
async def test_rules_are_found_and_none_invented_live_and_in_one_go(clone: Clone, clock, character):
    one, other = (Settler(clone, *_callers(tenant), clock) for tenant in (LOCAL_TENANT, await _new(clone, clock)))
    await live(one, character)
    await at_once(other, character)
    offered = await one.find()
    assert {_topic(each.answer.question.wording) for each in offered} == character.found
    in_one_go = await other.find()
    known = {(_topic(each.answer.question.wording), each.answer.evidence) for each in in_one_go}
    assert known == {(_topic(each.answer.question.wording), each.answer.evidence) for each in offered}
    for each in offered:
        await _lives(one, each.answer.id, each.answer.question.wording)


async def _lives(person: Settler, standing_id: str, wording: str) -> None:
    """Limits are kept, an override suspends, and what nobody needs expires."""
    use = person.clone.memory.standing
    await use.confirm(person.owner, standing_id, LimitEdits(per_day=1))
    assert [await person.decision(wording) for _ in range(2)] == [AUTO, ESCALATED]
    person.clock.advance(seconds=86_400)
    made = await person.ask(wording)
    assert made.decision is AUTO
    await person.answers(wording, "do something else entirely", f"late-{standing_id}")
    await person.find()
    assert (await person.standing(standing_id)).status is StandingStatus.SUSPENDED
    await use.resume(person.owner, standing_id)
    person.clock.advance(seconds=90 * 86_400)
    await person.find()
    assert (await person.standing(standing_id)).status is StandingStatus.EXPIRED


def _callers(tenant):
    return Caller(tenant, Scope.RECORDER), Caller(tenant, Scope.OWNER)


async def _new(clone: Clone, clock):
    from tests.conftest import new_tenant
    from tests.support.storage import storage_of

    return await new_tenant(storage_of(clone), clock)
