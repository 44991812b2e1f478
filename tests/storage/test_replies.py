"""What is kept of replies: bounded, fresh, and gone once it is deleted."""

from __future__ import annotations

import random

from clone_mcp.language.question_trace import unpacked
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Outcome, Question
from clone_mcp.storage.reply_cache import ReplyCache
from tests.support.events import said, typed
from tests.support.sql import rows
from tests.support.storage import storage_of

MENU = "Two ways:\n\n1. Cache it\n2. Ask the server\n\nWhich one?"


async def known(clone, me, answers: int = 300):
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        return await uow.replies.history(phrases=150, answers=answers)


async def test_a_reply_is_kept_with_what_it_answered_but_without_the_choices_words(clone, me, settings):
    await clone.recording.ingest.batch(me, [said(MENU), typed("ask the server", minutes=1)])
    [answer] = (await known(clone, me)).answers
    asked = unpacked(answer.question)
    assert (answer.text, asked.kind, asked.picked) == ("ask the server", "choice", 1)
    assert "Cache it" not in repr(await rows(settings, "SELECT question FROM replies"))


async def test_only_the_newest_answers_are_read_newest_first(clone, me):
    await clone.recording.ingest.batch(me, [typed(f"reply {n}", minutes=n) for n in range(12)])
    assert [a.text for a in (await known(clone, me, 5)).answers] == [f"reply {n}" for n in range(11, 6, -1)]


async def test_what_was_read_before_is_read_again_only_as_far_as_it_still_stands(clone, me):
    await clone.recording.ingest.batch(me, [typed(f"reply {n}", id=f"e{n}", minutes=2 * n) for n in range(5)])
    await known(clone, me)
    await clone.recording.ingest.batch(me, [typed("came late", id="late", minutes=3)])
    await clone.memory.correct.delete_raws(Caller(me.tenant, Scope.OWNER), ["e3"])
    texts = [answer.text for answer in (await known(clone, me)).answers]
    assert texts == ["reply 4", "reply 2", "came late", "reply 1", "reply 0"]


async def test_a_deleted_reply_is_gone_also_where_it_was_told_by_feedback(clone, me, settings):
    text = "not before the release"
    prediction = await clone.prediction.predict(me, Question("codex", "Shall I?", "s"))
    await clone.recording.ingest.batch(me, [said("Shall I?")])
    await clone.prediction.feedback(me, prediction.id, Outcome.EDITED, text)
    await clone.recording.ingest.batch(me, [typed(text, id="e", minutes=1)])
    assert (await known(clone, me)).total == 1
    await clone.memory.correct.delete_raws(Caller(me.tenant, Scope.OWNER), ["e"])
    history = await known(clone, me)
    assert (history.answers, history.phrases, history.total) == ((), (), 0)
    for table in ("replies", "phrases", "events", "feedback", "predictions"):
        assert text not in repr(await rows(settings, f"SELECT * FROM {table}"))


async def test_what_was_read_before_and_what_is_new_make_the_same_as_reading_all_of_it(clone, me, storage):
    chance, number = random.Random(4), 0
    for _ in range(14):
        events = []
        for _ in range(chance.randint(0, 4)):
            number += 1
            late = chance.random() < 0.15
            minutes = chance.randint(0, number) if late else number
            events.append(typed(f"phrase {chance.randint(0, 8)}", id=f"e{number}", minutes=minutes))
        if events:
            await clone.recording.ingest.batch(me, events)
        if chance.random() < 0.2:
            await clone.memory.correct.delete_raws(Caller(me.tenant, Scope.OWNER), [f"e{chance.randint(1, number)}"])
        async with storage.begin(me.tenant, readonly=True) as uow:
            often, fresh = await uow.replies.history(phrases=5, answers=7), ReplyCache()
            uow.replies._kept = fresh  # as a server that has just started
            assert often == await uow.replies.history(phrases=5, answers=7)
