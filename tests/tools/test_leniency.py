"""What clients send that is not quite right, through the whole server. The rules themselves: tests/wire."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.settings import Settings
from clone_mcp.transports.http.auth import nobody_asked
from tests.conftest import Connect
from tests.support.mcp import MODERN, answered, refused, service, within

ASK = {"agent": "claude-code", "agent_input": "Shall I commit?"}


async def test_what_is_ignored_is_named_in_the_answer(connect: Connect) -> None:
    given = {**ASK, "model": "claude", "session_id": None, "options": '["yes", "no"]', "k": "2", "threshold": "0.6"}
    async with connect() as client:
        answer = answered(await client.call_tool("predict_next_prompt", given))
    assert answer["ignored_arguments"] == ["model"]
    assert (answer["k"], answer["threshold"]) == (2, 0.6)
    assert {candidate["response"] for candidate in answer["candidates"]} <= {"yes", "no"}


async def test_what_is_misspelt_or_missing_is_refused_in_prose(connect: Connect) -> None:
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("predict_next_prompt", {**ASK, "treshold": 0.5}, "There is no argument 'treshold'. Did you mean 'threshold'?"),
        ("predict_next_prompt", {}, "agent is required; agent_input is required."),
        ("predict_continuation", {**ASK, "threshold": 2}, "threshold must be at most 1."),
        ("stop_session", {"session_id": ""}, "session_id is required."),
        ("record_agent_prompt", {"session_id": "s", "agent": "a"}, "prompt is required."),
    ]
    async with connect() as client:
        for tool, given, said in cases:
            assert refused(await client.call_tool(tool, given)) == f"Error 400 (invalid): {said}"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("era", ["handshake", "modern"])
@pytest.mark.parametrize(
    "prompt",
    [
        b'"half \\ud83d of a pair"',
        b'"nul \\u0000"',
        b"NaN",
        b"1e999",
        b"9" * 5000,
        b"[" * 5000 + b"]" * 5000,
        b"{",
        b"",
    ],
    ids=["surrogate", "nul", "nan", "infinity", "huge", "deep", "broken", "nothing"],
)
async def test_json_that_is_hardly_json_is_answered_and_breaks_nothing(
    settings: Settings, clone: Clone, me: Caller, prompt: bytes, era: str
) -> None:
    headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    envelope = b""
    if era == "modern":
        headers |= {"mcp-protocol-version": MODERN, "mcp-method": "tools/call", "mcp-name": "record_agent_prompt"}
        envelope = (
            b'"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28", '
            b'"io.modelcontextprotocol/clientCapabilities": {}}, '
        )
    body = (
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {'
        + envelope
        + b'"name": "record_agent_prompt", '
        b'"arguments": {"session_id": "s", "agent": "a", "prompt": ' + prompt + b"}}}"
    )
    async with (
        within(service(settings, clone, nobody_asked)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as http,
    ):
        response = await http.post("/mcp", content=body)
        assert response.status_code in (200, 400)
        assert "Traceback" not in response.text
        assert "Clone failed inside" not in response.text
        assert (await http.get("/readyz")).status_code == 200
