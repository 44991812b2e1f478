"""Files of rows that other people's data comes in: one JSON object a line, compressed or not.

Whatever is wrong with a line is told with the file's name and the line's number, because nobody finds it otherwise.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from clone_mcp.errors import Invalid

_GZIP = b"\x1f\x8b"
HINT = "docs/howto/evaluate.md says what each line has to hold."


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file. Its methods raise Invalid for a field that is missing or of another kind."""

    path: Path
    number: int
    fields: dict[str, Any]

    def text(self, name: str) -> str:
        """A field that has to be text."""
        return self._of(name, str, "text")

    def text_or_nothing(self, name: str) -> str:
        """A field that may be null or absent, which reads as empty."""
        return "" if self.fields.get(name) is None else self.text(name)

    def whole(self, name: str) -> int:
        """A field that has to be a whole number."""
        return self._of(name, int, "a whole number")

    def flag(self, name: str) -> bool:
        """A field that is true or false; null or absent reads as false."""
        found = self.fields.get(name)
        if found is None or isinstance(found, bool):
            return bool(found)
        raise self.invalid(f"`{name}` is not true or false")

    def word(self, name: str, among: tuple[str, ...]) -> str:
        """A field that has to be one of these."""
        found = self.text(name)
        if found not in among:
            raise self.invalid(f"`{name}` is {found!r}, not one of {', '.join(among)}")
        return found

    def objects(self, name: str) -> list[Row]:
        """A field that has to be a list of objects, each read like a row."""
        found = self._of(name, list, "a list")
        if not all(isinstance(each, dict) for each in found):
            raise self.invalid(f"`{name}` is not a list of objects")
        return [Row(self.path, self.number, each) for each in found]

    def moment(self, name: str) -> datetime | None:
        """A time, or None where it is null or absent."""
        text = self.text_or_nothing(name)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise self.invalid(f"`{name}` is {text!r}, not a date and time") from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def invalid(self, why: str) -> Invalid:
        """The error for this line."""
        return Invalid(f"{self.path}, line {self.number}: {why}.", hint=HINT)

    def _of(self, name: str, kind: type[Any], called: str) -> Any:
        if name not in self.fields:
            raise self.invalid(f"`{name}` is missing")
        found = self.fields[name]
        if not isinstance(found, kind) or isinstance(found, bool):
            raise self.invalid(f"`{name}` is not {called}")
        return found


def rows(path: Path) -> Iterator[Row]:
    """The file's rows. Raises Invalid for a file that can't be read, and for a line that is no JSON object."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield Row(path, number, _object(path, number, line))
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise Invalid(f"{path} is a damaged gzip file: {exc}.", hint="Copy or download it again.") from exc
    except OSError as exc:
        raise Invalid(f"{path} can't be read: {exc.strerror or exc}.") from exc


def distinct(found: Iterator[Row], name: str = "id") -> Iterator[Row]:
    """The same rows. Raises Invalid for a second row under one name, whose prediction nobody could tell apart."""
    seen: dict[str, int] = {}
    for row in found:
        before = seen.setdefault(row.text(name), row.number)
        if before != row.number:
            raise row.invalid(f"`{name}` is the same as in line {before}")
        yield row


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise Invalid(f"{path}, line {number}: not JSON.", hint=HINT) from None
    if not isinstance(found, dict):
        raise Invalid(f"{path}, line {number}: not a JSON object.", hint=HINT)
    return cast("dict[str, Any]", found)
