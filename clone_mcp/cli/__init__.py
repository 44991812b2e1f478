"""The command line. Without arguments it is the stdio server, so nothing else is loaded for that."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module

from clone_mcp import stderr
from clone_mcp.clone import Clone, Opening
from clone_mcp.errors import CloneError
from clone_mcp.logs import set_up
from clone_mcp.settings import Settings, from_env, unknown


def run(arguments: Sequence[str]) -> int:
    """Run a command; the exit code says whether it worked."""
    try:
        try:
            return _run(arguments)
        finally:
            print(end="", flush=True)  # there may be no stdout at all
    except CloneError as exc:
        print(f"clone-mcp: {exc}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read this has seen enough, as in `clone-mcp memory show | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed on leaving
        return 141


def _run(arguments: Sequence[str]) -> int:
    if not arguments:
        return serve_as_configured(settings())
    from clone_mcp.cli.parser import parse

    command = parse(arguments)
    return command.function(command)


def settings() -> Settings:
    """Settings from the environment, with logging set up as they say: to stderr, because stdout is the protocol's."""
    read = from_env(os.environ)
    set_up(read.log_level, read.log_format)
    if strangers := unknown(os.environ):
        logging.getLogger(__name__).warning("Not settings of Clone, ignored: %s", ", ".join(strangers))
    return read


def serve_as_configured(read: Settings) -> int:
    """What `clone-mcp` alone does: stdio, unless MCP_TRANSPORT says http."""
    if read.transport == "http":
        from clone_mcp.transports import http

        become_server()
        http.serve(read, opening(read), host=read.host, port=read.port, no_auth=False)
        return 0
    from clone_mcp.transports import stdio
    from clone_mcp.transports.local import home_of

    become_server()
    stdio.run(opening(read), home_of(read))
    return 0


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
