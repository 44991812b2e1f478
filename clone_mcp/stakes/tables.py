"""Word tables of the lexicon, folded as the texts are that they are compared with."""

import re

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.spelling import fold

Patterns = dict[str, tuple[tuple[Consequence, re.Pattern[str]], ...]]


def folded(table: str, kind: str, form: str = "") -> frozenset[str]:
    """The words of a kind (and form)."""
    return frozenset(fold(lexicon.text(table, kind, form)).split())


def by_consequence(table: str, kind: str) -> dict[Consequence, frozenset[str]]:
    """The words of a kind whose forms are consequences."""
    return {consequence: folded(table, kind, consequence) for consequence in Consequence}


def patterns_by_word(table: str, kind: str) -> Patterns:
    """Patterns by each of the words they need, so that a text without that word costs nothing."""
    found: dict[str, list[tuple[Consequence, re.Pattern[str]]]] = {}
    for row in lexicon.rows(table, kind):
        for word in row.needs.split():
            found.setdefault(word, []).append((Consequence(row.form), re.compile(row.word)))
    return {word: tuple(patterns) for word, patterns in found.items()}
