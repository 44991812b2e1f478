"""One JSON-RPC message as it arrives, over stdio and over HTTP alike: what it is, or the error that it gets.

The SDK decides by which of its models fits. It takes a request with the id 1.5 for a notification, and drops a line
that it cannot read. A client would wait for those answers until it gives up. The arguments of a tool are read later, in
wire/arguments.py.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from mcp.types import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCRequest,
    RequestId,
    jsonrpc_message_adapter,
)
from pydantic_core import from_json

BATCHING = "2025-03-26"
"""The only version of the protocol that has batches."""
MOST_IN_BATCH = 100
"""Our own limit: the protocol names none."""
_NO_BATCH = f"Only protocol version {BATCHING} has batches, of 1 to {MOST_IN_BATCH} messages. Send each by itself."
_LONGEST_SEARCHED = 1024 * 1024
"""Bytes of a message too deep for any parser that are searched for its id, which is slow."""
_DEEPEST = 8
"""Levels that are kept of such a message. A request's id is on the first."""
_LONGEST_NUMBER = 4300
"""Digits: neither Python nor the SDK reads a whole number that is longer."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""An escape as JSON has it: a whole surrogate pair, half of one (which alone is a group), or any other."""
_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Malformed:
    """What is no message, and why. Nothing of what was sent is in the reason."""

    code: int
    reason: str
    id: RequestId | None = None
    awaited: bool = True
    """Whether whoever sent it waits for an answer: not after a notification or a response."""

    @property
    def answer(self) -> JSONRPCError:
        return JSONRPCError(jsonrpc="2.0", id=self.id, error=ErrorData(code=self.code, message=self.reason))


def mended(data: bytes) -> bytes:
    """The message in UTF-8 that every parser takes. Bytes that are no text, and lone surrogates, become U+FFFD."""
    if _SURROGATE.search(data) is None and _is_text(data):
        return data  # as nearly always, without a copy
    text = data.decode("utf-8", "replace")
    return _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text).encode()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def read(data: bytes) -> JSONRPCMessage | Malformed:
    """The message, once it is `mended`."""
    message: JSONRPCMessage | None = None
    with suppress(ValueError):
        # In two steps, because in one step pydantic builds the whole value twice.
        message = jsonrpc_message_adapter.validate_python(from_json(data), by_name=False)
    if isinstance(message, JSONRPCRequest):
        return message
    return _fault(data, message) or cast("JSONRPCMessage", message)


def batch(data: bytes) -> list[bytes] | None:
    """The messages of an array, each as JSON. None for anything else: what is wrong with it, `read` tells."""
    if not data.lstrip().startswith(b"["):
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    within = isinstance(value, list) and 0 < len(cast("list[Any]", value)) <= MOST_IN_BATCH
    return [json.dumps(each).encode() for each in cast("list[Any]", value)] if within else None


def in_batch(data: bytes) -> JSONRPCMessage | Malformed:
    """A message that came in a batch, where a handshake may not stand."""
    message = read(data)
    if isinstance(message, JSONRPCRequest) and message.method == "initialize":
        return Malformed(INVALID_REQUEST, "`initialize` may not be part of a batch.", message.id)
    return message


def _fault(data: bytes, message: JSONRPCMessage | None) -> Malformed | None:
    """What is wrong with a message that the SDK did not take for a request, if anything is."""
    try:
        value, deep = _value(data.decode())
    except (ValueError, RecursionError):
        return Malformed(PARSE_ERROR, "This is not JSON.")
    if isinstance(value, list):
        return Malformed(INVALID_REQUEST, _NO_BATCH)
    if not isinstance(value, dict):
        return Malformed(INVALID_REQUEST, "A message is a JSON object.")
    return _fault_of(cast("dict[str, Any]", value), message, deep=deep)


def _fault_of(value: dict[str, Any], message: JSONRPCMessage | None, *, deep: bool) -> Malformed | None:
    method, number = value.get("method"), value.get("id")
    if "id" not in value and isinstance(method, str):
        return None if message else Malformed(INVALID_REQUEST, "This is no valid notification.", awaited=False)
    if "method" not in value and not value.keys().isdisjoint(("result", "error")):
        return None if message else Malformed(INVALID_REQUEST, "This is no valid response.", awaited=False)
    if isinstance(number, bool) or not isinstance(number, int | str):
        return Malformed(INVALID_REQUEST, "A request has an id, which is a whole number or a string.")
    if value.get("jsonrpc") != "2.0":
        return Malformed(INVALID_REQUEST, 'A request has `"jsonrpc": "2.0"`.', number)
    if not isinstance(method, str):
        return Malformed(INVALID_REQUEST, "A request has a method, which is a string.", number)
    if message is not None:
        return Malformed(INVALID_REQUEST, "A request has neither result nor error.", number)
    if deep or isinstance(value.get("params"), dict):
        return Malformed(INVALID_PARAMS, "The params nest too deeply, or a number in them is too long.", number)
    return Malformed(INVALID_PARAMS, "The params are a JSON object.", number)


def _value(text: str) -> tuple[Any, bool]:
    """The JSON value, and whether its depths were left out because nothing could read them."""
    try:
        return json.loads(text, parse_int=_whole), False
    except RecursionError:
        if len(text) > _LONGEST_SEARCHED:
            raise
        return json.loads(_shallow(text), parse_int=_whole), True


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else float(digits)


def _shallow(text: str) -> str:
    """The JSON with null in place of whatever lies too deep. Its id, wherever it stands, is still there."""
    kept: list[str] = []
    depth = start = 0
    for found in _BRACKET.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
                if depth == _DEEPEST:
                    kept += text[start : found.start()], "null"
            case "]" | "}":
                depth -= 1
                if depth == _DEEPEST - 1:
                    start = found.end()
            case _:
                pass
    return "".join(kept) + text[start if depth < _DEEPEST else len(text) :]
