"""Reading the files back. They come from an editor, a repository or a stranger: nothing in them is trusted.

Front matter is one field a line, its value as JSON, which every YAML reader understands too.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clone_mcp.errors import Invalid, TooLarge
from clone_mcp.models.text import clean

MAX_FILE = 16 * 1024 * 1024
MAX_FOLDER = 1024 * 1024 * 1024
"""Bytes of all files together: they are held in memory."""
FOLDERS = ("facts", "episodes", "raw")
_TOP = ("profile.md", "soul-card.md", "README.md", "tags.md")
_LINE = re.compile(r"^- \d\d:\d\d:\d\d \*\*(\w+)\*\* (.*) <!-- (\{.*\}) -->$")
_SECTION = re.compile(r"^## (?:Rests on|Links)[ \t]*$", re.MULTILINE)
_FENCE = "---"


def with_front_matter(fields: dict[str, Any], body: str) -> str:
    """A document."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False, sort_keys=True)}" for name, value in fields.items()]
    return "\n".join([_FENCE, *lines, _FENCE, "", body.strip(), ""])


def front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    """A document's fields and body. A document without front matter has no fields. Raises Invalid."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != _FENCE:
        return {}, text.strip()
    try:
        end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    except StopIteration:
        raise Invalid(f"{where}: the front matter is not closed by ---.") from None
    fields: dict[str, Any] = {}
    for number, line in enumerate(lines[1:end], 2):
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon:
            raise Invalid(f"{where}, line {number}: expected `name: value`.")
        fields[name.strip()] = _value(value.strip())
    return fields, "\n".join(lines[end + 1 :]).strip()


def _value(text: str) -> Any:
    """JSON where it is JSON, else the words as they stand: people write `tags: a, b`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


@dataclass(frozen=True, slots=True)
class Document:
    """One file of facts/ or episodes/."""

    path: str
    fields: dict[str, Any]
    text: str
    """The words themselves, without the links below them."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line of raw/."""

    fields: dict[str, Any]
    text: str


def files(folder: Path, *, most_bytes: int = MAX_FOLDER) -> dict[str, str]:
    """The folder's markdown by path. Links are not followed, and nothing outside the known places is read.

    Raises Invalid, and TooLarge when the files hold over `most_bytes` together.
    """
    if not folder.is_dir():
        raise Invalid(f"{folder} is not a folder.")
    for name in FOLDERS:
        if (folder / name).is_symlink():
            raise Invalid(f"{name} is a link. Put the folder itself there.")
    found: dict[str, str] = {}
    left = most_bytes
    for path in [*(folder / name for name in _TOP), *(p for f in FOLDERS for p in sorted((folder / f).glob("*.md")))]:
        if path.is_symlink():
            raise Invalid(f"{path.relative_to(folder)} is a link. Put the file itself there.")
        if path.is_file():
            left -= path.stat().st_size
            if left < 0:
                raise TooLarge(f"{folder} holds over {most_bytes:,} bytes.")
            found[path.relative_to(folder).as_posix()] = _text(path, folder)
    return found


def _text(path: Path, folder: Path) -> str:
    name = path.relative_to(folder)
    if path.stat().st_size > MAX_FILE:
        raise TooLarge(f"{name} is over {MAX_FILE:,} bytes.")
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as exc:
        raise Invalid(f"{name} is not UTF-8.") from exc
    except OSError as exc:
        raise Invalid(f"{name} can't be read: {exc.strerror}.") from exc
    return clean(text.replace("\r\n", "\n"))


def document(path: str, text: str) -> Document:
    """A fact or an episode. Raises Invalid."""
    fields, body = front_matter(text, path)
    sections = list(_SECTION.finditer(body))
    # The last one is ours; what stands before it is the person's, whatever it looks like.
    words = (body[: sections[-1].start()] if sections else body).strip()
    return Document(path, fields, " ".join(words.split()) if path.startswith("facts/") else words)


def raw_lines(path: str, text: str) -> dict[str, RawLine]:
    """The rows of a day by id. Raises Invalid."""
    found: dict[str, RawLine] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("- "):
            continue
        match = _LINE.match(line)
        if match is None:
            raise Invalid(f"{path}, line {number}: a raw row can be deleted, not rewritten.")
        try:
            fields = json.loads(match[3])
            found[str(fields["id"])] = RawLine(fields, match[2])
        except (ValueError, KeyError, TypeError, RecursionError) as exc:
            raise Invalid(f"{path}, line {number}: the part in <!-- --> is not as it was written.") from exc
    return found


def tags(value: Any) -> tuple[str, ...]:
    """Tags, as a list or as words with commas."""
    match value:
        case None:
            items: list[str] = []
        case [*listed]:
            items = [str(each) for each in listed]
        case _:
            # Editors write [a, b] without quotes, which is no JSON.
            items = [item.strip(" \"'") for item in str(value).strip().removeprefix("[").removesuffix("]").split(",")]
    return tuple(dict.fromkeys(" ".join(item.split()) for item in items if item.strip()))
