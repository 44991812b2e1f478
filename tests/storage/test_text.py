"""Any text goes in, and comes out the same on both databases."""

from __future__ import annotations

import pytest

from clone_mcp.errors import NotFound, TooLarge, Unauthenticated
from clone_mcp.models.prediction import Outcome, Question
from clone_mcp.recording.ingest import MAX_TEXT, Batch, Refusal
from clone_mcp.recording.sessions import Origin
from tests.support.events import said, typed
from tests.support.storage import storage_of

ANY = "日本語 🦊 e\u0301 \u202eRTL\u202c\t\r\n\x01 \\u0000 'quoted' \"twice\" {x} %s ? :name"


async def test_any_unicode_comes_back_as_it_was(clone, me):
    await clone.recording.ingest.batch(me, [typed(ANY, ANY, id=ANY, source_detail=ANY)])
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        found = await uow.events.get(ANY)
        phrases = (await uow.replies.history(phrases=9, answers=9)).phrases
    assert (found.id, found.session_id, found.source_detail, found.payload["prompt"]) == (ANY, ANY, ANY, ANY)
    assert [phrase.text for phrase in phrases] == [ANY]


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "\udfff"])
async def test_what_no_database_holds_is_replaced_wherever_it_stands(clone, me, bad):
    text, kept = f"a{bad}\\u0000{bad}b", "a\ufffd\\u0000\ufffdb"
    batch = await clone.recording.ingest.batch(me, [typed(text, text, id=text, source_detail=text), said(text, text)])
    assert batch == Batch(2, 0, ())
    assert await clone.recording.ingest.batch(me, [typed(text, text, id=kept)]) == Batch(0, 1, ())
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        found = await uow.events.get(text)
    assert (found.id, found.session_id, found.payload["prompt"]) == (kept, kept, kept)
    prediction = await clone.prediction.predict(me, Question(text, text, text, (text, "no")))
    await clone.prediction.feedback(me, prediction.id, Outcome.REJECTED, text)
    recorded = await clone.recording.turns.prompt(
        me, Origin(text, text), session_id=text, agent=text, text=text, client_id=text
    )
    assert recorded.new is True


@pytest.mark.parametrize("strange", ["\x00", "\ud800", "x" * 100_000, "%", "'; --", ""])
async def test_strange_ids_are_unknown_ids(clone, me, strange):
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        for get in (uow.events.get, uow.sessions.get, uow.predictions.get):
            with pytest.raises(NotFound):
                await get(strange)
    with pytest.raises(NotFound):
        await clone.prediction.feedback(me, strange, Outcome.ACCEPTED, None)
    with pytest.raises(NotFound):
        await clone.access.api_keys.revoke(me.tenant, strange)
    for text in (strange, "clone_" + strange):
        with pytest.raises(Unauthenticated):
            await clone.access.api_keys.caller(text)


async def test_the_longest_ids_that_are_allowed_fit_into_every_index(clone, me):
    longest = ["".join(chr(0x10000 + n * 512 + m * 7) for m in range(512)) for n in range(4)]
    items = [typed(longest[2], longest[1], id=longest[0]), {**said("x", longest[1]), "id": longest[3]}]
    assert await clone.recording.ingest.batch(me, items) == Batch(2, 0, ())
    stop = await clone.recording.turns.stop(me, Origin("cli"), session_id=longest[1])
    prediction = await clone.prediction.predict(me, Question("codex", "Go on?", longest[1]))
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert (await uow.events.get(longest[0])).session_id == longest[1]
        assert (await uow.events.get(stop.event_id)).session_id == longest[1]
        assert (await uow.predictions.get(prediction.id)).question.session_id == longest[1]


async def test_an_id_over_the_limit_is_refused(clone, me):
    batch = await clone.recording.ingest.batch(me, [typed("x", "s" * 513), typed("x", id="e" * 513), typed("fine")])
    assert batch == Batch(
        1,
        0,
        (
            Refusal(0, ("session_id must have at most 512 characters",)),
            Refusal(1, ("id must have at most 512 characters",)),
        ),
    )


async def test_a_mebibyte_of_text_is_kept_whole(clone, me):
    text = "é" * ((MAX_TEXT - len("claude-code")) // 2)
    assert await clone.recording.ingest.batch(me, [said(text, id="e")]) == Batch(1, 0, ())
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert (await uow.events.get("e")).payload["response"] == text


@pytest.mark.parametrize("fields", [{"prompt": "x" * MAX_TEXT}, {"prompt": "y", "source_detail": "x" * MAX_TEXT}])
async def test_more_than_a_mebibyte_is_refused_by_name_of_the_limit(clone, me, fields):
    batch = await clone.recording.ingest.batch(me, [{**typed("x"), **fields}, typed("fine")])
    [(index, [error])] = [(refusal.index, refusal.errors) for refusal in batch.invalid]
    assert (batch.accepted, index) == (1, 0)
    assert error.startswith("An event may hold 1,048,576 bytes of text, this one has 1,048,5")
    assert error.endswith("Send the part that matters, or several events.")
    with pytest.raises(TooLarge):
        await clone.recording.turns.prompt(
            me, Origin("cli"), session_id="s", agent="x", text="x" * MAX_TEXT, client_id=None
        )
