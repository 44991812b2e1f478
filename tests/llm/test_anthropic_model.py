"""The adapter and the real SDK against a server that speaks the Messages API: what is sent, and what comes of it."""

from __future__ import annotations

import asyncio

import pytest

from clone_mcp.errors import Invalid, TimedOut, Unavailable
from clone_mcp.llm.anthropic_model import AnthropicModel
from clone_mcp.llm.models import DEFAULT_MODEL, SUPPORTED_MODELS
from clone_mcp.ports.language_model import LanguageModel, Reply, Usage
from tests.llm.asking import ASK, GOOD, ask, candidates
from tests.support.anthropic_server import KEY, AnthropicServer, answers, fails, never_answers

GIVE_UP = 10  # seconds after which a test that would hang fails instead

BILLED = Usage(input_tokens=12, output_tokens=34, cache_read_tokens=560, cache_write_tokens=78)


async def test_an_answer_comes_back_with_its_usage_and_its_model(model: AnthropicModel, server: AnthropicServer):
    port: LanguageModel = model
    server.will(answers(GOOD, model="claude-sonnet-4-6-dated"))

    assert await port.answer(ASK) == Reply(GOOD, BILLED, "claude-sonnet-4-6-dated")


async def test_the_stable_part_comes_first_and_is_cached_the_volatile_part_last(
    model: AnthropicModel, server: AnthropicServer
):
    server.will(answers(GOOD))
    await model.answer(ASK)

    (request,) = server.requests
    assert request.key == KEY
    assert request.body["system"] == [{"type": "text", "text": ASK.stable, "cache_control": {"type": "ephemeral"}}]
    assert request.body["messages"] == [{"role": "user", "content": [{"type": "text", "text": ASK.volatile}]}]
    assert (request.body["model"], request.body["max_tokens"]) == (DEFAULT_MODEL, 500)
    assert request.body["output_config"]["format"]["type"] == "json_schema"
    assert set(request.body) == {"model", "max_tokens", "system", "messages", "output_config"}


async def test_two_asks_with_the_same_stable_part_send_the_same_prefix(model: AnthropicModel, server: AnthropicServer):
    server.will(answers(GOOD), answers(GOOD))
    await model.answer(ASK)
    await model.answer(ask(volatile="Something else entirely."))

    first, second = (request.body for request in server.requests)
    del first["messages"], second["messages"]
    assert first == second


@pytest.mark.parametrize("name", SUPPORTED_MODELS)
async def test_every_model_on_the_list_gets_a_request_that_it_takes(
    name: str, model: AnthropicModel, server: AnthropicServer
):
    server.will(answers(GOOD))

    reply = await model.answer(ask(model=name))

    assert (reply.value, reply.model) == (GOOD, name)
    assert server.requests[0].body["max_tokens"] == ASK.max_tokens + SUPPORTED_MODELS[name].room


@pytest.mark.parametrize(
    ("name", "thinking", "effort"),
    [
        ("claude-sonnet-4-6", None, None),
        ("claude-haiku-5-5", {"type": "disabled"}, None),
        ("claude-sonnet-5-5", {"type": "between_tools"}, None),
        ("claude-opus-5-5", None, "low"),
    ],
)
async def test_a_model_is_kept_from_thinking_as_far_as_it_lets_itself_be(
    name: str, thinking: dict[str, str] | None, effort: str | None, model: AnthropicModel, server: AnthropicServer
):
    server.will(answers(GOOD))

    await model.answer(ask(model=name))

    body = server.requests[0].body
    assert (body.get("thinking"), body["output_config"].get("effort")) == (thinking, effort)


async def test_ids_that_the_model_made_up_come_back_as_they_are(model: AnthropicModel, server: AnthropicServer):
    made_up = candidates("yes", "no", cited=("fact-that-never-was",))
    server.will(answers(made_up))

    assert (await model.answer(ASK)).value == made_up


async def test_half_a_character_in_the_prompt_is_replaced_not_fatal(model: AnthropicModel, server: AnthropicServer):
    server.will(answers(GOOD))

    await model.answer(ask(volatile="cut \ud83d here"))

    assert server.requests[0].body["messages"][0]["content"][0]["text"] == "cut ? here"


async def test_a_model_that_is_not_on_the_list_is_never_asked_for(model: AnthropicModel, server: AnthropicServer):
    with pytest.raises(Invalid, match=r"not a model that Clone asks.*claude-sonnet-4-6"):
        await model.answer(ask(model="gpt-4o"))

    assert server.requests == []
    assert model.models[0] == DEFAULT_MODEL


@pytest.mark.parametrize("key", ["", "  ", "sk-ant\nx", "sk ant", "sk-änt", "sk-ant\x00"])
async def test_a_key_that_can_be_none_is_not_sent_nor_looked_for_elsewhere(
    key: str, server: AnthropicServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token")
    model = AnthropicModel(key, base_url=server.url)

    with pytest.raises(Unavailable) as caught:
        await model.answer(ASK)

    await model.close()
    assert server.requests == []
    assert not key.strip() or key not in str(caught.value)


async def test_address_and_key_come_from_the_settings_whatever_the_environment_says(
    server: AnthropicServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-of-another-program")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token-of-another-program")
    model = AnthropicModel(f" {KEY}\n", base_url=server.url)
    server.will(answers(GOOD))

    await model.answer(ASK)

    await model.close()
    assert server.requests[0].key == KEY
    assert "another" not in str(server.requests[0].headers)


async def test_after_its_time_an_ask_ends_and_the_server_sees_the_client_leave(
    model: AnthropicModel, server: AnthropicServer
):
    server.will(never_answers)

    with pytest.raises(TimedOut, match=r"within 0\.25 seconds"):
        await model.answer(ask(timeout=0.25))

    await asyncio.wait_for(server.left.wait(), GIVE_UP)
    assert len(server.requests) == 1


async def test_time_is_counted_over_all_tries(model: AnthropicModel, server: AnthropicServer):
    server.will(fails(529, "overloaded_error"), never_answers)

    with pytest.raises(TimedOut, match=r"within 0\.3 seconds"):
        await model.answer(ask(timeout=0.3))

    await asyncio.wait_for(server.left.wait(), GIVE_UP)
    assert len(server.requests) == 2


async def test_cancelling_an_ask_closes_its_request(model: AnthropicModel, server: AnthropicServer):
    server.will(never_answers)
    asking = asyncio.create_task(model.answer(ASK))
    await asyncio.wait_for(server.arrived.wait(), GIVE_UP)

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(server.left.wait(), GIVE_UP)


async def test_after_a_cancelled_ask_the_next_one_is_answered(model: AnthropicModel, server: AnthropicServer):
    server.will(never_answers, answers(GOOD))
    asking = asyncio.create_task(model.answer(ASK))
    await asyncio.wait_for(server.arrived.wait(), GIVE_UP)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)

    assert (await model.answer(ASK)).value == GOOD


async def test_many_asks_at_once_each_get_their_own_answer(model: AnthropicModel, server: AnthropicServer):
    server.will(*[answers(candidates(f"reply {n}", "no")) for n in range(20)])

    replies = await asyncio.gather(*[model.answer(ASK) for _ in range(20)])

    assert {reply.value["candidates"][0]["response"] for reply in replies} == {f"reply {n}" for n in range(20)}
