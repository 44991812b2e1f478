"""Everything that can go wrong with an API, each told as one kind of error, tried again only where that helps."""

from __future__ import annotations

import json
import logging
import socket
import traceback
from collections.abc import Iterator

import anthropic
import pytest

from clone_mcp.errors import CloneError, RateLimited, Unavailable, Upstream
from clone_mcp.llm.anthropic_model import AnthropicModel
from clone_mcp.ports.language_model import Unusable, Usage
from tests.llm.asking import ASK, GOOD, ask, candidates
from tests.support.anthropic_server import (
    KEY,
    USAGE,
    AnthropicServer,
    Behaviour,
    answers,
    anthropic_server,
    fails,
    hangs_up,
    says,
    sends,
)

BILLED = Usage(input_tokens=12, output_tokens=34, cache_read_tokens=560, cache_write_tokens=78)
SECRET = "the person's own words"
NO_CREDIT = "Your credit balance is too low to access the Anthropic API."

REFUSED = [
    (fails(400, "invalid_request_error"), Upstream, "Anthropic refused the request (400)"),
    (fails(400, "invalid_request_error", NO_CREDIT), Unavailable, "no credit left"),
    (fails(400, "billing_error"), Unavailable, "no credit left"),
    (fails(401, "authentication_error"), Unavailable, "does not accept the API key"),
    (fails(402, "billing_error"), Unavailable, "no credit left"),
    (fails(403, "permission_error"), Unavailable, "may not be used for this"),
    (fails(404, "not_found_error", "model: claude-sonnet-4-6"), Upstream, "does not offer this model"),
    (fails(413, "request_too_large"), Upstream, "too large"),
    (fails(422, "invalid_request_error"), Upstream, "refused the request (422)"),
    (sends(418, b"<html>no JSON at all</html>", content_type="text/html"), Upstream, "refused the request (418)"),
    (fails(500, x_should_retry="false"), Upstream, "failed inside (500)"),
]

TRANSIENT = [
    (fails(408, "timeout_error"), Upstream, "refused the request (408)"),
    (fails(409, "conflict_error"), Upstream, "refused the request (409)"),
    (fails(429, "rate_limit_error"), RateLimited, "rate limit"),
    (fails(500), Upstream, "failed inside (500)"),
    (fails(503), Upstream, "failed inside (503)"),
    (fails(529, "overloaded_error"), Upstream, "overloaded"),
    (hangs_up, Upstream, "could not be reached"),
    (fails(400, x_should_retry="true"), Upstream, "refused the request (400)"),
]


@pytest.mark.parametrize(("failure", "kind", "words"), REFUSED)
async def test_what_trying_again_would_not_mend_is_told_at_once(
    failure: Behaviour, kind: type[CloneError], words: str, model: AnthropicModel, server: AnthropicServer
):
    server.will(failure, answers(GOOD))

    with pytest.raises(CloneError) as caught:
        await model.answer(ASK)

    assert (type(caught.value), len(server.requests)) == (kind, 1)
    assert words in caught.value.message
    assert isinstance(caught.value.__cause__, anthropic.APIStatusError)


@pytest.mark.parametrize("failure", [failure for failure, _, _ in TRANSIENT])
async def test_what_may_pass_is_tried_again_and_then_answered(
    failure: Behaviour, model: AnthropicModel, server: AnthropicServer
):
    server.will(failure, failure, answers(GOOD))

    assert (await model.answer(ASK)).value == GOOD
    assert len(server.requests) == 3


@pytest.mark.parametrize(("failure", "kind", "words"), TRANSIENT)
async def test_what_does_not_pass_is_told_after_the_third_try(
    failure: Behaviour, kind: type[CloneError], words: str, model: AnthropicModel, server: AnthropicServer
):
    server.will(failure, failure, failure, answers(GOOD))

    with pytest.raises(CloneError) as caught:
        await model.answer(ASK)

    assert (type(caught.value), len(server.requests)) == (kind, 3)
    assert words in caught.value.message
    assert isinstance(caught.value.__cause__, anthropic.APIError)


async def test_a_wrong_key_is_told_as_such_by_the_api(server: AnthropicServer):
    model = AnthropicModel("sk-ant-of-somebody-else", base_url=server.url)

    with pytest.raises(Unavailable, match="does not accept the API key"):
        await model.answer(ASK)

    await model.close()
    assert len(server.requests) == 1


async def test_nobody_listening_is_told_as_not_reached():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections to it are refused
        model = AnthropicModel(KEY, base_url=f"http://127.0.0.1:{taken.getsockname()[1]}", pauses=(0.01,))
        with pytest.raises(Upstream, match="could not be reached"):
            await model.answer(ASK)
        await model.close()


async def test_a_short_retry_after_is_waited_for(server: AnthropicServer):
    # With pauses this long only the service's own, shorter, wait leaves time for a second try.
    model = AnthropicModel(KEY, base_url=server.url, pauses=(600, 600))
    server.will(fails(429, "rate_limit_error", retry_after="0.02"), answers(GOOD))

    assert (await model.answer(ASK)).value == GOOD
    await model.close()


@pytest.mark.parametrize("seconds", [11, 60, 86_400])
async def test_a_retry_after_too_long_for_the_deadline_is_told_not_waited_for(
    seconds: int, model: AnthropicModel, server: AnthropicServer
):
    server.will(fails(429, "rate_limit_error", retry_after=str(seconds)), answers(GOOD))

    with pytest.raises(RateLimited) as caught:
        await model.answer(ask(timeout=20))

    assert (caught.value.retry_after, len(server.requests)) == (seconds, 1)


@pytest.mark.parametrize("nonsense", ["soon", "-5", "nan", "inf", "", "Fri, 20 Nov 2026 09:00:00 GMT"])
async def test_a_retry_after_that_means_nothing_is_as_good_as_none(
    nonsense: str, model: AnthropicModel, server: AnthropicServer
):
    limited = fails(429, "rate_limit_error", retry_after=nonsense)
    server.will(limited, limited, limited)

    with pytest.raises(RateLimited) as caught:
        await model.answer(ASK)

    assert (caught.value.retry_after, len(server.requests)) == (None, 3)


UNUSABLE = [
    (answers(GOOD, stop_reason="refusal", content=[]), "declined"),
    (answers(GOOD, stop_reason="max_tokens"), "cut off"),
    (answers(GOOD, stop_reason="model_context_window_exceeded"), "did not fit"),
    (says('{"candidates": ['), "not JSON"),
    (says(""), "not JSON"),
    (says("Sure! Here is the JSON you asked for."), "not JSON"),
    (answers(GOOD, content=[{"type": "tool_use", "id": "toolu_1", "name": "x", "input": {}}]), "not JSON"),
    (says(json.dumps(candidates("yes", "no")).replace("0.4", "NaN")), "not JSON"),
    (says(json.dumps(candidates("yes", "no")).replace("0.4", "1e999")), "not JSON"),
    (says(json.dumps(candidates("yes", "\ud83d"))), "not JSON"),
    (says("[" * 100_000), "not JSON"),
    (answers([]), "wrong shape (`type`)"),
    (answers({}), "wrong shape (`required`)"),
    (answers({"candidates": "yes"}), "wrong shape (`type`)"),
    (answers(candidates("yes")), "wrong shape (`minItems`)"),
    (answers(candidates("yes", "")), "wrong shape (`minLength`)"),
    (answers(candidates("yes", "x" * 41)), "wrong shape (`maxLength`)"),
    (answers(candidates("yes", "no", probability=1.5)), "wrong shape (`maximum`)"),
]


@pytest.mark.parametrize(("behaviour", "words"), UNUSABLE)
async def test_an_answer_of_no_use_says_why_and_what_it_cost(
    behaviour: Behaviour, words: str, model: AnthropicModel, server: AnthropicServer
):
    server.will(behaviour, answers(GOOD))

    with pytest.raises(Unusable) as caught:
        await model.answer(ASK)

    assert words in caught.value.message
    # It was paid for, and asking again would be paid for again: the caller decides.
    assert (caught.value.usage, len(server.requests)) == (BILLED, 1)


@pytest.mark.parametrize(
    "behaviour",
    [
        sends(200, b"<html>Sign in to this network</html>", content_type="text/html"),
        sends(200, b"<html>Sign in to this network</html>"),
        sends(200, b'{"id": "msg_1", "content": ['),
        sends(200, b""),
        sends(200, b"null"),
        sends(200, b"{}"),
        answers(GOOD, usage=None),
        answers(GOOD, content="text"),
        answers(GOOD, usage=USAGE | {"input_tokens": "many"}),
    ],
)
async def test_a_response_that_is_no_message_is_an_upstream_error(
    behaviour: Behaviour, model: AnthropicModel, server: AnthropicServer
):
    server.will(behaviour)

    with pytest.raises(Upstream, match="could not be read"):
        await model.answer(ASK)


async def test_what_a_newer_api_adds_to_a_message_is_no_obstacle(model: AnthropicModel, server: AnthropicServer):
    parts = json.dumps(GOOD)
    content = [
        {"type": "musing", "musing": 1},
        {"type": "text", "text": parts[:9]},
        {"type": "text", "text": parts[9:]},
    ]
    server.will(answers(GOOD, content=content, usage=USAGE | {"cache_read_input_tokens": None}, mood="fine"))

    reply = await model.answer(ASK)

    assert (reply.value, reply.usage.cache_read_tokens) == (GOOD, 0)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_because_the_prompt_would_go_along(
    status: int, model: AnthropicModel, server: AnthropicServer
):
    async with anthropic_server() as elsewhere:
        server.will(sends(status, b"", location=f"{elsewhere.url}/v1/messages"))

        with pytest.raises(Upstream):
            await model.answer(ASK)

        assert elsewhere.requests == []


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


ECHO = fails(500, text=f"internal error while reading {SECRET!r} for {KEY}")
WORDS = [
    ECHO,
    fails(400, "invalid_request_error", f"messages.0.content: {SECRET}"),
    fails(429, "rate_limit_error", retry_after="3600"),
    hangs_up,
    says(SECRET),
    answers(candidates(SECRET, "")),
    sends(200, json.dumps({"content": SECRET}).encode()),
    answers(candidates(SECRET, "no")),
]


@pytest.mark.parametrize("behaviour", WORDS)
async def test_neither_the_key_nor_the_prompt_nor_the_answer_reaches_a_message_or_a_log(
    behaviour: Behaviour,
    model: AnthropicModel,
    server: AnthropicServer,
    everything_logged: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    server.will(behaviour, behaviour, behaviour)

    told = ""
    try:
        await model.answer(ask(volatile=SECRET, stable=SECRET))
    except CloneError as exc:
        told = f"{exc} {exc!r} {exc.hint}"

    written = told + everything_logged.text + "".join(capfd.readouterr())
    assert KEY not in written
    assert SECRET not in written


async def test_the_key_is_not_even_in_the_traceback(server: AnthropicServer):
    model = AnthropicModel("sk-ant-of-somebody-else", base_url=server.url)
    server.will(fails(401, "authentication_error"))

    with pytest.raises(Unavailable) as caught:
        await model.answer(ASK)

    await model.close()
    assert "sk-ant-of-somebody-else" not in repr(model)
    assert "sk-ant-of-somebody-else" not in caught.value.message
    # The server of these tests quotes the key it was sent; the real one does not. It stays in the cause alone.
    assert "sk-ant-of-somebody-else" not in "".join(traceback.format_exception_only(caught.value))
