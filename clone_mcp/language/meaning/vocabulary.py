"""The words of lexicon/meaning.tsv, by what they do in a reply.

Words for acts that need a permission are not here: stakes/verbs.py has those.
"""

from __future__ import annotations

import re
from functools import lru_cache

from clone_mcp.language import lexicon
from clone_mcp.language.claim_keys import stem

CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_UNSPACED_WORD = re.compile(f"[{CJK}]|[^\\w ]")
"""Of a script without spaces, or a sign such as a raised thumb."""


def _forms(kind: str) -> dict[str, str]:
    """The words of a kind, each with its form. The first row that has a word counts."""
    found: dict[str, str] = {}
    for row in lexicon.rows("meaning", kind):
        for word in row.word.split():
            found.setdefault(word, row.form)
    return found


(
    ASSENT, REFUSAL, GO_ON, STOP, DEED, POINTER, EMPTY, REQUEST, ADDS, LIMITS, CLAUSE_END, TELLS, DEMONSTRATIVE, AIMS,
    SELF, WISH,
) = (
    lexicon.words("meaning", kind)
    for kind in (
        "assent", "refusal", "go on", "stop", "deed", "pointer", "empty", "request", "adds", "limits", "clause end",
        "tells", "demonstrative", "aims", "self", "wish",
    )
)  # fmt: skip
ENDS, DENIAL, ASKS = (_forms(kind) for kind in ("ends", "denial", "asks"))
_WRITTEN = _forms("sense")
SENSE = {stem(word): form for word, form in _WRITTEN.items() if word.isascii() and len(word) > 3} | _WRITTEN

SHUNS = frozenset(word for word, form in DENIAL.items() if form.startswith("act"))
"""Acts of not doing: a negation turns them round, "don't skip"."""
LACKS = frozenset(word for word, form in DENIAL.items() if form == "lack")
NEGATORS = DENIAL.keys() - SHUNS - LACKS

SILENT = EMPTY | POINTER | DEED
"""Words that say nothing of what a reply is about."""
CARRIES_OUT = frozenset(("fix", "change", "create", "start", "finish", "add", "error"))
"""What may be done to "it" without saying more than yes."""
OWN_NOTHING = SILENT | ASSENT | REFUSAL | GO_ON | STOP | ENDS.keys() | ADDS
"""Small words: a reply of nothing else says nothing by itself."""

PHRASES = {tuple(word.split("_")): form for word, form in _forms("phrase").items()}
_BEGINNINGS = {
    first: sorted((list(phrase) for phrase in PHRASES if phrase[0] == first), key=len, reverse=True)
    for first in {phrase[0] for phrase in PHRASES}
}

_UNSPACED = sorted(
    {
        word
        for kind in (
            "assent", "refusal", "denial", "go on", "stop", "ends", "deed", "pointer", "empty", "asks", "request",
            "adds", "limits", "clause end", "tells", "demonstrative", "aims", "sense", "rivals",
            "self", "direction",
        )
        for row in lexicon.rows("meaning", kind)
        for word in row.word.split()
        if _UNSPACED_WORD.search(word)
    },
    key=len,
    reverse=True,
)  # fmt: skip
UNSPACED = "|".join(map(re.escape, _UNSPACED))
"""Words of scripts without spaces, the longest first."""


def phrases_joined(words: list[str]) -> list[str]:
    """One word for each phrase of several words, the longest at its place."""
    joined, place = list[str](), 0
    while place < len(words):
        phrase = next(
            (each for each in _BEGINNINGS.get(words[place], ()) if words[place : place + len(each)] == each), None
        )
        joined.append(PHRASES[tuple(phrase)] if phrase else words[place])
        place += len(phrase) if phrase else 1
    return joined


@lru_cache(maxsize=4096)
def sense(word: str) -> str:
    """The word that stands for it and for all that say the same."""
    known = SENSE.get(word)
    if known is not None:
        return known
    root = stem(word)
    return SENSE.get(root, root)


SORTS = CARRIES_OUT | frozenset(map(sense, lexicon.words("meaning", "sort")))
"""What may stand in one of two replies only: "fix the parser", "fix the parser module again"."""


def _rows_of(kind: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in lexicon.rows("meaning", kind):
        for word in row.word.split():
            found.setdefault(sense(word) if kind == "rivals" else word, set()).add(row.form)
    return {word: frozenset(forms) for word, forms in found.items()}


RIVALS, DIRECTIONS = _rows_of("rivals"), _rows_of("direction")
"""Of each word that excludes others: the names of its rows."""
ACT, WEIGHTY, VERBS = (frozenset(map(sense, lexicon.words("meaning", kind))) for kind in ("act", "weighty", "verb"))
