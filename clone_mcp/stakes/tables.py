"""Word tables of the lexicon, folded as the texts are that they are compared with.

First how a table is read; then the small words that several readers share, which decide what a sentence does: ask,
plan, deny, report, or merely mention; last what kind of thing a word names. A table that a single file needs is read
in that file.
"""

import re
from functools import lru_cache
from itertools import groupby

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


# A sentence with one of these (or a question mark) asks for leave or announces; only there can a "yes" authorise.
ASKS = folded("grammar", "asks")
PLANS = folded("grammar", "plans")
# A question made of nothing but these points back at what stands before it.
EMPTY = folded("grammar", "empty ask")
BE_ASKED = folded("grammar", "asked to be")
REPORTED = folded("grammar", "reported")
DETERMINERS = folded("grammar", "determiner")
LIGHT = folded("grammar", "light verb")
SUBJECTS = folded("grammar", "subject")
RUNS = folded("grammar", "runs")
COORDINATORS = folded("grammar", "coordinator")
PREPOSITIONS = folded("grammar", "preposition")
# Verbs of writing code, tests and words: what they take is a description of behaviour, not the behaviour.
WRITING = folded("grammar", "writes")
ENGLISH_WRITING = frozenset(
    fold(" ".join(row.word for row in lexicon.rows("grammar", "writes") if row.language == "en")).split()
)
# What follows these is talked about, whatever its grammar.
TALKING = folded("grammar", "talks about")
NEGATORS = folded("negations", "act negator")
INVERTED = folded("grammar", "inverted subject")
HARMLESS_NEGATED = folded("negations", "harmless when negated")
REFRAINED = folded("negations", "refrained")
# What an agent asks leave for all day: all that may follow "Shall I" without raising a doubt.
ORDINARY = folded("ordinary", "ordinary verb")
# Words one slip away from a dangerous one that people really use; of these, the verbs.
ORDINARY_WORDS = folded("ordinary", "ordinary near a slip")
ORDINARY_VERBS = folded("ordinary", "ordinary verb near a slip")
# Forms of foreign verbs that English texts use for something else; they need foreign company to count.
FALSE_FRIENDS = folded("grammar", "false friend")
STOPWORDS = {
    language: frozenset(fold(" ".join(row.word for row in found)).split())
    for language, found in groupby(lexicon.rows("grammar", "stopword"), key=lambda row: row.language)
}
# Words of English sentences that other languages don't use.
ENGLISH = folded("grammar", "only English")
FACTS = folded("grammar", "asks for facts")


CODE, DATA, CRED, PEOPLE, PROD = "CODE", "DATA", "CRED", "PEOPLE", "PROD"
"""The kind of object decides whether "remove" is an edit or a loss.

CODE is text under version control: taking it out of a file is ordinary work that a commit can bring back. DATA is what
lives outside the text (files, rows, branches, machines): taking it away may lose it. A star in the table marks a stem.
"""

_FILE_NAME = re.compile(rf".\.(?:{lexicon.pattern('objects', 'file ending')})$")


def _build() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    exact: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    for row in lexicon.rows("objects", "object"):
        for word in fold(row.word).split():
            target = stems if word.endswith("*") else exact
            target.setdefault(word.rstrip("*"), set()).add(row.form)
    return {w: frozenset(k) for w, k in exact.items()}, {w: frozenset(k) for w, k in stems.items()}


_EXACT, _STEMS = _build()
_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def kinds(token: str) -> frozenset[str]:
    """Which kinds of object a folded word names; empty when it names none we know."""
    found = _EXACT.get(token) or _EXACT.get(token.removesuffix("s")) or _EXACT.get(token.removesuffix("es"))
    if found:
        return found
    if token.endswith("'s"):
        return kinds(token[:-2])
    if "/" in token and CRED in kinds(token.rpartition("/")[2]):
        return _EXACT["id_rsa"]
    if token.endswith("ies") and token[:-3] + "y" in _EXACT:
        return _EXACT[token[:-3] + "y"]
    if _FILE_NAME.search(token):
        return frozenset((CRED, DATA)) if token.endswith((".env", ".pem", ".key")) else frozenset((DATA,))
    for end in range(len(token), 2, -1):
        if token[:end] in _STEMS:
            return _STEMS[token[:end]]
    return _NONE


@lru_cache(maxsize=64)
def kinds_in(words: frozenset[str]) -> frozenset[str]:
    """All kinds the words of one sentence name; remembered briefly, since one sentence is asked many times."""
    return frozenset(kind for word in words for kind in kinds(word))
