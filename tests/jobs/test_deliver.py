"""What hooks leave, taken in by a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clone_mcp.clone import Clone
from clone_mcp.errors import Unavailable
from clone_mcp.hooks.hook_call import SPOOL, HookCall
from clone_mcp.hooks.spool import Spool
from clone_mcp.jobs.deliver import RECORDER
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.events import Author, Channel
from clone_mcp.models.prediction import Outcome, Question
from clone_mcp.recording.ingest import event_id
from clone_mcp.settings import Settings
from tests.support.storage import clock_of, storage_of


@pytest.fixture
def call(settings: Settings) -> HookCall:
    return HookCall("claude-code", {"CLONE_HOME": str(settings.home)})


@pytest.fixture(autouse=True)
async def local_tenant(clone: Clone) -> None:
    await storage_of(clone).directory.add_tenant(LOCAL_TENANT, "me", clock_of(clone).now())


async def test_notes_become_attested_events_under_the_importers_ids(clone: Clone, call: HookCall) -> None:
    call.note("started", "s", turn="start", project="/work")
    call.note("prompt", "s", turn="p1", text="Use sk-ant-api03-" + "x" * 90, label="user", at=1_790_000_000.0)
    call.note("response", "s", turn="p1", text="Shall I go on?")
    call.note("prompt", "s", text="yes", label="clone-prediction")
    assert await clone.jobs.deliver() == 4
    async with storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        events = {event.payload.get("prompt", event.type): event for event in await uow.events.of_session("s")}
        typed = await uow.events.get(event_id("claude-code", "s", "p1", "agent.prompt"))
        session = await uow.sessions.get("s")
    assert (typed.author, typed.channel, typed.redactions) == (Author.PERSON, Channel.ATTESTED, 1)
    assert typed.occurred_at.timestamp() == 1_790_000_000.0
    assert events["yes"].author is Author.CLONE
    assert session.project == "/work"


async def test_leave_to_use_a_tool_is_kept_and_counts_as_no_reply(clone: Clone, call: HookCall) -> None:
    call.note("prompt", "s", text="allow", label="user", counts=False)
    await clone.jobs.deliver()
    async with storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        assert [event.author for event in await uow.events.of_session("s")] == [Author.PERSON]
        assert (await uow.replies.history(phrases=5, answers=5)).total == 0


async def test_the_same_notes_again_change_nothing(clone: Clone, call: HookCall, settings: Settings) -> None:
    call.note("prompt", "s", turn="p1", text="yes", label="user")
    notes = Path(settings.home, SPOOL, "notes.jsonl")
    copy = notes.read_bytes()
    await clone.jobs.deliver()
    notes.write_bytes(copy)  # as if the server had died before it removed them
    await clone.jobs.deliver()
    async with storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        assert len(await uow.events.of_session("s")) == 1
        assert (await uow.replies.history(phrases=5, answers=5)).total == 1


async def test_what_can_not_be_understood_is_set_aside_and_holds_nothing_up(clone: Clone, call: HookCall) -> None:
    call.note("prompt", "s", text="yes", label="user")
    good = json.loads(Path(call.spool.folder, "notes.jsonl").read_bytes())
    with Path(call.spool.folder, "notes.jsonl").open("ab") as file:
        for bad in (b"{", b"[1]", b"\xff", b"[" * 9000, *(json.dumps({**good, **each}).encode() for each in BAD)):
            file.write(bad + b"\n")
    call.note("response", "s", text="Done.")
    await clone.jobs.deliver()
    assert len(call.spool.failures()) == 4 + len(BAD)
    assert call.spool.waiting() == 0
    async with storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        assert [event.type for event in await uow.events.of_session("s")] == ["agent.prompt", "agent.response"]


BAD = [
    {"v": 2},
    {"at": 1e300},
    {"session": "x" * 600},
    {"kind": "owned"},
    {"text": ""},
    {"kind": "outcome", "status": None},
    {"text": "x" * (1024 * 1024 + 1)},
]


async def test_without_a_database_everything_stays(
    clone: Clone, call: HookCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    call.note("prompt", "s", text="yes", label="user")

    class Away:
        async def one(self, *_: object, **__: object) -> None:
            raise Unavailable("The database is away.")

    away = type(clone.jobs.deliver)(Spool(call.spool.folder), Away(), clone.prediction.feedback)  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        await away()
    assert (await clone.jobs.deliver(), call.spool.failures()) == (1, [])


async def test_outcomes_settle_predictions_as_the_persons_recorder(clone: Clone, call: HookCall) -> None:
    prediction = await clone.prediction.predict(RECORDER, Question("claude-code", "Shall I?", "s"))
    call.note("outcome", "s", prediction=prediction.id, status="rejected", text="no, wait")
    call.note("outcome", "s", prediction="gone", status="accepted")
    await clone.jobs.deliver()
    async with storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        settled = await uow.predictions.outcome(prediction.id)
    assert settled is not None
    assert (settled.outcome, settled.actual_response, settled.by) == (Outcome.REJECTED, "no, wait", "recorder")
    assert call.spool.failures() == []
