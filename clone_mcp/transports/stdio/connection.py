"""One connection over stdio, where clients do what the SDK does not expect. The pipes themselves are in pipes.py.

The SDK lets the first request decide the protocol's era. Claude Code asks `server/discover` (2026-07-28) and may then
still open with `initialize`, which the SDK refuses because it took discovery for the choice. So discovery is answered
here, and the first other request decides.

The SDK also takes the end of input for the end of all work. A shell pipeline sends everything, closes at once, and
wants answers all the same.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.runner import serve_dual_era_loop
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

_KEPT = 8
"""Frames before the first request that are worth keeping, as the SDK itself does."""


async def serve_either_era(server: Server[Any], read_stream: Reading, write_stream: Writing) -> None:
    """Serve one connection in the era of its first request that is not a discovery."""
    lead: list[Any] = []
    async for item in read_stream:
        request = item.message if isinstance(item, SessionMessage) else None
        if isinstance(request, JSONRPCRequest) and request.method == "server/discover":
            await write_stream.send(await _answer(server, item))
            continue
        if len(lead) < _KEPT or isinstance(request, JSONRPCRequest):
            lead.append(item)
        if isinstance(request, JSONRPCRequest):
            break
    read_stream.put_back(lead)
    await _in_era(server, read_stream, write_stream)


async def _answer(server: Server[Any], discovery: Any) -> Any:
    """Answer one discovery on a connection of its own, which leaves the real one undecided."""
    ask, asked = anyio.create_memory_object_stream[Any](1)
    answer, answered = anyio.create_memory_object_stream[Any](1)
    async with anyio.create_task_group() as tasks, ask, asked, answer, answered:
        tasks.start_soon(_in_era, server, asked, answer)
        await ask.send(discovery)
        reply = await answered.receive()
        tasks.cancel_scope.cancel()
        return reply
    raise AssertionError("the task group does not swallow")  # for the type checker


async def _in_era(server: Server[Any], read_stream: Any, write_stream: Any) -> None:
    await serve_dual_era_loop(server, read_stream, write_stream, lifespan_state={})


PATIENCE_SECONDS = 5.0
"""Longer than opening a database takes, and not so long that a client that left is missed."""


class Unanswered:
    """Requests by their ids, which a client may use twice."""

    def __init__(self) -> None:
        self._requests: Counter[Any] = Counter()
        self._changed = asyncio.Event()

    def came(self, item: Any) -> None:
        """Note a message that was read."""
        match item.message if isinstance(item, SessionMessage) else None:
            case JSONRPCRequest(id=request):
                self._requests[request] += 1
            case JSONRPCNotification(method="notifications/cancelled", params={"requestId": request}):
                self._done(request)  # what is cancelled is not answered
            case _:
                pass

    def went(self, item: SessionMessage) -> None:
        """Note a message that was handed on to be written."""
        match item.message:
            case JSONRPCResponse(id=request) | JSONRPCError(id=request):
                self._done(request)
            case _:
                pass

    async def none(self) -> None:
        """Wait until everything is answered, or for as long as is reasonable."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self._requests:
                    self._changed.clear()
                    await self._changed.wait()

    def _done(self, request: Any) -> None:
        if self._requests[request] > 1:
            self._requests[request] -= 1
        else:
            del self._requests[request]
        self._changed.set()


class Reading:
    """The incoming stream. It ends once everything that came is answered."""

    def __init__(self, stream: Any, unanswered: Unanswered) -> None:
        self._stream = stream
        self._unanswered = unanswered
        self._again: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def put_back(self, items: list[Any]) -> None:
        """Hand out once more what was already taken."""
        self._again = items

    async def receive(self) -> Any:
        if self._again:
            return self._again.pop(0)
        try:
            item = await self._stream.receive()
        except anyio.EndOfStream:
            await self._unanswered.none()
            raise
        self._unanswered.came(item)
        return item

    def __aiter__(self) -> Reading:
        return self

    async def __anext__(self) -> Any:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Reading:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._stream.aclose()


class Writing:
    """The outgoing stream."""

    def __init__(self, stream: Any, unanswered: Unanswered) -> None:
        self._stream = stream
        self._unanswered = unanswered

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    async def send(self, item: SessionMessage) -> None:
        await self._stream.send(item)
        self._unanswered.went(item)

    async def __aenter__(self) -> Writing:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._stream.aclose()
