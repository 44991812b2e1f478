"""A server's standard error, which never makes the server wait.

A client that starts a server may never read what it says. A pipe holds 64 KiB, and the line after that would stop every
answer. So lines wait in memory, a thread writes them, and what does not fit is dropped and counted. Short commands and
hooks keep the ordinary stream: this file is for processes that serve.
"""

from __future__ import annotations

import atexit
import io
import logging
import os
import select
import signal
import sys
import threading
from collections import deque
from types import FrameType
from typing import Any

MOST_WAITING = 256 * 1024
"""Bytes that may wait: a busy minute of log lines, and little beside the rest of a server."""
_LONGEST_UNFINISHED = 8 * 1024
_PATIENCE_SECONDS = 1.0
"""How long a process that ends waits for a reader."""


class Unblocked(io.TextIOBase):
    """A text stream on a descriptor. Writing costs the writer a copy in memory, whoever reads and however slowly."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        """Begin with nothing. In a forked child the thread is missing, and what waits is for the parent to write."""
        self._changed = threading.Condition()
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._unfinished = ""
        self._writer: threading.Thread | None = None
        self._busy = self._failed = False
        self._untold = 0
        self.dropped = 0
        """Lines since the start that nobody will see."""

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return os.isatty(self._fd)

    def write(self, text: str, /) -> int:
        with self._changed:
            whole, end, self._unfinished = (self._unfinished + text).rpartition("\n")
            self._add(whole + end)
            if len(self._unfinished) > _LONGEST_UNFINISHED:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Let a line go that has no end yet. Waits for nobody; `drain` does."""
        with self._changed:
            text, self._unfinished = self._unfinished, ""
            self._add(text)

    def drain(self, seconds: float = _PATIENCE_SECONDS) -> None:
        """Wait until everything is written, or for so long."""
        self.flush()
        with self._changed:
            self._changed.wait_for(lambda: not (self._busy or self._anything()), seconds)

    def _add(self, text: str) -> None:
        if not text:
            return
        data = text.encode("utf-8", "backslashreplace")
        if self._size + len(data) > MOST_WAITING:
            self._drop(data)
        else:
            self._waiting.append(data)
            self._size += len(data)
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_for_ever, name="stderr", daemon=True)
            self._writer.start()
        self._changed.notify_all()

    def _drop(self, data: bytes) -> None:
        lines = data.count(b"\n") or 1
        self._untold += lines
        self.dropped += lines

    def _anything(self) -> bool:
        # What failed is tried again with the next line, not for ever.
        return bool(self._waiting) or (self._untold > 0 and not self._failed)

    def _write_for_ever(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._anything)
                data, untold = b"".join(self._waiting), self._untold
                self._waiting.clear()
                self._size = self._untold = 0
                self._busy = True
            # Lines are dropped only after those that wait, so the notice stands where the gap is.
            failed = not self._sent(data + (_notice(untold).encode() if untold else b""))
            with self._changed:
                if failed:
                    self._untold += untold
                    if data:
                        self._drop(data)
                self._busy, self._failed = False, failed
                self._changed.notify_all()

    def _sent(self, data: bytes) -> bool:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:  # whoever shares this descriptor made it so
                select.select([], [self._fd], [])
            except OSError:  # nobody reads it any more, or its disk is full
                return False
        return True


_stream: Unblocked | None = None


def unblock() -> None:
    """From now on whatever this process says on standard error goes the way that blocks nobody: for servers.

    Loggers, `print`, warnings and the traceback of a crash all write to `sys.stderr`, so this replaces it.
    """
    global _stream
    if _stream is not None or sys.stderr is None:
        return
    before, _stream = sys.stderr, Unblocked(2)
    before.flush()
    sys.stderr = _stream
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is before:  # type: ignore[reportUnknownMemberType]
            handler.setStream(_stream)  # type: ignore[reportUnknownMemberType]
    sys.excepthook = _log_crash
    sys.unraisablehook = lambda it: _log_crash(it.exc_type, it.exc_value, it.exc_traceback)
    threading.excepthook = lambda it: _log_crash(it.exc_type, it.exc_value, it.exc_traceback)
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _drain_and_die)


def dropped() -> int:
    """Lines that this process could not get rid of."""
    return _stream.dropped if _stream else 0


def _notice(count: int) -> str:
    """What is said of a gap, in the form of the lines around it."""
    lines = "1 log line" if count == 1 else f"{count:,} log lines"
    text = f"Clone dropped {lines}, because nobody read standard error in time."
    record = logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, None, None)
    formatter = next((each.formatter for each in logging.getLogger().handlers if each.formatter), None)
    return (formatter or logging.Formatter()).format(record) + "\n"


def drain() -> None:
    """Before the process ends: give a reader the time to take what is left, and no more."""
    if _stream is not None:
        _stream.drain()


atexit.register(drain)  # on import, because what is registered first comes last


def _log_crash(kind: type[BaseException], exc: BaseException | None, trace: Any) -> None:
    """Not Python's own hook, which shows the exception's text: that may be what somebody wrote."""
    logging.getLogger(__name__).critical("Clone crashed", exc_info=(kind, exc or kind(), trace))


def _drain_and_die(number: int, _frame: FrameType | None) -> None:
    """uvicorn ends by the signal that stopped it, and nothing that is registered for the exit runs then."""
    drain()
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
