"""predict_next_prompt where a model is asked: its failures as prose, its absence as a degraded answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from mcp.client import Client

from clone_mcp.app import wire
from clone_mcp.clone import Clone
from clone_mcp.llm.anthropic_model import AnthropicModel
from clone_mcp.models.access import Caller, Scope
from clone_mcp.prediction.predictors.model import TIMEOUT
from clone_mcp.settings import Settings
from clone_mcp.tools.server import build
from tests.support.anthropic_server import (
    KEY,
    AnthropicServer,
    Behaviour,
    answers,
    anthropic_server,
    fails,
    never_answers,
)
from tests.support.mcp import already, answered, refused, served, service
from tests.support.remembered import candidate, foretold

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

ASK = {"agent": "claude-code", "agent_input": "Tests pass. Shall I commit?"}


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AnthropicServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with anthropic_server() as running:
        yield running


@pytest.fixture
async def model(server: AnthropicServer) -> AsyncIterator[AnthropicModel]:
    opened = AnthropicModel(KEY, base_url=server.url, pauses=())
    yield opened
    await opened.close()


@pytest.fixture
def asking(settings: Settings, storage, clock, model: AnthropicModel):
    def wired(predictor: str) -> Clone:
        return wire(settings.model_copy(update={"predictor": predictor}), storage, clock, b"test", model=model)

    return wired


def client(clone: Clone, me: Caller) -> Client:
    return Client(build(already(clone), lambda _ctx: me))


@pytest.mark.parametrize(
    ("behaviour", "text"),
    [
        (fails(401), "Error 503 (unavailable): Anthropic does not accept the API key. "),
        (fails(429, retry_after="90"), "Error 429 (rate_limited): Anthropic's rate limit is reached. "),
        (fails(500), "Error 502 (upstream): Anthropic failed inside (500). "),
    ],
    ids=["401", "429", "500"],
)
async def test_where_only_the_model_is_to_answer_its_failure_is_prose_with_a_status(
    asking, server: AnthropicServer, me: Caller, behaviour: Behaviour, text: str
) -> None:
    server.will(behaviour)
    async with client(asking("model"), me) as agent:
        said = refused(await agent.call_tool("predict_next_prompt", ASK))
    assert said.startswith(text)
    assert KEY not in said


async def test_in_a_cascade_the_local_answer_comes_and_says_that_it_is_degraded(asking, server, me: Caller) -> None:
    server.will(fails(500))
    async with client(asking("cascade"), me) as agent:
        answer = answered(await agent.call_tool("predict_next_prompt", ASK))
    assert (answer["model"], answer["degraded"], answer["degraded_reason"]) == (
        "local-3",
        True,
        "Anthropic failed inside (500).",
    )
    assert answer["predicted_response"]


async def test_an_answer_of_the_model_is_not_degraded(asking, server, me: Caller) -> None:
    server.will(answers(foretold(candidate("commit it", 0.6))))
    async with client(asking("cascade"), me) as agent:
        answer = answered(await agent.call_tool("predict_next_prompt", ASK))
    assert (answer["predicted_response"], answer["raw_confidence"]) == ("commit it", 0.6)
    assert (answer["model"], answer["degraded"], answer["degraded_reason"]) == ("claude-sonnet-4-6", False, None)


async def test_a_client_that_disconnects_takes_the_model_call_with_it(
    asking, server: AnthropicServer, settings: Settings, me: Caller
) -> None:
    clone = asking("cascade")
    server.will(never_answers)
    _, key = await clone.access.api_keys.create(me.tenant, "test", Scope.RECORDER)
    params = {"name": "predict_next_prompt", "arguments": ASK}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"accept": "application/json, text/event-stream", "x-clone-api-key": key}
    async with served(service(settings, clone)) as address, httpx2.AsyncClient(timeout=30) as http:
        call = asyncio.create_task(http.post(f"{address}/mcp", json=body, headers=headers))
        await asyncio.wait_for(server.arrived.wait(), 30)
        call.cancel()
        await asyncio.wait_for(server.left.wait(), TIMEOUT / 2)
