"""Many questions over one bundle."""

from __future__ import annotations

import asyncio

import pytest

from clone_mcp.errors import Invalid, TooLarge
from clone_mcp.models.prediction import Prediction, Question
from clone_mcp.prediction.predict import AT_ONCE, MOST, FailedQuestion
from tests.support.anthropic_server import answers, fails, never_answers
from tests.support.remembered import candidate, foretold, remember
from tests.support.sql import rows, seen
from tests.support.until import until

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def questions(count: int, **fields) -> list[Question]:
    return [Question("codex", f"Shall I do step {n}?", threshold=0.5, **fields) for n in range(count)]


async def test_every_question_is_answered_in_its_place_and_stored(clone, me, settings):
    found = await clone.prediction.batch(me, questions(MOST))
    assert [each.question.agent_input for each in found] == [q.agent_input for q in questions(MOST)]
    assert await rows(settings, "SELECT count(*) FROM predictions") == [(MOST,)]


async def test_one_bad_item_leaves_the_others_alone(clone, me):
    bad = Question("codex", "?", threshold=0)
    found = await clone.prediction.batch(me, [questions(1)[0], bad, questions(1)[0]])
    assert [type(each) for each in found] == [Prediction, FailedQuestion, Prediction]
    assert isinstance(found[1].error, Invalid)


async def test_one_that_the_model_fails_on_leaves_the_others_alone(asking, server, me):
    server.will(answers(foretold(candidate("yes", 0.4))), fails(401), answers(foretold(candidate("no", 0.4))))
    asked = questions(3, model="claude-sonnet-4-6")
    found = await asking().prediction.batch(me, asked)
    assert sorted(type(each).__name__ for each in found) == ["FailedQuestion", "Prediction", "Prediction"]


async def test_a_batch_reads_what_is_known_once(asking, server, storage, me):
    await remember(storage, me)
    server.will(*[answers(foretold(candidate("yes", 0.4)))] * 10)
    with seen() as watch:
        await asking().prediction.batch(me, questions(10, model="claude-sonnet-4-6"))
    reads = [statement for statement in watch.statements if "FROM profiles" in statement]
    assert len(reads) == 1
    assert len({request.body["system"][0]["text"] for request in server.requests}) == 1


async def test_only_a_few_are_asked_at_a_time_and_all_are_dropped_with_the_request(asking, server, me):
    server.will(*[never_answers] * 10)
    asked = asyncio.create_task(asking().prediction.batch(me, questions(10, model="claude-sonnet-4-6")))
    await until(lambda: len(server.requests) >= AT_ONCE)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert len(server.requests) == AT_ONCE


async def test_more_than_a_hundred_are_refused_and_none_is_nothing(clone, me):
    with pytest.raises(TooLarge):
        await clone.prediction.batch(me, questions(MOST + 1))
    assert await clone.prediction.batch(me, []) == []
