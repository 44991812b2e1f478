"""Whether a person is satisfied is read from how their sessions ended, whoever said so: they, or their silence."""

from __future__ import annotations

import json

import pytest

from clone_mcp.errors import Invalid
from clone_mcp.language.message import read
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.events import CLONE_EVENT
from clone_mcp.models.prediction import Question
from clone_mcp.prediction.continuation_signs import NAMES, PersonSoFar, parsed, shipped, signs
from tests.conftest import new_tenant
from tests.support.events import said, started, typed

DONE = "The export is rewritten and all tests pass. Everything is committed."
LATER = 100_000
"""Minutes, after everything here."""


async def session(clone, me, name: str, *turns: dict, begun: float) -> None:
    await clone.recording.ingest.batch(me, at_their_times(name, *turns, begun=begun))


def at_their_times(name: str, *turns: dict, begun: float) -> list[dict]:
    """One a minute."""
    times = [said("", minutes=begun + n)["occurred_at"] for n in range(len(turns))]
    return [{**turn, "session_id": name, "occurred_at": at} for turn, at in zip(turns, times, strict=True)]


def work(number: int, *last: dict, closing: str | None = "thanks!", asked: str = DONE) -> list[dict]:
    """One session of three messages."""
    turns = [
        typed(f"add the export number {number}"),
        said("I read the code. Shall I rewrite the export?"),
        typed("yes, rewrite it"),
        said("It is half done, and one test fails: the one for big accounts."),
        typed("look into that test"),
        said(asked),
        *([typed(closing)] if closing else []),
        *last,
    ]
    return at_their_times(f"s{number}", *turns, begun=number * 1000)


async def worked(clone, me, number: int, *last: dict, **how: str | None) -> None:
    """It is recorded in a moment: nothing in it is idle, by the clock of the server."""
    await clone.recording.ingest.batch(me, work(number, *last, **how))


async def satisfied(clone, me, text: str = DONE, name: str | None = None):
    return await clone.prediction.continuation(me, Question("a", text, name))


@pytest.mark.parametrize(
    "closing",
    ["thanks!", "Thanks, that's all for today.", "it works, thanks!", "excellent", "Danke, das war's!", "谢谢！"],
)
async def test_a_person_who_always_closes_with_thanks_is_satisfied_after_the_same_message(clone, me, clock, closing):
    clock.advance(minutes=15_000)
    for number in range(15):
        await worked(clone, me, number, closing=closing)
    answer = await satisfied(clone, me)
    assert (answer.top.response, answer.stop_recommended, answer.abstained) == ("stop", True, None)
    assert answer.top.confidence.raw > 0.7
    assert "Of 45 messages of agents, this person closed 15" in answer.top.reasoning
    assert "left 0 unanswered" in answer.top.reasoning
    assert "After 15 nearly the same, they stopped 15 times." in answer.top.reasoning
    going = await satisfied(clone, me, "I read the code. Shall I rewrite the export?")
    assert (going.top.response, going.stop_recommended) == ("continue", False)
    assert (await clone.prediction.predict(me, Question("a", DONE))).stop_recommended is True


async def test_an_agents_goodbye_is_no_second_end(clone, me):
    for number in range(15):
        await worked(clone, me, number, said("You are welcome! Have a nice day."))
    answer = await satisfied(clone, me)
    assert "Of 45 messages of agents, this person closed 15 with thanks or the like and left 0" in answer.top.reasoning


async def test_what_they_left_unanswered_counts_once_they_work_elsewhere(clone, me):
    for number in range(15):
        await worked(clone, me, number, closing=None)
    answer = await satisfied(clone, me)
    # The newest session may still be answered: nothing happened after it.
    assert "Of 44 messages of agents, this person closed 0 with thanks or the like and left 14" in answer.top.reasoning
    assert (answer.top.response, answer.stop_recommended) == ("stop", True)


async def test_a_session_that_is_asked_about_is_open_however_long_nothing_happened(clone, me, clock):
    for number in range(8):
        await worked(clone, me, number, closing=None)
    clock.advance(minutes=LATER)
    assert "and left 8 unanswered" in (await satisfied(clone, me)).top.reasoning
    assert "and left 7 unanswered" in (await satisfied(clone, me, name="s3")).top.reasoning


@pytest.mark.parametrize(("projects", "left"), [(1, 7), (8, 0)])
async def test_work_in_another_project_ends_no_session(clone, me, projects, left):
    for number in range(8):
        begun = CLONE_EVENT.validate_python(started(f"s{number}", minutes=number * 1000))
        await clone.recording.ingest.one(me, begun, project=f"/work/{number % projects}")
        await worked(clone, me, number, closing=None)
    assert f"and left {left} unanswered" in (await satisfied(clone, me)).top.reasoning


async def test_a_last_word_that_only_begins_content_ends_what_nobody_went_on_with(clone, me):
    for number in range(8):
        await worked(clone, me, number, closing="perfect, I will show it to Anna")
    assert "closed 7 with thanks" in (await satisfied(clone, me)).top.reasoning
    for number in range(8):
        await clone.recording.ingest.batch(me, [typed("now the import", f"s{number}", minutes=number * 1000 + 50)])
    assert "closed 0 with thanks" in (await satisfied(clone, me)).top.reasoning


@pytest.mark.parametrize(
    "last",
    ["thanks for nothing, this is broken, revert it", "great, but it is still broken", "thanks, now add an index"],
)
async def test_a_complaint_or_an_order_behind_thanks_is_no_end_that_the_person_was_content_with(clone, me, last):
    for number in range(8):
        await worked(clone, me, number, closing=last)
    answer = await satisfied(clone, me)
    assert (answer.top.response, answer.stop_recommended) == ("continue", False)
    assert "closed 0 with thanks or the like and left 0 unanswered" in answer.top.reasoning
    assert "The last prompt of 7 sessions asks for more or complains, and counts as going on." in answer.top.reasoning


async def test_an_order_or_a_complaint_that_ends_with_thanks_is_no_end(clone, me):
    for number in range(8):
        await worked(clone, me, number, closing="it works but one test fails, thanks")
    answer = await satisfied(clone, me)
    assert "closed 0 with thanks or the like and left 0 unanswered" in answer.top.reasoning


async def test_the_same_history_says_the_same_whether_it_came_in_one_go_or_message_by_message(
    clone, me, storage, clock
):
    """And whose it is: another tenant with the same words learns nothing from it."""
    other = Caller(await new_tenant(storage, clock), Scope.RECORDER)
    for number in range(10):
        await worked(clone, me, number)
    assert (await satisfied(clone, other)).abstained is not None
    await clone.recording.ingest.batch(other, [turn for number in range(10) for turn in work(number)])
    live, imported = await satisfied(clone, me), await satisfied(clone, other)
    assert live.top == imported.top


async def test_a_person_who_stopped_closing_is_expected_to_go_on(clone, me):
    for number in range(15):
        await worked(clone, me, number)
    before = await satisfied(clone, me, "The import is rewritten.")
    for number in range(15, 40):
        await worked(clone, me, number, typed("now the next one"), closing="write the docs for it")
    after = await satisfied(clone, me, "The import is rewritten.")
    assert chance_of_going_on(after) > chance_of_going_on(before)
    assert (await satisfied(clone, me)).top.response == "continue"


async def test_a_session_that_goes_on_after_thanks_begins_anew(clone, me):
    """Some clients have one session for everything. What was closed in it counts all the same."""
    turns = [
        turn
        for number in range(15)
        for turn in (said(f"I read file {number}. Shall I go on?"), typed("yes"), said(DONE), typed("thanks!"))
    ]
    await session(clone, me, "forever", typed("hello"), *turns, begun=0)
    # What is approved in one session alone is not acted on.
    await session(clone, me, "another", typed("hello"), said("I read it. Shall I go on?"), typed("yes"), begun=1000)
    assert (await satisfied(clone, me, name="forever")).top.response == "stop"
    going = await satisfied(clone, me, "I read file 16. Shall I go on?", name="forever")
    assert (going.top.response, going.abstained) == ("continue", None)


def chance_of_going_on(answer) -> float:
    raw = answer.top.confidence.raw
    return raw if answer.top.response == "continue" else 1 - raw


def log_odds(text: str, *replies: str) -> float:
    return shipped().log_odds(signs(read(text), PersonSoFar((), replies, ())))


def test_a_question_speaks_for_going_on_and_work_that_is_done_against_it():
    done = log_odds("All tests pass. I added the export and fixed the import.")
    assert log_odds("Which one do you want?") > done
    assert log_odds("Now I have a clear picture. Let me write the plan.") < done


def test_who_asks_questions_goes_on():
    asked, ordered = ("why is it slow?", "and now?"), ("make it faster", "and the test")
    assert log_odds("I renamed it.", *asked) > log_odds("I renamed it.", *ordered)


def test_weights_of_other_signs_are_refused():
    assert parsed(json.dumps({"bias": 1, "weights": dict.fromkeys(NAMES, 0.5)})).bias == 1.0
    with pytest.raises(Invalid, match="other signs"):
        parsed(json.dumps({"bias": 1, "weights": {"luck": 1.0}}))
