"""Either protocol era on one stdio connection, for clients that look before they choose.

The SDK lets the first request decide the era. Claude Code asks `server/discover` (2026-07-28) and may then still open
with `initialize`, which the SDK refuses because discovery was taken for the choice. So discovery is answered here,
and the first other request decides.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.runner import serve_dual_era_loop
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCRequest

_KEPT = 8
"""Frames before the first request that are worth keeping, as the SDK itself does."""


async def serve_either_era(server: Server[Any], read_stream: Any, write_stream: Any) -> None:
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
    await _serve(server, _Replayed(lead, read_stream), write_stream)


async def _answer(server: Server[Any], discovery: Any) -> Any:
    """Answer one discovery on a connection of its own, which leaves the real one undecided."""
    ask, asked = anyio.create_memory_object_stream[Any](1)
    answer, answered = anyio.create_memory_object_stream[Any](1)
    async with anyio.create_task_group() as tasks, ask, asked, answer, answered:
        tasks.start_soon(_serve, server, asked, answer)
        await ask.send(discovery)
        reply = await answered.receive()
        tasks.cancel_scope.cancel()
        return reply
    raise AssertionError("the task group does not swallow")  # for the type checker


async def _serve(server: Server[Any], read_stream: Any, write_stream: Any) -> None:
    await serve_dual_era_loop(server, read_stream, write_stream, lifespan_state={})


class _Replayed:
    """A stream that begins with what was already taken from it."""

    def __init__(self, lead: list[Any], rest: Any) -> None:
        self._lead = lead
        self._rest = rest

    @property
    def last_context(self) -> Any:
        return getattr(self._rest, "last_context", None)

    async def receive(self) -> Any:
        return self._lead.pop(0) if self._lead else await self._rest.receive()

    async def aclose(self) -> None:
        await self._rest.aclose()

    def __aiter__(self) -> _Replayed:
        return self

    async def __anext__(self) -> Any:
        return self._lead.pop(0) if self._lead else await anext(self._rest)

    async def __aenter__(self) -> _Replayed:
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.aclose()
