"""Reads the objects of large JSON arrays one at a time."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from clone_mcp.clients.lines import record
from clone_mcp.clients.turns import Log

LARGEST_OBJECT = 64 * 1024 * 1024
"""Characters that one object may have."""
_CHUNK = 256 * 1024
_HEAD = 64 * 1024
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


def objects(
    file: BinaryIO, name: Path | str, log: Log, *, key: str | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of the top-level array, or of every array under this key, each with what stands before its array.

    What can't be read ends the file early, with a note.
    """
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
