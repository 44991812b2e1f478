"""What comes back from the Messages API, trusted in nothing: first the envelope, then the answer inside it.

Requests are sent, and the API's errors translated, in anthropic_model.py.
"""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict, ValidationError

from clone_mcp.errors import Upstream
from clone_mcp.ports.language_model import Ask, Reply, Unusable, Usage

STOPPED = {
    "refusal": "The model declined to answer.",
    "max_tokens": "The model's answer was cut off at its length limit.",
    "model_context_window_exceeded": "The prompt and the answer did not fit into the model's context.",
}
"""Ways to stop that leave no answer to read, even where there is some text."""


class _Edge(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class _Block(_Edge):
    type: str
    text: str = ""


class _Billed(_Edge):
    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None


class _Message(_Edge):
    model: str
    content: list[_Block]
    stop_reason: str | None
    usage: _Billed


def read(body: bytes, ask: Ask) -> Reply:
    """The answer in a successful response. Raises Upstream when it is no message, Unusable when it is no answer."""
    try:
        message = _Message.model_validate_json(body)
    except ValidationError as exc:
        raise Upstream("Anthropic's response could not be read.", hint="Try again.") from exc
    usage = _usage(message.usage)
    if message.stop_reason in STOPPED:
        raise Unusable(STOPPED[message.stop_reason], usage=usage)
    text = "".join(block.text for block in message.content if block.type == "text")
    return Reply(_value(text, ask.schema, usage), usage, message.model)


def _usage(billed: _Billed) -> Usage:
    return Usage(
        input_tokens=billed.input_tokens,
        output_tokens=billed.output_tokens,
        cache_read_tokens=billed.cache_read_input_tokens or 0,
        cache_write_tokens=billed.cache_creation_input_tokens or 0,
    )


def _value(text: str, schema: dict[str, Any], usage: Usage) -> dict[str, Any]:
    try:
        value: Any = json.loads(text)
        # JSON can write half a character, and Python's reads infinity: neither can be stored.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as exc:
        raise Unusable("The model's answer is not JSON.", usage=usage) from exc
    validator: Any = Draft202012Validator(schema)
    for fault in validator.iter_errors(value):
        # The fault's own words quote the answer; the schema's keyword does not.
        raise Unusable(f"The model's answer has a wrong shape (`{fault.validator}`).", usage=usage)
    return value
