"""What came in and was not answered yet, on one connection.

The SDK takes the end of input for the end of all work. Who sends everything and closes at once, as a shell pipeline
does, wants answers all the same.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

import anyio
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

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

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    async def receive(self) -> Any:
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
