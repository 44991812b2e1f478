"""The glossary says what our words mean, and the code keeps to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.fences import ROOT

PAGE = ROOT / "docs" / "explanation" / "glossary.md"
PACKAGE = ROOT / "clone_mcp"
ROWS = re.findall(r"^\| (?!word \|)([^|]+) \| [^|]+ \| ([^|]*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
NOT = {word.strip() for _, words in ROWS for word in words.split(",") if word.strip()}
WHOLE_NAMES = {word.strip("`") for word in NOT if word.startswith("`")}
BANNED = {word for word in NOT if not word.startswith("`")}


def test_there_are_terms_and_words_that_must_not_come_back() -> None:
    assert len(ROWS) > 20
    assert len(BANNED) > 3


TEXTS = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


@pytest.mark.parametrize("term", [term.strip() for term, _ in ROWS])
def test_each_term_is_used_in_the_package(term: str) -> None:
    pattern = re.compile(rf"\b{term.replace(' ', '[ _]?')}(?:s|ed)?\b", re.IGNORECASE)
    assert any(pattern.search(text) for text in TEXTS.values())


def test_no_name_uses_a_word_that_another_one_stands_for() -> None:
    names = {name for path, text in TEXTS.items() for name in _names(path, text)}
    assert {name for name in names if name in WHOLE_NAMES or BANNED & set(_words(name))} == set()


def _names(path: Path, text: str) -> Iterator[str]:
    yield path.stem
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case _:
                pass


def _words(name: str) -> list[str]:
    """The words of a name, singular: `hook_states` and `HookState` are hook and state."""
    return [word.lower().removesuffix("s") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
