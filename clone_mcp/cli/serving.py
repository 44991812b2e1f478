"""`clone-mcp`, `clone-mcp stdio` and `serve`: the server, over stdio or HTTP.

Loaded at every start of a client. So argparse is for the types alone, and a transport is loaded by whoever serves it.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from clone_mcp import stderr
from clone_mcp.cli.running import settings
from clone_mcp.clone import Clone, Opening
from clone_mcp.settings import Settings

if TYPE_CHECKING:
    import argparse


def add(actions: Any) -> None:
    """The commands and their options."""
    from clone_mcp.cli.terminal import command, port  # argparse, which the stdio server does without

    # Clients that pass a transport explicitly get what they would get without it.
    command(actions, "stdio", "serve MCP over stdio (the default)", _stdio)
    serve = command(actions, "serve", "serve MCP over Streamable HTTP", _serve)
    serve.add_argument("--host", help="address to bind (default: CLONE_HOST or 127.0.0.1)")
    serve.add_argument("--port", type=port, help="port to bind (default: CLONE_PORT or 8787)")
    serve.add_argument("--no-auth", action="store_true", help="ask for no key; loopback addresses only")
    serve.add_argument("--with-worker", action="store_true", help="work jobs off too (on SQLite it always does)")


def _stdio(_arguments: argparse.Namespace) -> int:
    return serve_as_configured(settings().model_copy(update={"transport": "stdio"}))


def _serve(arguments: argparse.Namespace) -> None:
    read = settings()
    if arguments.with_worker:
        read = read.model_copy(update={"with_worker": True})
    port = read.port if arguments.port is None else arguments.port
    _serve_http(read, host=arguments.host or read.host, port=port, no_auth=arguments.no_auth)


def serve_as_configured(read: Settings) -> int:
    """What `clone-mcp` alone does: stdio, unless MCP_TRANSPORT says http."""
    if read.transport == "http":
        _serve_http(read, host=read.host, port=read.port, no_auth=False)
        return 0
    from clone_mcp.transports.local import home_of  # neither transport waits for what the other one loads
    from clone_mcp.transports.stdio import server as stdio

    become_server()
    stdio.run(opening(read), home_of(read))
    return 0


def _serve_http(read: Settings, *, host: str, port: int, no_auth: bool) -> None:
    from clone_mcp.transports.http import server as http  # uvicorn and starlette

    become_server()
    http.serve(read, opening(read), host=host, port=port, no_auth=no_auth)


def opening(read: Settings) -> Opening:
    """A Clone for a server, loaded and opened when it is first needed, in a thread: until then tools/list is quick."""

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Clone]:
        async with AsyncExitStack() as stack:
            gc.disable()  # a third of what loading costs would be looking for garbage in what stays
            try:
                app = await asyncio.to_thread(import_module, "clone_mcp.app")
                clone = await stack.enter_async_context(app.opened(read))
                gc.freeze()
            finally:
                gc.enable()
            yield clone

    return Opening(opened)


def become_server() -> None:
    """For a process that stays: what is loaded is kept out of every collection, and no log line ever blocks it."""
    gc.freeze()
    gc.enable()
    stderr.unblock()
