"""An export as it comes: one file, a folder, or a zip that is read where it lies and never unpacked.

And how to read the objects of large JSON arrays one at a time. What a service writes into them is up to its reader.
"""

from __future__ import annotations

import codecs
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from clone_mcp.clients.turns import Log, files_in, lines, record, regular

MOST_MEMBERS = 200_000
LARGEST_MEMBER = 8 * 1024**3
LARGEST_TOTAL = 32 * 1024**3
_SUSPECT = 64 * 1024**2
_DENSEST = 200
"""Text shrinks to a tenth; what was made to explode, to a thousandth."""
LARGEST_OBJECT = 64 * 1024 * 1024
"""Characters that one object of an array may have."""
_CHUNK = 256 * 1024
_BUFFER = 1024 * 1024
_HEAD = 64 * 1024
"""Characters before an array that are handed on with its objects."""
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What reading a damaged file raises."""
_NO_ZIP = (*BROKEN, ValueError, struct.error)
"""What opening one raises: lengths and names that can't be are met there."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an export. Its name is for telling it apart: nothing is ever written under it."""

    name: str
    place: Path | str
    _open: Callable[[], BinaryIO]

    @contextmanager
    def opened(self, log: Log) -> Generator[BinaryIO | None]:
        """The open file; None, with a note, when it can't be opened."""
        try:
            file = self._open()
        except _NO_ZIP as exc:
            log.bad(self.place, 0, str(exc) or type(exc).__name__)
            yield None
            return
        with file:
            yield file

    @property
    def base(self) -> str:
        """The name without folders."""
        return PurePosixPath(self.name).name

    def lines(self, log: Log) -> Iterator[tuple[int, bytes]]:
        """Its lines with their numbers."""
        with self.opened(log) as file:
            if file:
                yield from lines(file, self.place, log)

    def objects(self, log: Log, *, key: str | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects of its array, or of every array under this key, each with what stands before its array.

        What can't be read ends the file early, with a note.
        """
        with self.opened(log) as file:
            if file:
                yield from _objects(file, self.place, log, key)


@contextmanager
def damage_noted(place: Path | str, log: Log) -> Generator[None]:
    """A file that can't be read to its end is noted, and whoever reads goes on with the next."""
    try:
        yield
    except BROKEN as exc:
        log.bad(place, 0, str(exc) or type(exc).__name__)


def members(path: Path, log: Log) -> Iterator[Member]:
    """The files of an export, in the order of their names. What looks like a trap is passed over, with a note."""
    if path.is_dir():
        for file in files_in(path, ending=""):
            yield Member(file.relative_to(path).as_posix(), file, partial(file.open, "rb", buffering=_BUFFER))
    elif path.suffix.lower() == ".zip":
        yield from _zipped(path, log)
    elif regular(path):
        yield Member(path.name, path, partial(path.open, "rb", buffering=_BUFFER))
    else:
        log.bad(path, 0, "not a regular file")


def _zipped(path: Path, log: Log) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(path)
    except _NO_ZIP as exc:
        log.bad(path, 0, str(exc) or type(exc).__name__)
        return
    with archive:
        # Python's own `is_dir` fails on an empty name.
        files = (entry for entry in archive.infolist() if entry.filename and not entry.filename.endswith("/"))
        entries = sorted(files, key=lambda entry: entry.filename)
        if len(entries) > MOST_MEMBERS or sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
            log.bad(path, 0, "larger than any export")
            return
        for entry in entries:
            place = f"{path}!{entry.filename}"
            if why := _suspicious(entry):
                log.bad(place, 0, why)
            else:
                yield Member(entry.filename, place, partial(cast("Callable[..., BinaryIO]", archive.open), entry))


def _suspicious(entry: zipfile.ZipInfo) -> str | None:
    if entry.flag_bits & 1:
        return "encrypted"
    if entry.compress_type not in _PACKED:
        return "packed as no export is"
    if entry.file_size > LARGEST_MEMBER:
        return f"larger than {LARGEST_MEMBER:,} bytes"
    if entry.file_size > _SUSPECT and entry.file_size > _DENSEST * max(1, entry.compress_size):
        return "packed far denser than text can be"
    return None


def _objects(file: BinaryIO, name: Path | str, log: Log, key: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    text = _Text(file, log)
    opening = re.compile(rf'"{re.escape(key)}"\s*:\s*\[' if key else r"\A[\s\ufeff]*\[")
    count = 0
    try:
        while (head := text.find(opening)) is not None:
            for value in text.array():
                count += 1
                yield head, record(value)
            if key is None:
                return
    except RecursionError:
        log.bad(name, count + 1, "nested too deeply")
        return
    except (ValueError, EOFError) as exc:
        log.bad(name, count + 1, str(exc))
        return
    if key is None:
        log.bad(name, 0, "not a list")


class _Text:
    """A file as text, of which a little is held at a time."""

    def __init__(self, file: BinaryIO, log: Log) -> None:
        self._file = file
        self._log = log
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text = ""
        self._at = 0
        self._ended = False

    def find(self, opening: re.Pattern[str]) -> str | None:
        """Go to what is looked for; what stood before it, or None when it is nowhere."""
        while True:
            if found := opening.search(self._text, self._at):
                head = self._text[max(self._at, found.start() - _HEAD) : found.start()]
                self._at = found.end()
                return head
            if self._ended:
                return None
            self._at = max(self._at, len(self._text) - _HEAD)
            self._more(_CHUNK)

    def array(self) -> Iterator[Any]:
        """The values up to the end of the array."""
        while True:
            self._pass_between()
            if self._text[self._at] == "]":
                self._at += 1
                return
            yield self._value()

    def _value(self) -> Any:
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as exc:
                held = len(self._text) - self._at
                if self._ended:
                    raise EOFError("ends in the middle") from exc
                if held > LARGEST_OBJECT:
                    raise ValueError(f"larger than {LARGEST_OBJECT:,} characters, or not JSON") from exc
                self._more(max(_CHUNK, held))  # twice as much each time: an object is decoded few times over
            else:
                self._at = end
                return value

    def _pass_between(self) -> None:
        while True:
            between = _BETWEEN.match(self._text, self._at)
            self._at = between.end() if between else self._at
            if self._at < len(self._text):
                return
            if self._ended:
                raise EOFError("ends in the middle")
            self._more(_CHUNK)

    def _more(self, size: int) -> None:
        read = self._file.read(size)
        self._log.bytes_read += len(read)
        self._ended = not read
        self._text = self._text[self._at :] + self._decode(read, final=self._ended)
        self._at = 0
