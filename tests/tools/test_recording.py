"""start_session, stop_session and the two record tools, through the SDK's client."""

from __future__ import annotations

from uuid import UUID

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from tests.conftest import Connect
from tests.support.mcp import answered, refused
from tests.support.storage import storage_of

PROMPT = {"session_id": "s", "agent": "claude-code", "prompt": "yes, go on"}
AUTHORS = {
    "user": "person",
    "cli": "person",
    "desktop": "person",
    "mobile": "person",
    "clone-prediction": "clone",
    "auto-answer": "clone",
    "tool-use": "tool",
    "integration": "unattributed",
    "agent": "unattributed",
    "never-heard-of": "unattributed",
    "": "unattributed",
}
RESPONSE = {"session_id": "s", "agent": "claude-code", "response": "Shall I go on?"}


async def test_a_conversation_is_recorded_as_the_clients_tell_it(connect: Connect, clone: Clone, me: Caller) -> None:
    async with connect() as client:
        origin = {"source": "integration", "source_detail": "clone:loop"}
        started = answered(await client.call_tool("start_session", {**origin, "project": "shop"}))
        session = started["session_id"]
        turns = [
            answered(await client.call_tool(tool, {**given, "session_id": session}))
            for tool, given in [
                ("record_agent_response", {**RESPONSE, **origin}),
                ("record_agent_prompt", {**PROMPT, "source": "user", "source_detail": "clone-loop:iteration-1"}),
            ]
        ]
        stopped = answered(await client.call_tool("stop_session", {"session_id": session, **origin}))

    UUID(session)
    assert started == {"ignored_arguments": [], "session_id": session, "event_id": started["event_id"]}
    assert stopped == {"ignored_arguments": [], "session_id": session, "event_id": stopped["event_id"]}
    said = {"ignored_arguments": [], "session_id": session, "duplicate": False, "redactions": 0}
    assert turns == [
        {**said, "event_id": turns[0]["event_id"], "author": "agent"},
        {**said, "event_id": turns[1]["event_id"], "author": "person"},
    ]
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        events = await uow.events.of_session(session)
    assert {(event.id, event.type) for event in events} == {
        (started["event_id"], "session.started"),
        (turns[0]["event_id"], "agent.response"),
        (turns[1]["event_id"], "agent.prompt"),
        (stopped["event_id"], "session.stopped"),
    }


async def test_every_label_a_client_sends_is_taken_and_names_the_author(connect: Connect) -> None:
    authors: dict[str, str] = {}
    async with connect() as client:
        for source in AUTHORS:
            for detail in ({}, {"source_detail": "clone-loop:iteration-1"}):
                answer = answered(await client.call_tool("record_agent_prompt", {**PROMPT, "source": source, **detail}))
                assert authors.setdefault(source, answer["author"]) == answer["author"]
    assert authors == AUTHORS


async def test_an_id_of_the_clients_own_makes_a_retry_a_no_op(connect: Connect) -> None:
    async with connect() as client:
        for tool, given in [("record_agent_prompt", PROMPT), ("record_agent_response", RESPONSE)]:
            first = answered(await client.call_tool(tool, {**given, "client_id": "turn-1"}))
            again = answered(await client.call_tool(tool, {**given, "client_id": "turn-1"}))
            assert again == {**first, "duplicate": True}
            assert not first["duplicate"]
        begun = [answered(await client.call_tool("start_session", {"session_id": "mine"})) for _ in range(2)]
        assert begun[0] == begun[1]
        assert begun[0]["session_id"] == "mine"


async def test_secrets_are_counted_and_not_kept(connect: Connect, clone: Clone, me: Caller) -> None:
    secret = "ghp_" + "a1B2" * 9
    async with connect() as client:
        answer = answered(await client.call_tool("record_agent_prompt", {**PROMPT, "prompt": f"use {secret} there"}))
    assert answer["redactions"] == 1
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        event = await uow.events.get(answer["event_id"])
    assert secret not in str(event)


async def test_a_response_may_name_the_prompt_it_answers(connect: Connect, clone: Clone, me: Caller) -> None:
    async with connect() as client:
        prompt = answered(await client.call_tool("record_agent_prompt", PROMPT))["event_id"]
        response = answered(await client.call_tool("record_agent_response", {**RESPONSE, "in_response_to": prompt}))
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        event = await uow.events.get(response["event_id"])
    assert event.payload["in_response_to"] == prompt


async def test_text_over_the_limit_of_one_event_is_refused_with_the_limit(connect: Connect) -> None:
    text = "é" * (512 * 1024)
    async with connect() as client:
        assert answered(await client.call_tool("record_agent_prompt", {**PROMPT, "agent": "a", "prompt": text[:-1]}))
        refusal = refused(await client.call_tool("record_agent_prompt", {**PROMPT, "prompt": text + "a"}))
    assert refusal.startswith("Error 413 (too_large): An event may hold 1,048,576 bytes of text, this one has 1,048,5")


async def test_a_question_over_a_mebibyte_is_answered(connect: Connect) -> None:
    given = {"agent": "a", "agent_input": "transcript " * 150_000 + "Shall I go on?"}
    async with connect() as client:
        assert answered(await client.call_tool("predict_next_prompt", given))["predicted_response"]
        assert answered(await client.call_tool("predict_continuation", given))["id"]
