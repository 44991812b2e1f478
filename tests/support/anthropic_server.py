"""The Messages API on this machine: the only thing that stands in for Anthropic in the tests.

It speaks HTTP over plain sockets, so that it can be slow, hang up in the middle of a body and see a client leave. Like
the real one it refuses requests that the named model does not take, before it comes to what a test has told it to say.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

KEY = "sk-ant-api03-for-tests-only"

USAGE = {
    "input_tokens": 12,
    "output_tokens": 34,
    "cache_read_input_tokens": 560,
    "cache_creation_input_tokens": 78,
    "service_tier": "standard",
}

ALWAYS_THINK = {"claude-fable-5", "claude-fable-5-1", "claude-fable-5-2", "claude-opus-5-5"}
THINK_UNASKED = ALWAYS_THINK | {"claude-opus-5", "claude-sonnet-5", "claude-sonnet-5-5", "claude-haiku-5-5"}
WITHOUT_EFFORT = {"claude-haiku-4-5", "claude-haiku-4-5-20251001"}
GRAMMAR = {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "$ref", "$defs"}
GRAMMAR |= {"title", "description", "format"}


@dataclass
class Request:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The API key, in the header that today's SDK sends or in the one that older ones did."""
        return self.headers.get("authorization", "").removeprefix("Bearer ") or self.headers.get("x-api-key", "")


@dataclass
class Connection:
    """One client's connection, and what it has asked last."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    request: Request

    async def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        lines = {"content-type": "application/json", "content-length": str(len(body)), "request-id": "req_test"}
        lines |= headers or {}
        head = f"HTTP/1.1 {status} -\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.writer.write(head.encode() + b"\r\n" + body)
        await self.writer.drain()


Behaviour = Callable[[Connection], Awaitable[None]]


def answers(value: Any, **changes: Any) -> Behaviour:
    """A successful answer in the shape asked for. `changes` replace parts of the message."""
    return says(json.dumps(value), **changes)


def says(text: str, **changes: Any) -> Behaviour:
    """A successful message with this text, whatever was asked."""

    async def behave(connection: Connection) -> None:
        await connection.send(200, json.dumps(_message(connection.request, text) | changes).encode())

    return behave


def fails(status: int, kind: str = "api_error", text: str = "No.", **headers: str) -> Behaviour:
    """An error as the API words it. Headers are given with underscores."""
    body = {"type": "error", "error": {"type": kind, "message": text}, "request_id": "req_test"}
    return sends(status, json.dumps(body).encode(), **headers)


def sends(status: int, body: bytes, **headers: str) -> Behaviour:
    """Just these bytes."""

    async def behave(connection: Connection) -> None:
        await connection.send(status, body, {name.replace("_", "-"): value for name, value in headers.items()})

    return behave


async def hangs_up(connection: Connection) -> None:
    """Promise a body, send half of it and close the connection."""
    body = json.dumps(_message(connection.request, "{}")).encode()
    await connection.send(200, body[: len(body) // 2], {"content-length": str(len(body))})
    connection.writer.close()


async def never_answers(connection: Connection) -> None:
    """Say nothing until the client leaves."""
    await connection.reader.read()


class AnthropicServer:
    """Answers each request with the next behaviour it was given, and keeps the requests."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.arrived = asyncio.Event()
        self.left = asyncio.Event()
        """A client closed its connection while its request was still unanswered."""
        self._plan: deque[Behaviour] = deque()
        self._open: set[asyncio.Task[None]] = set()

    def will(self, *behaviours: Behaviour) -> None:
        self._plan.extend(behaviours)

    @property
    def unused(self) -> int:
        """How many behaviours no request came for."""
        return len(self._plan)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            while request := await _read(reader):
                await self._answer(Connection(reader, writer, request))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def close(self) -> None:
        open_now = list(self._open)
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now)

    async def _answer(self, connection: Connection) -> None:
        self.requests.append(connection.request)
        self.arrived.set()
        if refusal := _refusal(connection.request):
            await refusal(connection)
            return
        behave = self._plan.popleft() if self._plan else fails(500, text="The test did not say what comes now.")
        await behave(connection)
        if behave is never_answers:
            self.left.set()


@asynccontextmanager
async def anthropic_server() -> AsyncIterator[AnthropicServer]:
    """A server on a free port of the loopback address."""
    api = AnthropicServer()
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0)
    api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield api
    finally:
        server.close()
        await api.close()
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    method, path, _ = first.split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, json.loads(body) if body else {})


def _message(request: Request, text: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "text", "text": text}]
    if request.body["model"] in THINK_UNASKED and "thinking" not in request.body:
        content.insert(0, {"type": "thinking", "thinking": "", "signature": "c2lnbmVk"})
    return {
        "id": "msg_test",
        "type": "message",
        "role": "assistant",
        "model": request.body["model"],
        "content": content,
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": USAGE,
    }


def _refusal(request: Request) -> Behaviour | None:
    """What the real API would say to such a request, whatever the test has in mind."""
    if (request.method, request.path) != ("POST", "/v1/messages"):
        return fails(404, "not_found_error", f"{request.method} {request.path}")
    if request.key != KEY:
        return fails(401, "authentication_error", f"invalid API key {request.key}")
    if "anthropic-version" not in request.headers:
        return fails(400, "invalid_request_error", "anthropic-version: header is required")
    if problem := _problem(request.body):
        return fails(400, "invalid_request_error", problem)
    return None


def _problem(body: dict[str, Any]) -> str | None:
    model, thinking = body["model"], body.get("thinking", {}).get("type")
    allowed = {"adaptive", None}
    if model not in ALWAYS_THINK:
        allowed.add("between_tools" if model == "claude-sonnet-5-5" else "disabled")
    if thinking not in allowed:
        return f"thinking.type.{thinking} is not supported for this model"
    if model in WITHOUT_EFFORT and "effort" in body["output_config"]:
        return "effort is not supported for this model"
    if "tool_choice" in body and model in THINK_UNASKED:
        return "tool_choice: type tool and any are not supported for this model"
    blocks = [*body["system"], *body["messages"][0]["content"]]
    if not all(block["text"].strip() for block in blocks):
        return "text content blocks must be non-empty"
    return _grammar_problem(body["output_config"]["format"]["schema"])


def _grammar_problem(schema: dict[str, Any]) -> str | None:
    if unknown := set(schema) - GRAMMAR - {"minItems"} or schema.get("minItems", 0) > 1:
        return f"output_config.format.schema: not supported: {unknown}"
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return "output_config.format.schema: additionalProperties must be false"
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    inner += [schema["items"]] if "items" in schema else []
    return next(filter(None, map(_grammar_problem, inner)), None)
