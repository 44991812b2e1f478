"""Reads the files of other programs: a line at a time, bounded, and never for writing."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast

from clone_mcp.clients.turns import Log

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
