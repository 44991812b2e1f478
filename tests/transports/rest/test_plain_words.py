"""Whatever malformed is sent, through any door: no word of the validator's comes back, and no class of ours."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest
from pydantic import BaseModel

from clone_mcp.models import events as event_models
from clone_mcp.models.event_types import EVENT_TYPES
from clone_mcp.settings import Settings
from clone_mcp.tools.registry import TOOLS
from clone_mcp.transports.rest.application import ENDPOINTS
from clone_mcp.wire.bodies import Listed
from tests.support.stdio import environment, running

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
WRONG = [[], {}, [[]], {"a": {"b": 1}}, 5, -1, 1.5, 10**30, True, "", "x", "x" * 600, ["x", 1, None], None]
"""For every field there is one of these, at least, that it can't be."""
EVENT = {"id": "e", "session_id": "s", "occurred_at": "2026-11-20T08:30:00Z", "source": "cli", "type": "agent.prompt"}
MESSAGES = [
    "[]", "5", '"x"', "null", "{}", '{"jsonrpc": "2.0"}', '{"jsonrpc": "1.0", "id": 1, "method": "ping"}', "nonsense",
    "",
    '{"jsonrpc": "2.0", "id": [], "method": "ping"}', '{"jsonrpc": "2.0", "id": 1, "method": 5}',
    '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": []}',
    '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 5}}',
    '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "start_session", "arguments": "x"}}',
    '{"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": 5}}',
    '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}', "\ufeff{}", "\x00",
]  # fmt: skip

CLASSES = {
    each.__name__
    for each in [
        *(tool.arguments for tool in TOOLS),
        *(model for endpoint in ENDPOINTS for model in (endpoint.body, endpoint.query, endpoint.reply) if model),
        *(each for _, each in inspect.getmembers(event_models, inspect.isclass) if issubclass(each, BaseModel)),
    ]
} - {"Reply", "Modifiers"}
INTERNALS = re.compile(
    r"pydantic|\[type=|input_value|input_type|[Ii]nput should|Extra inputs|extra_forbidden|Field required|Value error"
    r"|union_tag|discriminator|validation error|valid (string|integer|number|list|dictionary|boolean|UUID)"
    r"|should (match|have at)|Traceback|JSONRPC(Request|Notification|Response|Error)|\b(?:" + "|".join(CLASSES) + r")\b"
)


def internals(text: str) -> list[str]:
    return [found[0] for found in INTERNALS.finditer(text)]


def test_the_search_finds_what_it_looks_for():
    for words in (
        "Unable to extract tag using discriminator 'type'",
        "Extra inputs are not permitted",
        "PredictBody.k: Input should be a valid integer [type=int_parsing, input_value='x', input_type=str]",
        "agent: string should have at most 512 characters",
    ):
        assert internals(words)


@on_sqlite
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: f"{each.method} {each.address}")
async def test_no_route_answers_a_malformed_request_with_a_validators_words(whole, endpoint):
    address = re.sub(r"\{[^}]*\}", "x", endpoint.path)
    for content in (b"", b"{", b"[]", b"5", b'"x"', b"\xff", b"[" * 10_000, b"[5]", b'{"": {}}'):
        answer = await whole.request(endpoint.method, address, content=content)
        assert internals(answer.text) == [], content
    body = endpoint.body if endpoint.body and not issubclass(endpoint.body, Listed) else None
    for name in body.model_fields if body else ():
        for value in WRONG:
            answer = await whole.request(endpoint.method, address, json={name: value})
            assert internals(answer.text) == [], (name, value)
    for name in endpoint.query.model_fields if endpoint.query else ():
        for value in ("", "x", "-1", "1.5", "9" * 400, "x" * 3000):
            answer = await whole.request(endpoint.method, address, params={name: value})
            assert internals(answer.text) == [], (name, value)


@on_sqlite
@pytest.mark.parametrize("tool", TOOLS, ids=lambda each: each.name)
async def test_no_tool_answers_malformed_arguments_with_a_validators_words(whole, tool):
    headers = {"accept": "application/json, text/event-stream"}
    for arguments in [{}, *({name: value} for name in tool.arguments.model_fields for value in WRONG)]:
        params = {"name": tool.name, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        answer = await whole.post("/mcp", json=message, headers=headers)
        assert answer.status_code == 200
        assert internals(answer.text) == [], arguments


@on_sqlite
async def test_no_event_is_refused_in_a_validators_words(whole):
    fields = {name for model in vars(event_models).values() if inspect.isclass(model) and hasattr(model, "model_fields")
              for name in model.model_fields}  # fmt: skip
    batch = [{**EVENT, "type": kind, name: value} for kind in EVENT_TYPES for name in fields for value in WRONG]
    batch += [{**EVENT, "type": kind, "mood": "good"} for kind in EVENT_TYPES]
    for start in range(0, len(batch), 1000):
        answer = await whole.post("/api/recording/events/", json=batch[start : start + 1000])
        assert answer.status_code == 200
        assert internals(answer.text) == []


@on_sqlite
@pytest.mark.parametrize(
    ("event", "errors"),
    [
        ({}, [f"type is required: one of {', '.join(EVENT_TYPES)}"]),
        ({"type": None}, [f"type is required: one of {', '.join(EVENT_TYPES)}"]),
        ({"type": "mood.felt"}, [f"type must be one of {', '.join(EVENT_TYPES)}"]),
        ({"type": ["a"]}, [f"type must be one of {', '.join(EVENT_TYPES)}"]),
        ({"type": "agent.promt"}, [f"type must be one of {', '.join(EVENT_TYPES)}. Did you mean 'agent.prompt'?"]),
        (5, ["the event must be an object"]),
        ({**EVENT, "prompt": "yes", "mood": 1}, ["agent is required", "there is no field 'mood'"]),
        (
            {**EVENT, "agent": "a", "prompt": "yes", "source": "integration"},
            ["source_detail must name the provider when source is integration"],
        ),
    ],
)
async def test_an_event_is_refused_with_the_field_and_what_it_may_be(whole, event, errors):
    answer = (await whole.post("/api/recording/events/", json=[event])).json()
    assert answer == {"accepted": 0, "duplicates": 0, "invalid": [{"index": 0, "errors": errors}]}


@on_sqlite
@pytest.mark.parametrize("message", MESSAGES)
async def test_no_message_over_http_is_refused_in_a_validators_words(whole, message):
    for version in ({}, {"mcp-protocol-version": "2026-07-28"}):
        headers = {"accept": "application/json, text/event-stream", "content-type": "application/json", **version}
        answer = await whole.post("/mcp", content=message.encode(), headers=headers)
        assert internals(answer.text) == []
        assert answer.status_code in (200, 202, 400)
        if answer.status_code == 400:
            assert json.loads(answer.content)["error"]["message"]
            assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.slow
def test_no_message_over_stdio_is_answered_in_a_validators_words(tmp_path):
    with running(environment(Settings(home=tmp_path))) as server:
        server.initialize()
        for message in MESSAGES:
            server.write(message.replace("\x00", "").encode() + b"\n")
        assert server.ask("ping")["result"] == {}
        server.close_stdin()
        rest: Any = server.rest().decode()
    assert internals("\n".join([*server.noise, rest])) == []
