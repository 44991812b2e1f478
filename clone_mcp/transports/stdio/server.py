"""stdio: one person, local. Answers before storage is loaded, dies with its parent, loses nothing acknowledged."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server

from clone_mcp import stderr
from clone_mcp.clone import Opening
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.tools.server import build
from clone_mcp.transports.background import Background
from clone_mcp.transports.local import LocalDoor
from clone_mcp.transports.stdio.connection import Reading, Unanswered, Writing, serve_either_era
from clone_mcp.transports.stdio.pipes import standard_streams

AGENT = Caller(LOCAL_TENANT, Scope.AGENT)
_PARENT_CHECK_SECONDS = 2.0
"""A client that was killed leaves its server behind for no longer than this."""


def run(opening: Opening, home: Path | None) -> None:
    """Serve until stdin closes, the parent is gone or a signal comes. Does not return.

    `home` is where hooks leave and ask, when the database is this person's own.
    """
    asyncio.run(_serve(build(opening, lambda _ctx: AGENT), opening, home))
    _leave()


async def _serve(server: Server[Any], opening: Opening, home: Path | None) -> None:
    background = Background(opening)
    door = LocalDoor(home, opening) if home else None

    def warm_up() -> None:
        background.start()
        if door:
            door.start()

    # Instead of the SDK's own, which makes a span of every message: over a pipe nobody collects them.
    server.middleware[:] = [_once_listed(server, warm_up)]

    async def close() -> None:
        if door:
            await door.stop()
        await background.stop()
        await opening.close()

    end = asyncio.get_running_loop().create_task
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name) and sys.platform != "win32":
            asyncio.get_running_loop().add_signal_handler(
                getattr(signal, name), lambda: _keep(end(_close_and_leave(close)))
            )
    _keep(end(_die_with_parent(close)))
    unanswered = Unanswered()
    async with standard_streams() as (read_stream, write_stream):
        await serve_either_era(server, Reading(read_stream, unanswered), Writing(write_stream, unanswered))
    await close()


def _once_listed(server: Server[Any], warm_up: Callable[[], None]) -> Any:
    """Load storage once tools/list is answered: until then the client waits, afterwards it thinks."""

    async def once_listed(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        result = await call_next(ctx)
        if ctx.method in ("tools/list", "tools/call"):
            server.middleware.clear()
            asyncio.get_running_loop().call_later(0.02, warm_up)
        return result

    return once_listed


async def _die_with_parent(close: Callable[[], Awaitable[None]]) -> None:
    """Leave when adopted: a client that dies does not always close our stdin."""
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110 (nothing tells when a parent dies)
        await asyncio.sleep(_PARENT_CHECK_SECONDS)
    await _close_and_leave(close)


async def _close_and_leave(close: Callable[[], Awaitable[None]]) -> None:
    await close()
    _leave()


def _leave() -> None:
    """End now. The thread that reads stdin can't be interrupted, and an orderly exit would wait for it."""
    stderr.drain()
    os._exit(0)


_running: set[asyncio.Task[None]] = set()


def _keep(task: asyncio.Task[None]) -> None:
    """Hold on to a task: the loop itself does not."""
    _running.add(task)
    task.add_done_callback(_running.discard)
