"""Standard input and output without threads.

The SDK reads and writes them in worker threads, three hops a message, and those are half of what an empty call costs.
Pipes and sockets, which is what clients give their servers, can be waited on by the event loop itself. Then whoever
wants a message reads it, and whoever has one writes it: the SDK's tasks in between cost as much again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import jsonrpc_message_adapter

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
    incoming = await Incoming.of(source)
    yield incoming, Outgoing(sink, lost=incoming.end)


def _waitable(fd: int) -> bool:
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


class Incoming:
    """What comes in, line by line. A line that is no message is handed on as the error that it is."""

    def __init__(self, reader: asyncio.StreamReader, pipe: asyncio.ReadTransport) -> None:
        self._reader = reader
        self._pipe = pipe

    @classmethod
    async def of(cls, fd: int) -> Incoming:
        """Read from a pipe or a socket."""
        reader = asyncio.StreamReader(LONGEST_LINE)
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", buffering=0)
        )
        return cls(reader, pipe)

    async def receive(self) -> SessionMessage | Exception:
        """The next message. Raises EndOfStream."""
        line = await self._line()
        if not line:
            raise anyio.EndOfStream
        try:
            return SessionMessage(jsonrpc_message_adapter.validate_json(line.decode("utf-8", "replace"), by_name=False))
        except ValueError as exc:
            return exc

    def __aiter__(self) -> Incoming:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def aclose(self) -> None:
        """Read no more."""
        self.end()

    def end(self) -> None:
        """The same, as if the client had closed its side."""
        self._pipe.close()

    async def _line(self) -> bytes:
        try:
            return await self._reader.readline()
        except ValueError:
            self.end()  # at once: until it is closed the pipe takes in what comes, however much
            log.warning("A message of more than %s bytes came in. Clone ends.", f"{LONGEST_LINE:,}")
        except OSError as exc:  # a socket, reset by a client that was killed
            log.info("The client is gone: %s", exc)
        return b""


class Outgoing:
    """What goes out, in whole lines. A client that does not read makes the writers wait, and nobody else."""

    def __init__(self, fd: int, lost: Callable[[], None]) -> None:
        self._fd = fd
        self._lost = lost
        self._rest = bytearray()
        self._flushing: asyncio.Task[None] | None = None
        os.set_blocking(fd, False)

    async def send(self, item: SessionMessage) -> None:
        """Write a message, all of it even if the one who sends it is cancelled meanwhile."""
        self._rest += item.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n"
        if self._flushing is None:
            self._write()
            if self._rest:
                self._flushing = asyncio.create_task(self._flush())
        await self._all_written()

    async def aclose(self) -> None:
        """Wait until everything is written."""
        await self._all_written()

    async def _all_written(self) -> None:
        if self._flushing is not None:
            await asyncio.shield(self._flushing)

    def _write(self) -> None:
        try:
            while self._rest:
                del self._rest[: os.write(self._fd, self._rest)]
        except BlockingIOError:
            pass
        except OSError as exc:  # nobody is there to read it, and nobody will be
            log.info("The client is gone: %s", exc)
            self._rest.clear()
            self._lost()

    async def _flush(self) -> None:
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        loop.add_writer(self._fd, ready.set)
        try:
            while self._rest:
                await ready.wait()
                ready.clear()
                self._write()
        finally:
            loop.remove_writer(self._fd)
            self._flushing = None
