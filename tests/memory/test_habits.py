"""Which replies are habits: the same reply to the same kind of question, in several sessions."""

from __future__ import annotations

import pytest

from clone_mcp.memory.habits import LEAST, OFTEN, habit, often
from clone_mcp.models.memory import Tier
from tests.memory.databases import on_sqlite
from tests.memory.distill.rows import raw

ASKED = "The build is green. Shall I deploy it?"
REPORTED = "Done. All tests pass."
LOOP = "Take the next open task from the list. " + "Work on it until its tests pass and write down what you did. " * 3


async def answers(person, reply: str, *, times: int = 6, sessions: int = 2, question: str = ASKED, name="t") -> None:
    """Give this reply again and again to a question."""
    for number in range(times):
        session = f"{name}{number % sessions}"
        await person.hears(question, session)
        await person.says(reply, session=session)


@on_sqlite
async def test_the_same_reply_to_the_same_kind_of_question_in_two_sessions_is_a_habit(person):
    await answers(person, "ship it", times=5)
    await person.promote()
    assert [(f.text, f.tier, f.importance) for f in (await person.facts()).values()] == [
        ("Often replies “ship it”.", Tier.STRONG, 0.9)
    ]


@on_sqlite
async def test_one_session_makes_no_habit(person):
    await answers(person, "ship it", sessions=1)
    await person.promote()
    assert await person.facts() == {}


@on_sqlite
async def test_one_session_for_each_kind_of_question_makes_no_habit(person):
    await answers(person, "ship it", sessions=1, name="a")
    await answers(person, "ship it", sessions=1, question=REPORTED, name="b")
    await person.promote()
    assert await person.facts() == {}


@on_sqlite
async def test_what_opens_sessions_is_no_habit(person):
    await person.said_in_sessions("fix the lint errors", 6, sessions=6)
    await person.promote()
    assert await person.facts() == {}


@on_sqlite
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("which tests fail?", id="a question"),
        pytest.param("what is next", id="a question without its mark"),
        pytest.param("nothing changed", id="a complaint"),
        pytest.param("it did not work", id="a complaint that denies"),
        pytest.param("[pasted] build failed", id="what it looks like when pasted"),
        pytest.param("```\nbuild failed\n```", id="a paste"),
        pytest.param("@rules/style.mdc", id="a file"),
        pytest.param("start with task 8", id="a number"),
        pytest.param("use sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789", id="a secret"),
        pytest.param("2", id="an option"),
    ],
)
async def test_what_says_something_of_one_moment_is_no_habit(person, reply):
    await answers(person, reply)
    await person.promote()
    assert await person.facts() == {}


@on_sqlite
async def test_commands_are_habits_wherever_they_are_typed(person):
    await person.said_in_sessions("/review", 3, sessions=3)
    await person.promote()
    assert list(await person.facts()) == ["Often uses the command /review."]


@on_sqlite
async def test_a_paste_before_a_word_is_no_reply(person):
    for number in range(6):
        session = f"s{number % 2}"
        await person.hears(REPORTED, session)
        await person.says(f"```\nrun {number}\n```\nbroken build", session=session)
    await person.promote()
    assert await person.facts() == {}


@on_sqlite
async def test_replies_that_mean_the_same_are_one_habit(person):
    await answers(person, "yes please", times=6)
    await answers(person, "yes", times=4, name="u")
    await person.promote()
    assert list(await person.facts()) == ["Often replies “yes please” or “yes”."]


@on_sqlite
@pytest.mark.parametrize("name", "uvwxyz")
async def test_a_rarer_wording_adds_to_a_habit(person, name):
    """Whatever the episodes' ids are, which are made of the sessions' names."""
    await answers(person, "yes", times=6)
    await answers(person, "yes please", times=2, name=name)
    await person.promote()
    [fact] = (await person.facts()).values()
    assert fact.text == "Often replies “yes” or “yes please”."
    assert fact.importance == pytest.approx(0.9 + 0.08 * (1 - 2.718281828 ** (-3 / 20)), abs=0.001)


@on_sqlite
async def test_opposite_replies_are_two_habits(person):
    await answers(person, "yes", times=4)
    await answers(person, "no", times=4, name="u")
    await person.promote()
    assert set(await person.facts()) == {"Often replies “yes”.", "Often replies “no”."}


def test_often_is_three_times_at_least_and_one_in_so_many_answers():
    rows = [raw("go on", id=f"r{number}") for number in range(LEAST)]
    assert often(rows, 10)
    assert often(rows, LEAST * OFTEN)
    assert not often(rows, LEAST * OFTEN + 1)
    assert not often(rows[1:], 10)


def test_a_habit_names_the_wordings_that_count():
    rows = [raw(text, id=f"r{n}", minute=n) for n, text in enumerate(["ok", "Go on", *["go on"] * 5])]
    assert habit("go on", rows).text == "Often replies “go on”."


@on_sqlite
async def test_the_task_of_a_loop_says_nothing_of_the_person(person):
    task = f"{LOOP} Always write tests first."
    await person.says(task, session="a")
    await person.promote()
    assert list(await person.facts()) == ["Wants agents always to write tests first."]
    for session in ("b", "c"):
        await person.says(task, session=session)
    await person.promote()
    assert await person.facts() == {}
