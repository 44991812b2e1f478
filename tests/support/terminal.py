"""A program in a terminal of its own: what it shows, and typing into it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[@-Z\\-_=>])")
ENTER, TAB, DOWN, ESCAPE = "\r", "\t", "\x1b[B", "\x1b"


class Terminal:
    """What a person has before them."""

    def __init__(self, pid: int, fd: int) -> None:
        self.pid = pid
        self._fd = fd
        self._raw = b""
        self._seen = 0

    @property
    def text(self) -> str:
        """All that was ever shown, without escapes and blanks: programs move the cursor instead of writing blanks."""
        return _plain(self._raw)

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def wait_for(self, text: str, *, seconds: float = 20.0, anew: bool = True) -> str:
        """Read on until the text has been shown since it was last waited for."""
        wanted = "".join(text.split())
        until = time.monotonic() + seconds
        while True:
            shown = _plain(self._raw[self._seen :] if anew else self._raw)
            if wanted in shown:
                self._seen = len(self._raw)
                return shown
            left = until - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"{text!r} was never shown. Of what was:\n{shown[-3000:]}")

    def quiet(self, *, seconds: float = 0.4, most: float = 10.0) -> None:
        """Read on until nothing more is shown for a while."""
        until = time.monotonic() + most
        while time.monotonic() < until and self._read(seconds):
            pass

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            part = os.read(self._fd, 65536)
        except OSError:
            return False
        self._raw += part
        if b"\x1b[c" in part:  # it asks what terminal this is
            os.write(self._fd, b"\x1b[?62;c")
        if b"\x1b[6n" in part:
            os.write(self._fd, b"\x1b[1;1R")
        return bool(part)


@contextmanager
def terminal(command: Sequence[str], *, env: dict[str, str], folder: Path) -> Generator[Terminal]:
    """The program, in a terminal of 40 lines and 140 columns, until the block ends."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(command[0], list(command), env)  # noqa: S606 (there is nothing for a shell to do)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
    try:
        yield Terminal(pid, fd)
    finally:
        with suppress(OSError):
            os.kill(pid, signal.SIGTERM)
        _reap(pid, fd)


def _reap(pid: int, fd: int) -> None:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        with suppress(OSError):
            if select.select([fd], [], [], 0.05)[0]:
                os.read(fd, 65536)
        if os.waitpid(pid, os.WNOHANG)[0]:
            break
    else:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    os.close(fd)


def _plain(raw: bytes) -> str:
    return "".join(_ESCAPES.sub("", raw.decode("utf-8", "replace")).split())
