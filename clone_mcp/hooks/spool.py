"""What hooks leave for a server: notes, one a line, in files beside the database.

A hook must not make its person wait, and often no server runs. So it appends a line and is done; whichever server runs
next delivers. Standard library only, because the hook's whole start is measured in milliseconds.

A note survives the hook, the server and a crash of either. It is not forced onto the disk: of a power cut the last
seconds may be lost, as with the database itself. Notes may arrive twice, which their ids make harmless.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any

try:
    import fcntl
except ImportError:  # Windows, where every note gets a file of its own
    fcntl = None  # type: ignore[assignment]

MOST_BYTES = 64 * 1024 * 1024
"""What waits for a server that never comes."""
LONGEST_NOTE = 2 * 1024 * 1024
"""Bytes of a line: the longest text that a hook notes, at six bytes a character, and the rest."""
_MOST_SET_ASIDE = 1024 * 1024
"""Bytes for the person to look at; nobody reads more."""
_TRIES = 200
"""A millisecond apart. A server has just claimed the file, and the next one is free at once."""
_OPEN = "notes.jsonl"
_SET_ASIDE = "set-aside.jsonl"
_CLAIMED = "claimed-"
_PRIVATE = 0o600


class Spool:
    """The folder of notes, `most_bytes` of them. Any number of hooks write, any number of servers deliver."""

    def __init__(self, folder: str, *, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self._most_bytes = most_bytes

    def add(self, note: dict[str, Any]) -> bool:
        """Append a note. False when there is no room: it is lost, and `doctor` says so."""
        line = json.dumps(note, separators=(",", ":")).encode() + b"\n"
        if len(line) > LONGEST_NOTE:
            return False
        os.makedirs(self.folder, mode=0o700, exist_ok=True)  # noqa: PTH103 (pathlib alone takes as long as all of this)
        return self._append(line) if fcntl else self._leave_alone(line)

    def _append(self, line: bytes) -> bool:
        for _ in range(_TRIES):
            with _opened(self._path(_OPEN), os.O_RDWR | os.O_APPEND | os.O_CREAT) as fd:
                if not _lock(fd, shared=True) or os.fstat(fd).st_nlink == 0:
                    time.sleep(0.001)  # a server has just claimed this file: the next one is ours
                    continue
                size = os.fstat(fd).st_size
                if size + len(line) > self._most_bytes:
                    return False
                if size and os.pread(fd, 1, size - 1) != b"\n":  # the disk was full in the midst of the last one
                    line = b"\n" + line
                return os.write(fd, line) == len(line)  # one call, so that no other line gets in between
        return False

    def _leave_alone(self, line: bytes) -> bool:
        name = f"{_CLAIMED}{time.time_ns()}-{os.getpid()}"
        draft, final = self._path(f"{name}.draft"), self._path(f"{name}.jsonl")
        if self.waiting() + len(line) > self._most_bytes:
            return False
        with _opened(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as fd:
            if os.write(fd, line) != len(line):
                return False
        os.replace(draft, final)  # noqa: PTH105
        return True

    def claimed(self) -> Generator[SpoolFile]:
        """Files to deliver, oldest first, each held against other servers until the next is asked for.

        What failed before comes first; nothing new is claimed while it lies there.
        """
        if not self._names(_CLAIMED):
            self._claim()
        for name in self._names(_CLAIMED):
            held = SpoolFile(self._path(name))
            with suppress(FileNotFoundError), _opened(held.path, os.O_RDWR) as held.fd:
                if _lock(held.fd, shared=False) and os.fstat(held.fd).st_nlink:
                    yield held
                    if held.delivered and fcntl:  # still locked, so that nobody writes into what is gone
                        os.unlink(held.path)  # noqa: PTH108
            if held.delivered and fcntl is None:
                os.unlink(held.path)  # noqa: PTH108

    def _claim(self) -> None:
        name = f"{_CLAIMED}{time.time_ns()}-{os.getpid()}.jsonl"
        with suppress(FileNotFoundError):
            os.rename(self._path(_OPEN), self._path(name))  # noqa: PTH104

    def set_aside(self, what: str, reason: str) -> None:
        """Keep something that can't be delivered for the person to look at, if there is room."""
        line = json.dumps({"reason": reason, "what": what[:4000]}).encode() + b"\n"
        with suppress(OSError):
            os.makedirs(self.folder, mode=0o700, exist_ok=True)  # noqa: PTH103
            with _opened(self._path(_SET_ASIDE), os.O_WRONLY | os.O_APPEND | os.O_CREAT) as fd:
                if os.fstat(fd).st_size + len(line) <= _MOST_SET_ASIDE:
                    os.write(fd, line)

    @property
    def aside(self) -> str:
        """The file of what was set aside."""
        return self._path(_SET_ASIDE)

    def waiting(self) -> int:
        """How many bytes are not delivered yet."""
        return sum(self._size(name) for name in (*self._names(_CLAIMED), _OPEN))

    def failures(self) -> list[dict[str, str]]:
        """What was set aside, and why."""
        try:
            with open(self._path(_SET_ASIDE), encoding="utf-8") as file:  # noqa: PTH123
                return [json.loads(line) for line in file]
        except (OSError, ValueError):
            return []

    def _names(self, start: str) -> list[str]:
        """Plain files alone: a link leads elsewhere, and a pipe would be waited for."""
        try:
            with os.scandir(self.folder) as found:
                plain = [each.name for each in found if each.is_file(follow_symlinks=False)]
        except OSError:
            return []
        return sorted(name for name in plain if name.startswith(start) and name.endswith("l"))

    def _size(self, name: str) -> int:
        try:
            return os.stat(self._path(name)).st_size  # noqa: PTH116
        except OSError:
            return 0

    def _path(self, name: str) -> str:
        return f"{self.folder}/{name}"


class SpoolFile:
    """Notes that this process delivers now."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.fd = -1
        self.delivered = False
        """Set it once everything in the file was delivered or set aside; else it is delivered again."""

    def lines(self) -> Iterator[bytes]:
        """Every line, the last one even if it was cut off.

        An empty one is none: it comes from a writer that met half of another's line.
        """
        with open(self.fd, "rb", closefd=False) as file:
            while line := file.readline(LONGEST_NOTE + 1):
                if line != b"\n":
                    yield line


@contextmanager
def _opened(path: str, flags: int) -> Generator[int]:
    fd = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), _PRIVATE)
    try:
        yield fd
    finally:
        os.close(fd)


def _lock(fd: int, *, shared: bool) -> bool:
    """Writers share a file, each for microseconds; a server that delivers has it alone, for as long as that takes."""
    if fcntl is None:
        return True
    for _ in range(1 if shared else 50):
        try:
            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.001)
        else:
            return True
    return False
