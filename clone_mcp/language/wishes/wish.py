"""What one statement says, before it becomes a claim."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


_PROJECT = re.compile(
    r"[\s,]*\b(?:in|for|on|of|throughout|across|within) (?:this|the current|our) (?:project|repo|repository|"
    r"codebase|code base|workspace)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:this|these|those|above|below|following|aforementioned|such|same|that (?:one|way|file|thing|part)|"
    r"the (?:other|first|second|third|last|latter|former|new|old|current|previous)(?: one)?|"
    r"option|step \d|phase|it instead|like that|#\d+)\b|@\w|\[redacted|https?://|\d{4,}|\b\w+(?:/\w+){2,}",
    re.IGNORECASE,
)
_OBJECT_POINTS = re.compile(
    r"^(?:(?:to|not) )?[\w'`]+(?: up| down| out| on| in| off)? (?:it|that|them|so|one|both|all|him|her|he|"
    r"she)\b(?! you| the)",
    re.IGNORECASE,
)
_SECOND = re.compile(r"\b(?:you|your|yours|yourself|u|ur)\b", re.IGNORECASE)
_FIRST = (
    (re.compile(r"\bI(?:'m| am)\b", re.IGNORECASE), "they are"),
    (re.compile(r"\b(?:I|we)(?:'ve| have)\b", re.IGNORECASE), "they have"),
    (re.compile(r"\b(?:I|we)\b", re.IGNORECASE), "they"),
    (re.compile(r"\b(?:me|us)\b", re.IGNORECASE), "them"),
    (re.compile(r"\b(?:my|our)\b", re.IGNORECASE), "their"),
    (re.compile(r"\b(?:mine|ours)\b", re.IGNORECASE), "theirs"),
    (re.compile(r"\b(?:myself|ourselves)\b", re.IGNORECASE), "themselves"),
)


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
