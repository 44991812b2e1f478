"""The folder that memory is written to. It may come from anywhere, so nothing outside it is ever touched."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from clone_mcp.errors import Invalid
from clone_mcp.memory.markdown import begun
from clone_mcp.memory.markdown.base import NAME, digest, is_export, read_base
from clone_mcp.memory.markdown.broken_off import NOTE
from clone_mcp.memory.markdown.documents import files

_FOLDERS = ("facts", "episodes", "raw")
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)


def prepare(folder: Path) -> None:
    """Make the folder ready to be written to. Raises Invalid when it holds something else."""
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (_is_empty(folder) or is_export(folder) or _is_begun(folder)):
            raise Invalid(f"{folder} is not empty and no export of Clone's memory.", hint="Name a new folder.")
        for name in _FOLDERS:
            if (folder / name).is_symlink():
                raise Invalid(f"{folder / name} is a link.")
            (folder / name).mkdir(exist_ok=True, mode=0o700)


def _is_empty(folder: Path) -> bool:
    """Whether nothing is there, or nothing but what an export makes first."""
    draft = _draft(folder / begun.NOTE)
    return all(
        path == draft or (path.name in _FOLDERS and path.is_dir() and not any(path.iterdir()))
        for path in folder.iterdir()
    )


def _is_begun(folder: Path) -> bool:
    """Whether all that is there was left by a first export that was killed."""
    left = begun.left(folder)
    return bool(left) and all(begun.is_of(left, path, digest(text)) for path, text in files(folder).items())


def changed(folder: Path) -> list[str]:
    """Files that are not as they were exported."""
    base, left = read_base(folder).files, begun.left(folder)
    now = {path: digest(text) for path, text in files(folder).items()}
    differ = {path for path in {*base, *now} if base.get(path) != now.get(path)}
    return sorted(path for path in differ if not begun.is_of(left, path, now.get(path)))


def write(folder: Path, rendered: Mapping[str, str], base: str) -> None:
    """Write what is rendered, and remove what was rendered before and is no more."""
    before: Mapping[str, str] = read_base(folder).files if is_export(folder) else {}
    left = begun.left(folder)
    doomed = sorted({*before, *left} - rendered.keys())
    with _told(folder):
        _write(folder / begun.NOTE, begun.note_of(left, rendered, doomed))
        for path in doomed:
            (folder / path).unlink(missing_ok=True)
        for path, text in rendered.items():
            _write(folder / path, text)
        _write(folder / NAME, base)
        for note in (NOTE, begun.NOTE):
            (folder / note).unlink(missing_ok=True)


def keep(folder: Path, name: str, text: str) -> None:
    """Write one file of our own into the folder."""
    with _told(folder):
        _write(folder / name, text)


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
def _told(folder: Path) -> Generator[None]:
    try:
        yield
    except OSError as exc:
        raise Invalid(f"{folder} can't be written: {exc.strerror or type(exc).__name__}.") from exc
