"""What the recording tools do, and the ids that turns get."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clone_mcp.errors import Invalid
from clone_mcp.models.events import Author, Channel, Session, Source, StoredEvent
from clone_mcp.recording.ingest import Recorded, event_id
from clone_mcp.recording.sessions import Origin
from tests.support.sql import rows
from tests.support.storage import storage_of

HAND = Origin("user", "codex")


async def test_a_session_is_begun_under_an_id_that_we_make_or_the_client_brings(clone, me, clock):
    made, first = await clone.recording.turns.start(me, Origin("cli", "codex"), session_id=None, project="clone")
    brought, _ = await clone.recording.turns.start(me, Origin("cli"), session_id="mine", project=None)
    assert (str(UUID(made)), first.new, brought) == (made, True, "mine")
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert await uow.sessions.get(made) == Session(made, Source.CLI, "codex", "clone", clock.now(), None)


async def test_beginning_a_session_again_under_its_own_id_begins_nothing_new(clone, me, clock):
    _, first = await clone.recording.turns.start(me, HAND, session_id="mine", project=None)
    clock.advance(minutes=1)
    _, again = await clone.recording.turns.start(me, HAND, session_id="mine", project=None)
    assert (first.event_id, first.new, again.new) == (again.event_id, True, False)


async def test_a_prompt_is_stored_as_it_was_typed_and_with_the_clients_label(clone, me, clock):
    recorded = await clone.recording.turns.prompt(
        me, HAND, session_id="s", agent="codex", text="Yes, commit.", client_id=None
    )
    assert recorded == Recorded(recorded.event_id, True, Author.PERSON, 0)
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert await uow.events.get(recorded.event_id) == StoredEvent(
            id=recorded.event_id,
            session_id="s",
            type="agent.prompt",
            source=Source.INTEGRATION,
            source_detail="codex",
            label="user",
            author=Author.PERSON,
            channel=Channel.ATTESTED,
            occurred_at=clock.now(),
            received_at=clock.now(),
            payload={"agent": "codex", "prompt": "Yes, commit."},
        )


async def test_a_retry_with_the_clients_own_id_is_a_no_op(clone, me):
    async def record(text="Done."):
        return await clone.recording.turns.response(
            me, HAND, session_id="s", agent="codex", text=text, in_response_to="p", client_id="turn-1"
        )

    first, again = await record(), await record("Done, really.")
    assert (first.event_id, first.new, again.event_id, again.new) == (again.event_id, True, first.event_id, False)


async def test_without_an_id_of_its_own_every_turn_is_a_new_one(clone, me):
    turns = [
        await clone.recording.turns.prompt(me, HAND, session_id="s", agent="codex", text="yes", client_id=None)
        for _ in "ab"
    ]
    assert [turn.new for turn in turns] == [True, True]


@pytest.mark.parametrize("label", ["clone-prediction", "auto-answer", "tool-use", "agent", "integration", "no idea"])
async def test_text_that_the_person_did_not_type_is_recorded_and_not_learned(clone, me, label):
    recorded = await clone.recording.turns.prompt(
        me, Origin(label, "x"), session_id="s", agent="codex", text="go on", client_id=None
    )
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert (await uow.events.get(recorded.event_id)).payload["prompt"] == "go on"
        assert (await uow.replies.history(phrases=9, answers=9)).total == 0


async def test_details_that_look_like_secrets_are_redacted_too(clone, me, settings):
    secret = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
    await clone.recording.turns.start(
        me, Origin(f"x {secret}", f"token {secret}"), session_id="s", project=f"x {secret}"
    )
    for table in ("events", "sessions"):
        assert secret not in repr(await rows(settings, f"SELECT * FROM {table}"))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"session_id": "x" * 513}, "session_id must have at most 512 characters."),
        ({"session_id": ""}, "session_id must not be empty."),
        ({"agent": "", "text": ""}, "agent must not be empty; prompt must not be empty."),
    ],
)  # fmt: skip
async def test_a_turn_that_is_no_event_is_refused(clone, me, fields, problem):
    turn = {"session_id": "s", "agent": "codex", "text": "yes", "client_id": None, **fields}
    with pytest.raises(Invalid) as refused:
        await clone.recording.turns.prompt(me, HAND, **turn)
    assert str(refused.value) == problem


PARTS = st.tuples(*[st.text(alphabet="ab:1", max_size=4)] * 3, st.sampled_from(["agent.prompt", "agent.response"]))


@given(PARTS, PARTS)
def test_two_turns_have_one_id_exactly_when_they_are_the_same_turn(one, other):
    assert (event_id(*one) == event_id(*other)) is (one == other)


@given(st.tuples(*[st.text()] * 4))
def test_any_text_makes_an_id_and_always_the_same(parts):
    assert event_id(*parts) == event_id(*parts) == str(UUID(event_id(*parts)))


def test_the_id_of_a_turn_never_changes_between_versions():
    assert event_id("Codex", "s", "1", "agent.prompt") == event_id("codex", "s", "1", "agent.prompt")
    assert event_id("codex", "s", "1", "agent.prompt") == "c425101b-ac75-56be-b252-6c2413eb1082"
