"""An export as it comes: one file, a folder, or a zip that is read where it lies and never unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from clone_mcp.clients.lines import files_in, regular
from clone_mcp.clients.turns import Log

MOST_MEMBERS = 200_000
LARGEST_MEMBER = 8 * 1024**3
LARGEST_TOTAL = 32 * 1024**3
_SUSPECT = 64 * 1024**2
_DENSEST = 200
"""Text shrinks to a tenth; what was made to explode, to a thousandth."""

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
            yield Member(file.relative_to(path).as_posix(), file, _opener(file))
    elif path.suffix.lower() == ".zip":
        yield from _zipped(path, log)
    elif regular(path):
        yield Member(path.name, path, _opener(path))
    else:
        log.bad(path, 0, "not a regular file")


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb", buffering=1024 * 1024)


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
                yield Member(entry.filename, place, _inner(archive, entry))


def _inner(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    return lambda: cast("BinaryIO", archive.open(entry))


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
