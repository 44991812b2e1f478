"""What one statement says, before it becomes a claim."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.models.memory import FactKind


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish, a liking, a way of working. `meaning` is what keys are made of, `text` is what people read."""

    kind: FactKind
    text: str
    meaning: str
    against: bool = False
    explicit: bool = False
    domain: str = "want"
    local: bool = False
    """Wish of this project only."""


def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PROJECT = _any_case(lexicon.pattern("statements", "in this project"))
_POINTS = _any_case(lexicon.pattern("statements", "points"))
_OBJECT_POINTS = _any_case(lexicon.pattern("statements", "object points"))
_SECOND = _any_case(rf"\b(?:{lexicon.pattern('statements', 'second person')})\b")
_FIRST = tuple((_any_case(row.word), row.form) for row in lexicon.rows("statements", "first person"))


def without_project(words: str) -> tuple[str, bool]:
    """The words without "in this project", and whether they had it."""
    rest = _PROJECT.sub("", words).strip(" ,")
    return (rest, True) if rest != words.strip(" ,") else (words, False)


def stands_alone(words: str) -> bool:
    """Whether the words can be understood without what was on the screen when they were written."""
    return not _POINTS.search(words) and not _OBJECT_POINTS.match(words)


def in_third_person(words: str) -> str | None:
    """The words as said of the person, or None if they speak to somebody."""
    if _SECOND.search(words):
        return None
    for first, third in _FIRST:
        words = first.sub(third, words)
    return words
