"""The folder that memory is written to. It may come from anywhere, so nothing outside it is ever touched.

Beside the markdown stand files of our own. `.clone.json` is the base: a digest of every exported file, and what must
not come back. Two notes stand there only while something is under way, for the case that it is killed:

- the export's note says what it may leave at each path, so that the next one doesn't take that for the person's edits;
- the apply's note, written before the commit, says what was asked for, what memory would then look like, and which
  places would show it. With it the next apply tells "done already" from "not done", and does not take its own work for
  a conflict.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from clone_mcp.errors import Invalid
from clone_mcp.memory.markdown.documents import FOLDERS, files
from clone_mcp.models.memory import Layer, Tombstone

NAME = ".clone.json"
EXPORTING = ".clone.exporting.json"
APPLYING = ".clone.applying.json"
OURS = re.compile(r"(?:(?:facts|episodes|raw)/[^/\\\x00]{1,120}|profile|soul-card|README|tags)\.md")
"""Paths that an export writes. Whatever a file says, no other is touched."""
_GONE = ""
"""In the export's note, for what an export takes away."""
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError)
"""What reading one of our files may raise when somebody else wrote it."""

LeftOver = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Base:
    """What was exported."""

    files: Mapping[str, str]
    buried: Sequence[Tombstone] = ()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digests(texts: Mapping[str, str]) -> dict[str, str]:
    return {path: digest(text) for path, text in texts.items()}


def is_export(folder: Path) -> bool:
    return (folder / NAME).is_file() and not (folder / NAME).is_symlink()


def read_base(folder: Path) -> Base:
    """What was exported into the folder. Raises Invalid when it is no export."""
    if not is_export(folder):
        raise Invalid(f"{folder} holds no {NAME}: it is no export of Clone's memory.")
    try:
        found = _read(folder / NAME)
        files = {str(path): str(value) for path, value in found["files"].items() if OURS.fullmatch(str(path))}
        return Base(files, [_stone(each) for each in found.get("buried", [])])
    except _UNREADABLE as exc:
        raise Invalid(f"{folder / NAME} can't be read. Export again.") from exc


def _stone(value: Any) -> Tombstone:
    layer, hashed, at = value
    moment = datetime.fromisoformat(at)
    if not re.fullmatch("[0-9a-f]{64}", hashed) or moment.tzinfo is None:
        raise ValueError(value)
    return Tombstone(Layer(layer), hashed, moment)


def changed(folder: Path) -> list[str]:
    """Files that are not as they were exported."""
    base, left, now = read_base(folder).files, _left_over(folder), _digests(files(folder))
    differ = {path for path in {*base, *now} if base.get(path) != now.get(path)}
    return sorted(path for path in differ if not _is_left_over(left, path, now.get(path)))


def _left_over(folder: Path) -> LeftOver:
    """What exports that never came to their end may have left, by path; nothing if there were none."""
    try:
        found = _read(folder / EXPORTING)
        return {path: [str(each) for each in found[path]] for path in found if OURS.fullmatch(path)}
    except _UNREADABLE:
        return {}


def _is_left_over(left: LeftOver, path: str, hashed: str | None) -> bool:
    """Whether an export left this there: a file with that digest, or none."""
    return (hashed or _GONE) in left.get(path, ())


def exporting_note(before: LeftOver, rendered: Mapping[str, str], doomed: Sequence[str]) -> str:
    """The export's note, with what earlier ones said."""
    now = {**_digests(rendered), **dict.fromkeys(doomed, _GONE)}
    return json.dumps({path: [*before.get(path, ()), now.get(path, _GONE)] for path in {*before, *now}}) + "\n"


def note_applying(
    folder: Path, theirs: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str], asked: Iterable[str]
) -> None:
    """Write the apply's note: the folder as it is, memory as it was and will be, and the places asked for."""
    # Rows are recorded at any time, so that their files and what counts them change without anybody's edits.
    places = {path for path in after if path.startswith(("facts/", "episodes/"))}.union(asked)
    shows = sorted(path for path in places if path in after and after[path] != before.get(path))
    note = {"asked": _digests(theirs), "after": _digests(after), "shows": shows}
    with _explain_failed_write(folder):
        _write(folder / APPLYING, json.dumps(note) + "\n")


def is_applied(folder: Path, theirs: Mapping[str, str], ours: Mapping[str, str]) -> bool:
    """Whether memory holds what the folder asks for because an apply of just that was broken off afterwards."""
    try:
        found = _read(folder / APPLYING)
        asked, after, shows = dict(found["asked"]), dict(found["after"]), set(found["shows"])
    except _UNREADABLE:
        return False
    there, now = _digests(theirs), _digests(ours)
    if any(there.get(path) not in (asked.get(path), after.get(path)) for path in {*there, *asked}):
        return False  # edited since
    # One place that only that apply can have made so is enough: others may have changed again.
    return any(now.get(path) == value for path, value in after.items() if path in shows)


def prepare(folder: Path) -> None:
    """Make the folder ready to be written to. Raises Invalid when it holds something else."""
    with _explain_failed_write(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (_is_empty(folder) or is_export(folder) or _is_begun(folder)):
            raise Invalid(f"{folder} is not empty and no export of Clone's memory.", hint="Name a new folder.")
        for name in FOLDERS:
            if (folder / name).is_symlink():
                raise Invalid(f"{folder / name} is a link.")
            (folder / name).mkdir(exist_ok=True, mode=0o700)


def _is_empty(folder: Path) -> bool:
    """Whether nothing is there, or nothing but what an export makes first."""
    draft = _draft(folder / EXPORTING)
    return all(
        path == draft or (path.name in FOLDERS and path.is_dir() and not any(path.iterdir()))
        for path in folder.iterdir()
    )


def _is_begun(folder: Path) -> bool:
    """Whether all that is there was left by a first export that was killed."""
    left = _left_over(folder)
    return bool(left) and all(_is_left_over(left, path, hashed) for path, hashed in _digests(files(folder)).items())


def write(folder: Path, rendered: Mapping[str, str], buried: Sequence[Tombstone]) -> None:
    """Write what is rendered, and remove what was rendered before and is no more."""
    before: Mapping[str, str] = read_base(folder).files if is_export(folder) else {}
    left = _left_over(folder)
    doomed = sorted({*before, *left} - rendered.keys())
    stones = [[stone.layer, stone.digest, stone.at.isoformat()] for stone in buried]
    base = {"files": dict(sorted(_digests(rendered).items())), "buried": stones}
    with _explain_failed_write(folder):
        _write(folder / EXPORTING, exporting_note(left, rendered, doomed))
        for path in doomed:
            (folder / path).unlink(missing_ok=True)
        for path, text in rendered.items():
            _write(folder / path, text)
        _write(folder / NAME, json.dumps(base, indent=1) + "\n")
        for note in (APPLYING, EXPORTING):
            (folder / note).unlink(missing_ok=True)


def _read(path: Path) -> Any:
    """One of our own files. A link in its place may lead anywhere, so it is not followed."""
    if path.is_symlink():
        raise ValueError(path)
    return json.loads(path.read_text(encoding="utf-8"))


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and readable by its owner only."""
    draft = _draft(path)
    draft.unlink(missing_ok=True)
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    draft.replace(path)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


@contextmanager
def _explain_failed_write(folder: Path) -> Generator[None]:
    try:
        yield
    except OSError as exc:
        raise Invalid(f"{folder} can't be written: {exc.strerror or type(exc).__name__}.") from exc
