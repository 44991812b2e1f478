"""Whether a person is satisfied is read from how their sessions ended, whoever said so: they, or their silence."""

from __future__ import annotations

import pytest

from clone_mcp.models.events import CLONE_EVENT
from clone_mcp.models.prediction import Question
from tests.support.events import said, started, typed

DONE = "The export is rewritten and all tests pass. Everything is committed."
LATER = 100_000
"""Minutes, after everything here."""


async def session(clone, me, name: str, *turns: dict, begun: float) -> None:
    events = [
        {**turn, "session_id": name, "occurred_at": said("", minutes=begun + n)["occurred_at"]}
        for n, turn in enumerate(turns)
    ]
    await clone.recording.ingest.batch(me, events)


async def worked(clone, me, number: int, *last: dict, closing: str | None = "thanks!", asked: str = DONE) -> None:
    """One session of three messages, recorded in a moment: nothing in it is idle, by the clock of the server."""
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
    await session(clone, me, f"s{number}", *turns, begun=number * 1000)


async def satisfied(clone, me, text: str = DONE, name: str | None = None):
    return await clone.prediction.continuation(me, Question("a", text, name))


@pytest.mark.parametrize("closing", ["thanks!", "Thanks, that's all for today.", "Danke, das war's!", "谢谢！"])
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
