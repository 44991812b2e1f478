"""The words of lexicon/meaning.tsv, by what they do in a reply."""

from __future__ import annotations

import re

from clone_mcp.language import lexicon
from clone_mcp.language.claim_keys import stem

CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_HAS_CJK = re.compile(f"[{CJK}]")


def _forms(kind: str) -> dict[str, str]:
    """The words of a kind, each with its form. The first row that has a word counts."""
    found: dict[str, str] = {}
    for row in lexicon.rows("meaning", kind):
        for word in row.word.split():
            found.setdefault(word, row.form)
    return found


ASSENT, REFUSAL, GO_ON, STOP, DEED, POINTER, EMPTY, REQUEST, ADDS, LIMITS, CLAUSE_END, TELLS, DEMONSTRATIVE = (
    lexicon.words("meaning", kind)
    for kind in (
        "assent", "refusal", "go on", "stop", "deed", "pointer", "empty", "request", "adds", "limits", "clause end",
        "tells", "demonstrative",
    )
)  # fmt: skip
ENDS, DENIAL, ASKS = (_forms(kind) for kind in ("ends", "denial", "asks"))
_WRITTEN = _forms("sense")
SENSE = {stem(word): form for word, form in _WRITTEN.items() if word.isascii() and len(word) > 3} | _WRITTEN

SILENT = EMPTY | POINTER | DEED
"""Words that say nothing of what a reply is about."""
CARRIES_OUT = frozenset(("fix", "change", "create", "start", "finish", "add", "error"))
"""What may be done to "it" without saying more than yes."""
OWN_NOTHING = SILENT | ASSENT | REFUSAL | GO_ON | STOP | ENDS.keys() | ADDS
"""Small words: a reply of nothing else says nothing by itself."""

PHRASES = {word.replace("_", " "): form for word, form in _forms("phrase").items()}
_PHRASE = re.compile(
    r"(?<!\w)(?:"
    + "|".join(re.escape(phrase).replace(r"\ ", "[ -]") for phrase in sorted(PHRASES, key=len, reverse=True))
    + r")(?!\w)"
)

_UNSPACED = sorted(
    {
        word
        for kind in (
            "assent", "refusal", "denial", "go on", "stop", "ends", "deed", "pointer", "empty", "asks", "request",
            "adds", "limits", "clause end", "tells", "demonstrative", "sense", "rivals",
        )
        for row in lexicon.rows("meaning", kind)
        for word in row.word.split()
        if _HAS_CJK.search(word)
    },
    key=len,
    reverse=True,
)  # fmt: skip
UNSPACED = "|".join(map(re.escape, _UNSPACED))
"""Words of scripts without spaces, the longest first."""


def phrases_joined(text: str) -> str:
    """The text with one word for each phrase of several words. It must be in lower case and without apostrophes."""
    return _PHRASE.sub(lambda found: PHRASES[found[0].replace("-", " ")], text)


def sense(word: str) -> str:
    """The word that stands for it and for all that say the same."""
    known = SENSE.get(word)
    if known is not None:
        return known
    root = stem(word)
    return SENSE.get(root, root)


def _rivals() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in lexicon.rows("meaning", "rivals"):
        for word in row.word.split():
            found.setdefault(sense(word), set()).add(row.form)
    return {word: frozenset(forms) for word, forms in found.items()}


RIVALS = _rivals()
"""Of each word that excludes others: the names of its rows."""
ACT, WEIGHTY, VERBS = (frozenset(map(sense, lexicon.words("meaning", kind))) for kind in ("act", "weighty", "verb"))
