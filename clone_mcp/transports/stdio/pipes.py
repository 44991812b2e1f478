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
import threading
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import (
    INVALID_REQUEST,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    RequestId,
)

from clone_mcp.transports.messages import BATCHING, Malformed, batch, in_batch, mended, read

log = logging.getLogger(__name__)

LONGEST_LINE = 64 * 1024 * 1024
_TOO_LONG = Malformed(INVALID_REQUEST, f"The message is over the limit of {LONGEST_LINE:,} bytes. Send it in parts.")


@asynccontextmanager
async def standard_streams() -> AsyncGenerator[tuple[Any, Any]]:
    """Streams of messages over stdin and stdout. On Windows the SDK's: those leave unanswered what they can't read."""
    if sys.platform == "win32":
        async with stdio_server() as streams:
            yield streams
        return
    # What else runs in this process must neither read the protocol nor write into it.
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr  # for `print`, which would wait for whoever reads there
    outgoing = Outgoing(sink)
    incoming = await Incoming.of(source if _waitable(source) else _pumped(source), outgoing)
    outgoing.lost = incoming.end
    yield incoming, outgoing


def _waitable(fd: int) -> bool:
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _pumped(source: int) -> int:
    """A pipe with what comes from a file or a terminal, which the event loop can't wait on. A thread fills it."""
    out, into = os.pipe()

    def pump() -> None:
        with suppress(OSError), os.fdopen(into, "wb", buffering=0) as pipe:
            while data := os.read(source, 64 * 1024):
                rest = memoryview(data)
                while rest:
                    rest = rest[pipe.write(rest) :]

    threading.Thread(target=pump, name="stdin", daemon=True).start()
    return out


class Incoming:
    """What comes in, line by line. A line that is no message is answered with an error, and the next one is read."""

    def __init__(self, reader: asyncio.StreamReader, pipe: asyncio.ReadTransport, outgoing: Outgoing) -> None:
        self._reader = reader
        self._pipe = pipe
        self._outgoing = outgoing
        self._ready: deque[JSONRPCMessage] = deque()
        self._batching = False

    @classmethod
    async def of(cls, fd: int, outgoing: Outgoing) -> Incoming:
        """Read from a pipe or a socket."""
        reader = asyncio.StreamReader(LONGEST_LINE)
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", buffering=0)
        )
        return cls(reader, pipe, outgoing)

    async def receive(self) -> SessionMessage:
        """The next message. Raises EndOfStream."""
        while not self._ready:
            try:
                line = await self._line()
            except asyncio.IncompleteReadError as end:
                self._take_last(end.partial)
            else:
                self._take(line)
        return SessionMessage(self._ready.popleft())

    async def aclose(self) -> None:
        """Read no more."""
        self.end()

    def end(self) -> None:
        """The same, as if the client had closed its side."""
        self._pipe.close()

    async def _line(self) -> bytes:
        """The next line. One that is too long is thrown away as it comes, and answered at its end.

        Raises IncompleteReadError at the end of the input, with what stood there without a line's end.
        """
        too_long = False
        while True:
            try:
                line = await self._reader.readuntil()
            except asyncio.LimitOverrunError as exc:
                too_long = True
                await self._reader.readexactly(exc.consumed)
            except asyncio.IncompleteReadError as end:
                raise asyncio.IncompleteReadError(b"" if too_long else end.partial, None) from end
            except OSError as exc:  # a socket, reset by a client that was killed
                log.info("The client is gone: %s", exc)
                raise asyncio.IncompleteReadError(b"", None) from exc
            else:
                if not too_long:
                    return line
                self._refuse(_TOO_LONG)
                too_long = False

    def _take_last(self, partial: bytes) -> None:
        """What stood before the end of the input. Half a message is passed over: its client is gone."""
        message = read(mended(partial)) if partial.strip() else None
        if message is None or isinstance(message, Malformed):
            raise anyio.EndOfStream
        self._ready.append(message)

    def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        data = mended(line)
        parts = batch(data) if self._batching else None
        if parts:
            messages = [in_batch(part) for part in parts]
            self._outgoing.gather(messages)
        else:
            messages = [read(data)]
        for message in messages:
            if isinstance(message, Malformed):
                self._refuse(message, answered=parts is not None)
                continue
            match message:
                case JSONRPCRequest(method="initialize", params={"protocolVersion": str(version)}):
                    self._batching = version == BATCHING
                case JSONRPCNotification(
                    method="notifications/cancelled", params={"requestId": str() | int() as number}
                ):
                    self._outgoing.await_no_more(number)
                case _:
                    pass
            self._ready.append(message)

    def _refuse(self, fault: Malformed, *, answered: bool = False) -> None:
        log.debug("Not a message (%s): %s", fault.code, fault.reason)
        if fault.awaited and not answered:
            self._outgoing.post(fault.answer)


class Outgoing:
    """What goes out, in whole lines. A client that does not read makes the writers wait, and nobody else."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.lost: Callable[[], None] = lambda: None
        """What to do when nobody reads any more."""
        self._rest = bytearray()
        self._flushing: asyncio.Task[None] | None = None
        self._batches: list[_Batch] = []
        os.set_blocking(fd, not _waitable(fd))  # a terminal is the shell's, too

    async def send(self, item: SessionMessage) -> None:
        """Write a message, all of it even if the one who sends it is cancelled meanwhile."""
        self.post(item.message)
        await self._all_written()

    def post(self, message: JSONRPCMessage) -> None:
        """Write a message as soon as somebody reads. The answers to a batch are held back until they are all there."""
        text = message.model_dump_json(by_alias=True, exclude_unset=True)
        if isinstance(message, JSONRPCResponse | JSONRPCError):
            for each in self._batches:
                if each.add(message.id, text):
                    self._write_whole_batches()
                    return
        self._put(text)

    def gather(self, messages: Sequence[JSONRPCMessage | Malformed]) -> None:
        """Write the answers to these messages as one array."""
        self._batches.append(_Batch(messages))
        self._write_whole_batches()

    def await_no_more(self, request: RequestId) -> None:
        """A cancelled request gets no answer, so a batch must not wait for one."""
        for each in self._batches:
            each.awaited.pop(request, None)
        self._write_whole_batches()

    async def aclose(self) -> None:
        """Wait until everything is written."""
        await self._all_written()

    def _write_whole_batches(self) -> None:
        whole = [each for each in self._batches if not each.awaited]
        self._batches = [each for each in self._batches if each.awaited]
        for each in whole:
            if each.answers:
                self._put(f"[{','.join(each.answers)}]")

    def _put(self, text: str) -> None:
        self._rest += text.encode() + b"\n"
        if self._flushing is None:
            self._write()
            if self._rest:
                self._flushing = asyncio.create_task(self._flush())

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
            self.lost()

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


class _Batch:
    """The answers to one batch, and how many requests with which id still await theirs."""

    def __init__(self, messages: Sequence[JSONRPCMessage | Malformed]) -> None:
        self.awaited = Counter(each.id for each in messages if isinstance(each, JSONRPCRequest))
        faults = [each for each in messages if isinstance(each, Malformed) and each.awaited]
        self.answers = [each.answer.model_dump_json(by_alias=True, exclude_unset=True) for each in faults]

    def add(self, request: RequestId | None, answer: str) -> bool:
        """Keep an answer, if it is one to this batch."""
        if request is None or request not in self.awaited:
            return False
        self.answers.append(answer)
        self.awaited.subtract([request])
        self.awaited += Counter[RequestId]()  # which drops what is at zero
        return True
