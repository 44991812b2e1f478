"""Anthropic's Messages API as a LanguageModel, and its failures in the words and kinds that the rest of Clone knows.

Importing this loads the SDK: a second that only its users spend. What comes back is read in envelope.py.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Callable, Sequence

import anthropic
from anthropic.types import OutputConfigParam, TextBlockParam, ThinkingConfigParam

from clone_mcp.errors import CloneError, Invalid, RateLimited, TimedOut, Unavailable, Upstream
from clone_mcp.llm.envelope import read
from clone_mcp.llm.models import SUPPORTED_MODELS, Model, Thinking
from clone_mcp.ports.language_model import Ask, Reply

BASE_URL = "https://api.anthropic.com"
CONNECT = 5.0
"""Seconds for a connection to be made. A network that swallows packets should not cost the whole of an ask's time."""
PAUSES = (0.5, 1.0)
"""Seconds before the second and the third try, where the service does not name its own."""

log = logging.getLogger(__name__)

# At debug level the SDK logs whole requests, and with them what the person wrote.
logging.getLogger("anthropic").setLevel(logging.INFO)


class AnthropicModel:
    """The LanguageModel port on Anthropic's SDK.

    The answer's shape is asked for as an output format: the models since 5.1 refuse a forced tool call, and the
    grammar behind an output format is the stricter of the two on the others. Responses are not streamed: nobody reads
    half an answer, and closing the connection stops the model either way.
    """

    def __init__(
        self,
        api_key: str,
        *,
        base_url: str = BASE_URL,
        pauses: Sequence[float] = PAUSES,
        chance: Callable[[], float] = random.random,
        client: anthropic.AsyncAnthropic | None = None,
    ) -> None:
        """`client` is one to share connections with."""
        self._key = api_key.strip()
        self._pauses = pauses
        self._chance = chance
        if client is not None:
            self._client = client.with_options(api_key=self._key)
            return
        # Every source of a key, an address or a tracer is named: what is left out, the SDK takes from the environment.
        self._client = anthropic.AsyncAnthropic(
            api_key=self._key,
            base_url=base_url,
            max_retries=0,
            open_telemetry=False,
            # A redirect would take the person's words to wherever it points.
            http_client=anthropic.DefaultAsyncHttpxClient(follow_redirects=False),
        )

    @property
    def models(self) -> Sequence[str]:
        return tuple(SUPPORTED_MODELS)

    async def answer(self, ask: Ask) -> Reply:
        model = SUPPORTED_MODELS.get(ask.model)
        if model is None:
            raise Invalid(f"{ask.model!r} is not a model that Clone asks.", hint=f"Use {', '.join(SUPPORTED_MODELS)}.")
        self._check_key()
        deadline = asyncio.get_running_loop().time() + ask.timeout
        try:
            async with asyncio.timeout_at(deadline):
                return read(await self._response(ask, model, deadline), ask)
        except TimeoutError as exc:
            raise TimedOut(f"The model did not answer within {ask.timeout:g} seconds.", hint="Try again.") from exc

    def with_key(self, key: str) -> AnthropicModel:
        return AnthropicModel(key, pauses=self._pauses, chance=self._chance, client=self._client)

    async def close(self) -> None:
        await self._client.close()

    def _check_key(self) -> None:
        if not self._key:
            raise Unavailable("There is no Anthropic API key.", hint=CHECK_KEY)
        # Sent as it is, it would come back inside the error that refuses to send it.
        if not self._key.isascii() or not self._key.isprintable() or " " in self._key:
            raise Unavailable("The Anthropic API key has characters that no key has.", hint=CHECK_KEY)

    async def _response(self, ask: Ask, model: Model, deadline: float) -> bytes:
        """The body of the first successful response."""
        for pause in (*self._pauses, None):
            try:
                return await self._send(ask, model)
            except anthropic.APIError as exc:
                wait = self._wait(exc, pause, deadline)
                _tell(exc, ask, wait)
                if wait is None:
                    raise translated(exc) from exc
            await asyncio.sleep(wait)
        raise AssertionError("the last pause is None")

    def _wait(self, exc: anthropic.APIError, pause: float | None, deadline: float) -> float | None:
        """Seconds until the next try, or None when there should be none."""
        if pause is None or not transient(exc):
            return None
        wait = retry_after(exc) or pause * (0.5 + self._chance())
        left = deadline - asyncio.get_running_loop().time()
        # A try needs time too: better to say now that the limit is reached than to wait for it in vain.
        return wait if wait <= left / 2 else None

    async def _send(self, ask: Ask, model: Model) -> bytes:
        system: TextBlockParam = {
            "type": "text",
            "text": _sendable(ask.stable),
            "cache_control": {"type": "ephemeral"},
        }
        # The raw response, because the SDK builds its own types without checking them.
        response = await self._client.messages.with_raw_response.create(
            model=ask.model,
            max_tokens=ask.max_tokens + model.room,
            system=[system],
            messages=[{"role": "user", "content": [{"type": "text", "text": _sendable(ask.volatile)}]}],
            output_config=_output(ask, model),
            thinking=_thinking(model),
            timeout=anthropic.Timeout(ask.timeout, connect=min(CONNECT, ask.timeout)),
        )
        return await response.read()


def _output(ask: Ask, model: Model) -> OutputConfigParam:
    # The API's grammar knows no bounds and lengths: the SDK moves them into descriptions, and `read` holds them.
    config: OutputConfigParam = {"format": {"type": "json_schema", "schema": anthropic.transform_schema(ask.schema)}}
    if model.thinking is Thinking.ALWAYS:
        config["effort"] = "low"
    return config


def _thinking(model: Model) -> ThinkingConfigParam | anthropic.Omit:
    match model.thinking:
        case Thinking.DISABLED:
            return {"type": "disabled"}
        case Thinking.BETWEEN_TOOLS:
            return {"type": "between_tools"}
        case Thinking.OFF | Thinking.ALWAYS:
            return anthropic.omit


def _sendable(text: str) -> str:
    """The text without halves of characters, which agents do send and UTF-8 can't hold."""
    return text.encode(errors="replace").decode()


def _tell(exc: anthropic.APIError, ask: Ask, wait: float | None) -> None:
    status = exc.status_code if isinstance(exc, anthropic.APIStatusError) else type(exc).__name__
    request = exc.request_id if isinstance(exc, anthropic.APIStatusError) else None
    then = "giving up" if wait is None else f"trying again in {wait:.1f} s"
    log.warning("Asking %s for a %s failed (%s, request %s); %s.", ask.model, ask.name, status, request, then)


TRANSIENT = frozenset({408, 409, 429})
CHECK_KEY = "Check CLONE_ANTHROPIC_API_KEY; without a key Clone answers with its local predictor."


def translated(exc: anthropic.APIError) -> CloneError:
    """The error to raise instead. What the service said stays in the cause: it may quote the prompt."""
    match exc:
        case anthropic.APITimeoutError():
            return TimedOut("The connection to Anthropic timed out.", hint="Try again.")
        case anthropic.APIStatusError():
            return _by_status(exc)
        case _:
            return Upstream("Anthropic could not be reached.", hint="Check the network, then try again.")


def transient(exc: anthropic.APIError) -> bool:
    """Whether the same call may well succeed in a moment. The service's own opinion counts most."""
    if not isinstance(exc, anthropic.APIStatusError):
        return isinstance(exc, anthropic.APIConnectionError)
    advice = exc.response.headers.get("x-should-retry")
    if advice in ("true", "false"):
        return advice == "true"
    return exc.status_code in TRANSIENT or exc.status_code >= 500


def retry_after(exc: anthropic.APIError) -> float | None:
    """Seconds that the service wants to be left alone for, if it says so."""
    if not isinstance(exc, anthropic.APIStatusError):
        return None
    try:
        seconds = float(exc.response.headers.get("retry-after", ""))
    except ValueError:  # a date, which Anthropic does not send, or nothing
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _by_status(exc: anthropic.APIStatusError) -> CloneError:
    if _unpaid(exc):
        return Unavailable("The Anthropic account has no credit left.", hint="Add credit in Anthropic's console.")
    match exc.status_code:
        case 401:
            return Unavailable("Anthropic does not accept the API key.", hint=CHECK_KEY)
        case 403:
            return Unavailable("The Anthropic API key may not be used for this.", hint=CHECK_KEY)
        case 404:
            return Upstream("Anthropic does not offer this model to the account.", hint="Choose another model.")
        case 413:
            return Upstream("The prompt was too large for Anthropic.", hint="Ask with a smaller context.")
        case 429:
            return RateLimited(
                "Anthropic's rate limit is reached.", hint="Try again later.", retry_after=retry_after(exc)
            )
        case 529:
            return Upstream("Anthropic is overloaded.", hint="Try again later.")
        case status if status >= 500:
            return Upstream(f"Anthropic failed inside ({status}).", hint="Try again later.")
        case status:
            return Upstream(f"Anthropic refused the request ({status}).", hint="The server's log names the request.")


def _unpaid(exc: anthropic.APIStatusError) -> bool:
    # An empty account is told as a 400 whose wording is all that sets it apart. Should that change, it reads as a 400.
    return (
        exc.status_code == 402
        or exc.type == "billing_error"
        or (exc.status_code == 400 and "credit balance" in (exc.api_message or "").lower())
    )
