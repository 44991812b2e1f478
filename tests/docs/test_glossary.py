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
UNDIVIDED = {word.strip("`").replace("_", "") for word in NOT if word.startswith("`")}
"""Banned as whole names: in small letters in any case, with a capital as they are written."""
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
    assert {name for name in names if BANNED & set(_words(name))} == set()


def test_no_class_function_or_module_is_named_as_nothing_must_be() -> None:
    defined = {(path.relative_to(ROOT), name) for path, text in TEXTS.items() for name in _defined(path, text)}
    assert {(path, name) for path, name in defined if _is_banned_whole(name)} == set()


@pytest.mark.parametrize(
    "name",
    "Past _past Labels loose Loose Told _told Asked Said Wanted Found Made Kept _kept unsay _behind left_of LeftOf lane"
    " Book Course _Course".split(),
)
def test_a_whole_name_stays_away_with_underscores_and_in_any_case(name: str) -> None:
    assert _is_banned_whole(name)


@pytest.mark.parametrize("name", ["labels", "found_files", "is_kept", "foundation"])
def test_a_name_that_says_more_is_free(name: str) -> None:
    assert not _is_banned_whole(name)


def _is_banned_whole(name: str) -> bool:
    whole = name.replace("_", "")
    return whole in UNDIVIDED or whole.lower() in UNDIVIDED


def _defined(path: Path, text: str) -> Iterator[str]:
    """Names of its module, classes and functions."""
    yield path.parent.name if path.stem == "__init__" else path.stem
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _names(path: Path, text: str) -> Iterator[str]:
    """These, and names of arguments, variables and attributes."""
    yield from _defined(path, text)
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.arg(arg=name) | ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case _:
                pass


def _words(name: str) -> list[str]:
    """The words of a name, singular: `hook_states` and `HookState` are hook and state."""
    return [word.lower().removesuffix("s") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
