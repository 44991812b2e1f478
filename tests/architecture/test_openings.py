"""A file opens with what it is for and what it is not. Whether that is true and useful, a reader decides."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "clone_mcp"
MIGRATIONS = PACKAGE / "storage" / "migrations" / "versions"
LONG = 40
"""Lines. A shorter file is read as fast as a longer opening."""
SHARE = 0.75
"""Of the longer files: the rest say everything with their name and one sentence."""

_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
_FILE = re.compile(r"(?<![\w/.])(?:\w+/)*\w+\.(?:py|tsv)\b")
FILES = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")) if path.parent != MIGRATIONS}
OPENINGS = {path: ast.get_docstring(ast.parse(text)) or "" for path, text in FILES.items()}


def test_every_module_opens_with_a_docstring() -> None:
    assert [_name(path) for path, opening in OPENINGS.items() if not opening] == []


def test_most_longer_modules_open_with_more_than_one_sentence() -> None:
    longer = [path for path, text in FILES.items() if len(text.splitlines()) > LONG]
    short_of_it = [_name(path) for path in longer if _sentences(OPENINGS[path]) < 2]
    assert len(longer) - len(short_of_it) >= SHARE * len(longer), short_of_it


def test_every_file_that_an_opening_names_is_there() -> None:
    """Named from the folder of the module, or from one above it."""
    named = {(path, file) for path, opening in OPENINGS.items() for file in _FILE.findall(opening)}
    assert {(_name(path), file) for path, file in named if not _is_there(path, file)} == set()


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("One.", 1), ("Not in `a.py`, nor in 1.5 s.", 1), ("Who?\n\nNobody. It ends", 2)]
)
def test_a_sentence_ends_with_a_mark_before_a_blank(text: str, count: int) -> None:
    assert _sentences(text) == count


def _sentences(text: str) -> int:
    return len(_SENTENCE_END.findall(text))


def _is_there(path: Path, file: str) -> bool:
    folders = [folder for folder in path.parents if folder.is_relative_to(PACKAGE.parent)]
    return any((folder / file).is_file() for folder in folders)


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()
