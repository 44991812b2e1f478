"""The command line. Without arguments it is the stdio server, so nothing else is loaded for that."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module

from clone_mcp import stderr
from clone_mcp.cli import streams
from clone_mcp.clone import Clone, Opening
from clone_mcp.errors import CloneError
from clone_mcp.logs import set_up
from clone_mcp.settings import Settings, from_env, unknown


def run(arguments: Sequence[str]) -> int:
    """Run a command; the exit code says whether it worked. What can be foreseen is told in a line, without a trace."""
    streams.make_usable()
    try:
        code = _run(arguments)
        print(end="", flush=True)
    except SystemExit as exc:  # argparse's way out, and uvicorn's
        code = exc.code if isinstance(exc.code, int) else 0
    except CloneError as exc:
        code = _failed(str(exc))
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # whoever read this has seen enough, as in `clone-mcp memory show | head`
        streams.give_up(*streams.OUTPUTS)
        return 141
    except EOFError:
        code = _failed("The input ended before the question was answered. Run the command again in a terminal.")
    except UnicodeDecodeError as exc:
        code = _failed(f"The input is not text in {exc.encoding}. Send it in UTF-8.")
    except OSError as exc:
        code = _failed(_told(exc))
    return _flushed(code)


def _failed(text: str) -> int:
    streams.complain(text)
    return 2


def _flushed(code: int) -> int:
    """The code, once everything is out: what fails only on leaving would be told by Python, with a trace."""
    try:
        print(end="", flush=True)
    except BrokenPipeError:
        streams.give_up(*streams.OUTPUTS)
        return 141
    except OSError as exc:
        streams.give_up("stdout")
        return code or _failed(_told(exc))
    return code


def _told(exc: OSError) -> str:
    """A file that can't be opened has a name. What is written to and fails has none."""
    said = exc.strerror or type(exc).__name__
    if exc.filename is not None:
        name = os.fsdecode(exc.filename)
        return f"{name} can't be used: {said}. Check it with `ls -ld '{name}'`, then run the same command again."
    if exc.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return f"The output can't be written: {said}. Free some space, then run the same command again."
    return f"Reading or writing failed: {said}. Check where the input comes from and where the output goes."


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
        from clone_mcp.transports.http import server as http

        become_server()
        http.serve(read, opening(read), host=read.host, port=read.port, no_auth=False)
        return 0
    from clone_mcp.transports.local import home_of
    from clone_mcp.transports.stdio import server as stdio

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
