"""What every history reads as: turns, and a log of what was left out; and how the files that hold them are read: a line
at a time, bounded, and never for writing.

Each client's format is read in its own module. Turns become events in sources/importing.py.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast

from clone_mcp.models.events import Author

LONGEST_LINE = 32 * 1024 * 1024
"""A longer line is passed over: pictures lie in some, but no words that long."""
LARGEST_DOCUMENT = 256 * 1024 * 1024
"""A file that has to be read whole."""
_CHUNK = 1024 * 1024
"""Bytes that are read at once."""


def regular(path: Path) -> bool:
    """Whether this is a file of its own: no link out of the folder, no pipe, no device."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def files_in(root: Path, *, ending: str, skip: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Regular files below a folder, in the order of their names. Links are not followed."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in skip)
        for name in sorted(names):
            path = Path(folder, name)
            if name.endswith(ending) and regular(path):
                yield path


def lines_of(path: Path, log: Log) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers. One that can't be read ends early, with a note."""
    try:
        with path.open("rb", buffering=_CHUNK) as file:
            yield from lines(file, path, log)
    except OSError as exc:
        log.bad(path, 0, exc.strerror or type(exc).__name__)


def lines(
    file: BinaryIO | BufferedReader, name: Path | str, log: Log, *, longest: int = LONGEST_LINE
) -> Iterator[tuple[int, bytes]]:
    """The same of an open file. Lines that are too long are noted and passed over."""
    number = 0
    while line := file.readline(longest):
        number += 1
        log.bytes_read += len(line)
        if len(line) < longest or line.endswith(b"\n"):
            yield number, line
            continue
        log.bad(name, number, f"longer than {longest:,} bytes")
        while line and not line.endswith(b"\n"):
            line = file.readline(_CHUNK)
            log.bytes_read += len(line)


def parsed(line: bytes, name: Path | str, number: int, log: Log) -> dict[str, Any]:
    """A line's JSON object; empty, with a note, when it is none."""
    try:
        value = json.loads(line)
    except RecursionError:
        log.bad(name, number, "nested too deeply")
        return {}
    except ValueError:
        if line.strip() and line.endswith(b"\n"):
            log.bad(name, number, "not JSON")
        elif line.strip():
            log.drop("lines that were still being written")
        return {}
    if not isinstance(value, dict):
        log.bad(name, number, "not an object")
    return record(value)


def document(path: Path, log: Log) -> Any:
    """A whole file's JSON; None, with a note, when it is none or too large."""
    try:
        size = path.stat().st_size
        if size > LARGEST_DOCUMENT:
            log.bad(path, 0, f"larger than {LARGEST_DOCUMENT:,} bytes")
            return None
        log.bytes_read += size
        return json.loads(path.read_bytes())
    except RecursionError:
        log.bad(path, 0, "nested too deeply")
    except ValueError:
        log.bad(path, 0, "not JSON")
    except OSError as exc:
        log.bad(path, 0, exc.strerror or type(exc).__name__)
    return None


def record(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def text(value: Any) -> str:
    """The value if it is text, else none."""
    return value if isinstance(value, str) else ""


def without(words: str, opening: re.Pattern[str]) -> str:
    """The words without what stands between tags. The pattern finds an opening one, its group is the tag's name.

    In one pass, whatever the words are: an expression for the whole would start over at each tag that is never closed.
    """
    kept, at, unclosed = list[str](), 0, set[str]()
    for found in opening.finditer(words):
        if found.start() < at or found[1] in unclosed:
            continue
        end = words.find(f"</{found[1]}>", found.end())
        if end < 0:
            unclosed.add(found[1])
            continue
        kept.append(words[at : found.start()])
        at = end + len(found[1]) + 3
    return "".join((*kept, words[at:]))


def spoken(content: Any, *, kinds: tuple[str, ...] = ("text", "")) -> str:
    """The text of a message's content, which is text or a list of parts of some kind."""
    if isinstance(content, str):
        return content
    parts: list[str] = []
    for part in items(content):
        if isinstance(part, str):
            parts.append(part)
        elif text(record(part).get("type")) in kinds:
            parts.append(text(record(part).get("text")))
    return "\n".join(part for part in parts if part)


_NAMED = 20
"""So many malformed places are named; the others are counted."""
_REMEMBERED = 500_000
"""Names, which take some 40 MB. After that many, copies are no longer told from first records."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was typed or said, in a session of its client's."""

    session: str
    author: Author
    """PERSON typed it, AGENT said it, CLONE guessed it and the person took the guess."""
    text: str
    at: datetime
    own_id: str = ""
    """The client's own name for it. Without one, its text and time stand for it."""
    project: str | None = None
    pasted: tuple[str, ...] = ()
    """Parts of the text that the person is known to have pasted."""
    decision: bool = False
    """A yes or no to a tool's use: it says nothing of how the person replies to an agent's words."""

    @property
    def identity(self) -> str:
        """What names this turn within its session."""
        return self.own_id or fallback_id(self.text, self.at)


def fallback_id(text: str, at: datetime) -> str:
    """A name for a turn that its client gave none."""
    digest = blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{digest}"


@dataclass(slots=True)
class Log:
    """What became of what was read. One for a whole import."""

    bytes_read: int = 0
    malformed: int = 0
    places: list[str] = field(default_factory=list[str])
    """The first malformed places, as `file:line: reason`."""
    dropped: Counter[str] = field(default_factory=Counter[str])
    """What was left out on purpose, by reason."""
    shared: dict[object, object] = field(default_factory=dict[object, object])
    """What readers look up once and need for many files."""
    _met: set[bytes] = field(default_factory=set[bytes])

    def bad(self, path: Path | str, place: int, reason: str) -> None:
        """Something can't be read."""
        self.malformed += 1
        if len(self.places) < _NAMED:
            self.places.append(printable(f"{path}:{place}: {reason}"))

    def drop(self, reason: str) -> None:
        """Something is left out, for this reason."""
        self.dropped[reason] += 1

    def first_time(self, name: str) -> bool:
        """Whether this is the first record of that name. Clients copy a session's records when they fork it."""
        digest = blake2b(name.encode(errors="surrogatepass"), digest_size=10).digest()
        if digest in self._met:
            return False
        if len(self._met) < _REMEMBERED:
            self._met.add(digest)
        return True


def printable(text: str) -> str:
    """The text without what would steer a terminal, or what it can't show. Names of files are anybody's."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def moment(value: object) -> datetime | None:
    """A time as clients write it: ISO 8601, seconds or milliseconds since 1970. None for anything else."""
    try:
        if isinstance(value, str):
            if value.replace(".", "", 1).isdigit():
                return moment(float(value))
            read = datetime.fromisoformat(value)
            return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
