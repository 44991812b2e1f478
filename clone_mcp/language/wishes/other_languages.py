"""The same wishes in other languages than English.

Fewer patterns than English, and the person's own words are quoted rather than turned into the third person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.language.wishes.wish import Wish
from clone_mcp.models.memory import FactKind


@dataclass(frozen=True, slots=True)
class _Wording:
    """One language's ways. Every pattern has `what`; comparisons have `other`, too."""

    always: tuple[re.Pattern[str], ...]
    never: tuple[re.Pattern[str], ...]
    prefers: tuple[re.Pattern[str], ...]
    dislikes: tuple[re.Pattern[str], ...]


def _patterns(kind: str, language: str) -> tuple[re.Pattern[str], ...]:
    rows = (row for row in lexicon.rows("wishes", kind) if row.language == language)
    return tuple(re.compile(lexicon.spelt_out("wishes", row.word), re.IGNORECASE) for row in rows)


_KINDS = ("quoted always", "quoted never", "quoted prefers", "quoted dislikes")
_ALL = tuple(
    _Wording(*(_patterns(kind, language) for kind in _KINDS))
    for language in dict.fromkeys(row.language for row in lexicon.rows("wishes", "quoted always"))
)


def other_language(statement: str) -> Wish | None:
    """What the statement says of its author's standing wishes, or None."""
    for wording in _ALL:
        if said := _in(wording, statement):
            return said
    return None


def _in(wording: _Wording, statement: str) -> Wish | None:
    quoted = f"“{statement}”"
    for against, patterns in ((True, wording.never), (False, wording.always)):
        if found := _first(patterns, statement):
            return Wish(FactKind.RULE, f"Tells agents: {quoted}.", found["what"], against=against, explicit=True)
    for against, patterns in ((False, wording.prefers), (True, wording.dislikes)):
        if found := _first(patterns, statement):
            return _preference(found, quoted, against=against)
    return None


def _first(patterns: tuple[re.Pattern[str], ...], statement: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.fullmatch(statement))), None)


def _preference(found: re.Match[str], quoted: str, *, against: bool) -> Wish:
    other = found.groupdict().get("other")
    if other:
        meaning = f"{found['what']} over {other}"
        return Wish(FactKind.PREFERENCE, f"Prefers {meaning} ({quoted}).", meaning)
    return Wish(FactKind.PREFERENCE, f"Says of their preferences: {quoted}.", found["what"], against=against)
