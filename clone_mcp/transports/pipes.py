"""Standard input and output without threads.

The SDK reads and writes them in worker threads, three hops a message, and those are half of what an empty call costs.
Pipes and sockets, which is what clients give their servers, can be waited on by the event loop itself.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from mcp.server.stdio import stdio_server

_LONGEST_LINE = 64 * 1024 * 1024
_LAST_ANSWERS_SECONDS = 0.1


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
    async with stdio_server(cast("Any", _Lines(source)), cast("Any", _Sink(sink))) as streams:
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

    async def __aiter__(self) -> AsyncIterator[str]:
        reader = asyncio.StreamReader(_LONGEST_LINE)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._fd, "rb", buffering=0)
        )
        while line := await reader.readline():
            yield line.decode("utf-8", "replace")
        # The end of input cancels what is still running. Who sends everything and closes at once wants answers too.
        await asyncio.sleep(_LAST_ANSWERS_SECONDS)


class _Sink:
    """What goes out. A client that does not read makes the writer wait, and nobody else."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        os.set_blocking(fd, False)

    async def write(self, text: str) -> None:
        rest = memoryview(text.encode())
        while rest:
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:
                await self._writable()

    async def flush(self) -> None:
        """Nothing is held back."""

    async def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        loop.add_writer(self._fd, ready.set_result, None)
        try:
            await ready
        finally:
            loop.remove_writer(self._fd)
