"""A text taken apart into what its author states, without what they ask, imagine, report or want only this once.

What a statement says of its author is read in wishes.py. memory/claims.py decides what becomes a claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clone_mcp.language import lexicon
from clone_mcp.language.pasted import BREAK, own_words
from clone_mcp.language.sentence import ELLIPSIS, own_part

_LONGEST = 240
"""Nobody states a standing wish in a longer sentence; specifications do."""

_END = re.compile(r"(?<=[.!?;…])\)?\s+|(?<=[。！？；])")
_TURN = re.compile(lexicon.pattern("statements", "turn"), re.IGNORECASE)
_LEAD = re.compile(f"(?:{lexicon.pattern('statements', 'lead')})", re.IGNORECASE)
_ASKS = re.compile(
    f"(?:{lexicon.pattern('statements', 'question start')})"
    r"(?![\w'’])(?! not\b)(?! your\b| you really\b)(?!n't (?!you))",
    re.IGNORECASE,
)
_IMAGINES = re.compile(lexicon.pattern("statements", "imagines"), re.IGNORECASE)
_REPORTS = re.compile(lexicon.pattern("statements", "reports"))  # names begin with a capital letter
_ONCE = re.compile(
    rf"\b(?:{lexicon.pattern('statements', 'this once')})\b(?! on\b)|"
    + lexicon.pattern("statements", "this once, unspaced"),
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[\"“”„«»'‘「『]")


def statements(text: str) -> Iterator[str]:
    """Each statement in a person's text, without its opening courtesies and without its full stop."""
    # A row is one line, read when it was recorded. Only what the person writes into memory has several.
    own = own_words(text) if "\n" in text else own_part(text)
    for segment in own.split(BREAK):
        for line in own_words(segment).splitlines():
            for sentence in _END.split(line):
                yield from _stated(sentence)


def _stated(sentence: str) -> Iterator[str]:
    # A sentence that was cut may have gone on to say the opposite.
    if not 4 <= len(sentence) <= _LONGEST or sentence.endswith((ELLIPSIS, "?", "？", "?)")):
        return
    if _IMAGINES.search(sentence) or _REPORTS.search(sentence) or _ONCE.search(sentence):
        return
    for clause in _TURN.split(sentence):
        if not (_QUOTED.match(clause) or _ASKS.match(clause)):
            yield _bare(clause)


def _bare(clause: str) -> str:
    clause = clause.strip()
    for _ in range(6):
        lead = _LEAD.match(clause)
        if lead is None or lead.end() == len(clause):
            break
        clause = clause[lead.end() :]
    return clause.rstrip(" .!;:,。！；~)").replace("’", "'")
