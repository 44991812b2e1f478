"""What holds the words of a text together: who acts, which way, in which order, and whether it leaves a choice.

Two texts of the same words may differ in nothing else: "move A to B", "move B to A". What the words mean is read in
reading.py; this decides only whether two such frames exclude that two texts are the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.language.meaning.cut import BREAK
from clone_mcp.language.meaning.vocabulary import (
    AIMS,
    ASSENT,
    DEED,
    DENIAL,
    DIRECTIONS,
    EMPTY,
    NEGATORS,
    POINTER,
    REFUSAL,
    SELF,
    SHUNS,
    STOP,
    VERBS,
    WISH,
    sense,
)

_OR = re.compile(rf"(?:{lexicon.pattern('meaning', 'or')})$")
_LETTERS, _LEFT_OVER = frozenset("abcdefghjklmnopqrstuvwxyz"), frozenset("dmst")
"""Without the pronoun. Those that an apostrophe leaves ("it's", "I'd") count only behind an aim or a verb."""
_JOINS = frozenset(("and", "or", "und", "oder", "et", "ou", "y", "o", "e", "with", "over", "for"))
_FUTURE = frozenset(("ll", "will", "going", "gonna"))
_FAR = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands between and around the words of a text."""

    own: bool
    """Says what its author does, not what the agent shall: "I'll do it"."""
    either: bool
    """Has an "or"."""
    directions: frozenset[str]
    figures: tuple[str, ...]
    """Its numbers, as they follow one another."""


def frame(words: tuple[str, ...], figures: tuple[str, ...]) -> Frame:
    return Frame(
        own=_own(words),
        either=any(_OR.match(word) for word in words),
        directions=frozenset(DIRECTIONS.keys() & set(words)),
        figures=figures,
    )


def turned(a: Frame, b: Frame) -> str:
    """What keeps two texts apart whatever their words are. Empty where nothing does."""
    if a.own != b.own:
        return "who"
    if a.either != b.either:
        return "choice"
    mine, theirs = a.directions - b.directions, b.directions - a.directions
    if any(not DIRECTIONS[x].isdisjoint(DIRECTIONS[y]) for x in mine for y in theirs):
        return "direction"
    return ""


def letters(words: tuple[str, ...]) -> tuple[str, ...]:
    """Single letters that stand for things: "move a to b". An article has its noun behind it."""
    found = list[str]()
    for place, word in enumerate(words):
        if len(word) > 1 or word not in _LETTERS or (word in ASSENT and word in REFUSAL):
            continue
        after = words[place + 1] if place + 1 < len(words) else BREAK
        before = words[place - 1] if place else BREAK
        ends = after == BREAK or after in AIMS or after in DENIAL or after in _JOINS
        aimed = before in AIMS or (after in AIMS and sense(before) in VERBS)
        if ends and (aimed or word not in _JOINS | ASSENT | REFUSAL | _LEFT_OVER):
            found.append(word)
    return tuple(found)


def undone(words: tuple[str, ...]) -> bool:
    """Whether it says not to stop, skip or leave: a negation right before such an act, or one for all of its clause."""
    negated = whole = shuns = False
    for word in words:
        if word in SHUNS or word in STOP:
            if negated:
                return True
            shuns = True
        elif word in NEGATORS:
            negated = True
            whole = whole or DENIAL[word] == "clause"
        elif word not in EMPTY and word not in POINTER:
            negated = False
        if word == BREAK:
            negated = whole = shuns = False
        elif whole and shuns:
            return True
    return False


def _own(words: tuple[str, ...]) -> bool:
    for place, word in enumerate(words):
        lets = word == "me" and place > 0 and words[place - 1] == "let"
        if lets or word in SELF:
            if _acts(words[place + 1 : place + _FAR], any_act=not lets and word != "i"):
                return True
            # "Das mache ich".
            if word not in ("i", "me") and place and words[place - 1] in DEED - WISH:
                return True
    return False


def _acts(words: tuple[str, ...], *, any_act: bool) -> bool:
    """Whether they go on with something that is done. English says "I see" and "I need" too often to take any word."""
    for word in words:
        if word == BREAK or word in WISH:
            return False
        any_act = any_act or word in _FUTURE
        if (word in DEED and word != "go") or sense(word) in VERBS:
            return True
        if word not in EMPTY and word not in POINTER and word not in _FUTURE:
            return any_act
    return False
