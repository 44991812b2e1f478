"""Standard input and output without threads.

The SDK reads and writes them in worker threads, three hops a message, and those are half of what an empty call costs.
Pipes and sockets, which is what clients give their servers, can be waited on by the event loop itself.
"""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from mcp.server.stdio import stdio_server

log = logging.getLogger(__name__)

LONGEST_LINE = 64 * 1024 * 1024


@asynccontextmanager
async def standard_streams() -> AsyncGenerator[tuple[Any, Any]]:
    """The SDK's streams over stdin and stdout, in the quickest way that these allow."""
    if sys.platform == "win32" or not (_waitable(0) and _waitable(1)):
        async with stdio_server() as streams:
            yield streams
        return
    # What else runs in this process must neither read the protocol nor write into it.
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    lines = _Lines(source)
    async with stdio_server(cast("Any", lines), cast("Any", _Sink(sink, lost=lines.end))) as streams:
        yield streams


def _waitable(fd: int) -> bool:
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


class _Lines:
    """What comes in, line by line."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._pipe: asyncio.ReadTransport | None = None

    async def __aiter__(self) -> AsyncIterator[str]:
        reader = asyncio.StreamReader(LONGEST_LINE)
        self._pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._fd, "rb", buffering=0)
        )
        try:
            while line := await reader.readline():
                yield line.decode("utf-8", "replace")
        except ValueError:
            self.end()  # at once: until it is closed the pipe takes in what comes, however much
            log.warning("A message of more than %s bytes came in. Clone ends.", f"{LONGEST_LINE:,}")
        except OSError as exc:  # a socket, reset by a client that was killed
            log.info("The client is gone: %s", exc)

    def end(self) -> None:
        """Read no more, as if the client had closed its side."""
        if self._pipe is not None:
            self._pipe.close()


class _Sink:
    """What goes out. A client that does not read makes the writer wait, and nobody else."""

    def __init__(self, fd: int, lost: Callable[[], None]) -> None:
        self._fd = fd
        self._lost = lost
        os.set_blocking(fd, False)

    async def write(self, text: str) -> None:
        rest = memoryview(text.encode())
        while rest:
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:
                await self._writable()
            except OSError as exc:  # nobody is there to read it, and nobody will be
                log.info("The client is gone: %s", exc)
                self._lost()
                return

    async def flush(self) -> None:
        """Nothing is held back."""

    async def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_writer(self._fd, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_writer(self._fd)
