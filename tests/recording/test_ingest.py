"""Batches of CloneEvents: each on its own, without secrets, and refusals that repeat nothing."""

from __future__ import annotations

import pytest

from clone_mcp.app import wire
from clone_mcp.errors import Invalid
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.events import Author, Channel
from clone_mcp.recording.ingest import MAX_BATCH, Batch, Refusal
from tests.support.events import event, one_of_each, said, typed
from tests.support.sql import rows
from tests.support.storage import storage_of

SECRET = "sk-ant-api03-" + "Zq8vN2mK4xR7tB1wC5yD9fG3hJ6kL0pS" * 2


async def test_every_type_of_event_is_accepted(clone, me):
    items = one_of_each()
    assert await clone.recording.ingest.batch(me, items) == Batch(len(items), 0, ())
    assert await clone.recording.ingest.batch(me, items) == Batch(0, len(items), ())


async def test_a_bad_event_is_reported_by_its_place_and_does_not_hold_up_the_others(clone, me):
    good = [typed("a"), typed("b")]
    batch = await clone.recording.ingest.batch(me, [good[0], None, good[1], {**typed("c"), "agent": ""}, good[0]])
    assert batch == Batch(
        2,
        1,
        (
            Refusal(1, ("the event must be an object",)),
            Refusal(3, ("agent must not be empty",)),
        ),
    )


async def test_when_every_event_is_bad_nothing_is_stored(clone, me):
    batch = await clone.recording.ingest.batch(me, [{}, 1])
    assert (batch.accepted, batch.duplicates, [refusal.index for refusal in batch.invalid]) == (0, 0, [0, 1])


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"type": SECRET}, "type must be one of session.started, session.stopped, app.focused, capture.frame, "
         "input.keystroke, input.click, input.scroll, agent.prompt, agent.response"),
        ({"source": SECRET}, "source must be 'desktop', 'cli', 'mobile', 'smartglass', 'agent' or "
         "'integration'"),
        ({"occurred_at": SECRET}, "occurred_at must be an ISO-8601 date and time with an offset, such as "
         "2026-11-20T08:30:00Z"),
        ({"occurred_at": "0001-01-01T00:00:00+10:00"}, "occurred_at must lie between the years 1 and "
         "9999 in UTC"),
        ({"prompt": [SECRET]}, "prompt must be text"),
        ({"note": SECRET}, "there is no field 'note'"),
        ({"source": "integration"}, "source_detail must name the provider when source is integration"),
    ],
)  # fmt: skip
async def test_a_refusal_says_what_is_wrong_and_repeats_nothing_of_what_was_sent(clone, me, fields, error):
    assert await clone.recording.ingest.batch(me, [{**typed("hello"), **fields}]) == Batch(
        0, 0, (Refusal(0, (error,)),)
    )


async def test_a_refusal_of_a_field_with_a_broken_name_can_be_sent_back(clone, me):
    [refusal] = (await clone.recording.ingest.batch(me, [{**typed("x"), "\ud800": 1}])).invalid
    assert refusal.errors == ("there is no field '\ufffd'",)


async def test_an_event_nested_without_end_is_refused_like_any_other(clone, me):
    deep: dict = {}
    for _ in range(5000):
        deep = {"deeper": deep}
    batch = await clone.recording.ingest.batch(me, [{**typed("x"), "note": deep}, typed("fine")])
    assert batch == Batch(1, 0, (Refusal(0, ("the event is nested too deeply",)),))


@pytest.mark.parametrize("size", [0, MAX_BATCH + 1])
async def test_a_batch_holds_one_to_a_thousand_events(clone, me, size):
    with pytest.raises(Invalid) as refused:
        await clone.recording.ingest.batch(me, [typed("x")] * size)
    assert str(refused.value) == f"A batch holds 1 to 1000 events, this one {size}. Send it in parts."


async def test_a_thousand_events_fit(clone, me):
    items = [event("input.scroll", x=n, y=n, dx=0, dy=1) for n in range(MAX_BATCH)]
    assert await clone.recording.ingest.batch(me, items) == Batch(1000, 0, ())


@pytest.mark.parametrize(
    ("scope", "channel"),
    [(Scope.AGENT, Channel.CLAIMED), (Scope.RECORDER, Channel.ATTESTED), (Scope.OWNER, Channel.ATTESTED)],
)
async def test_the_credential_decides_whether_an_author_is_attested(clone, me, scope, channel):
    await clone.recording.ingest.batch(Caller(me.tenant, scope), [typed("hello", id="e")])
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        found = await uow.events.get("e")
    assert (found.author, found.channel) == (Author.PERSON, channel)


async def test_secrets_are_stored_nowhere_and_counted(clone, me, settings):
    items = [
        typed(f"use {SECRET} and again {SECRET}", id="e", source="integration", source_detail=f"slack {SECRET}"),
        said(f"I used {SECRET}"),
        event("app.focused", app="Terminal", window_title=f"export KEY={SECRET}"),
    ]
    assert (await clone.recording.ingest.batch(me, items)).accepted == 3
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert (await uow.events.get("e")).redactions == 2
    for table in ("events", "sessions", "replies", "phrases", "jobs"):
        assert SECRET not in repr(await rows(settings, f"SELECT * FROM {table}"))


async def test_secrets_are_kept_when_the_person_says_so(settings, storage, clock, me):
    plain = wire(settings.model_copy(update={"redact": False}), storage, clock, b"test")
    await plain.recording.ingest.batch(me, [typed(f"use {SECRET}", id="e")])
    async with storage.begin(me.tenant, readonly=True) as uow:
        assert (await uow.events.get("e")).payload["prompt"] == f"use {SECRET}"


@pytest.mark.parametrize(
    ("item", "phrases"),
    [
        (typed("Yes, please!"), {"yes please": "Yes, please!"}),
        (typed("  ok  "), {"ok": "ok"}),
        (typed("👍"), {"👍": "👍"}),
        (typed("x" * 200), {"x" * 200: "x" * 200}),
        (typed("y" * 201), {}),  # counted as an answer, never offered
        (typed("pasted " * 400), {}),
        (typed("made by a machine", source="agent"), {}),
        (typed("from a chat", source="integration", source_detail="slack"), {}),
        (said("I am done."), {}),
    ],
)
async def test_only_what_the_person_typed_and_may_type_again_becomes_a_phrase(clone, me, item, phrases):
    await clone.recording.ingest.batch(me, [{**item, "id": "e"}])
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        known = await uow.replies.history(phrases=9, answers=9)
    assert {phrase.key: phrase.text for phrase in known.phrases} == phrases
