"""What a reply does, by its wording: its coarse intent; whether it takes back, agrees, is content.

Whether two replies mean the same is decided in meaning/. What a reply would set in motion is read in stakes/replies.py.
"""

from __future__ import annotations

import re

from clone_mcp.language import lexicon

INTENTS = ("option", "slash", "commit", "push", "approve", "continue", "no", "ask", "other")
"""The first that fits counts. The local predictor's weights know them by their places."""
_PATTERNS = tuple(
    (name, re.compile(lexicon.pattern("replies", "intent", name), re.IGNORECASE)) for name in INTENTS[:-1]
)
_BEGINNING = 80


def intent_of(text: str) -> str:
    """The coarse intent of a reply."""
    beginning = text.lstrip()[:_BEGINNING]
    return next((name for name, pattern in _PATTERNS if pattern.match(beginning)), "other")


def _undoes(row: lexicon.Row) -> str:
    """One way to take something back: some words do so only where they stand alone or before certain others."""
    said = lexicon.spelt_out("replies", row.word)
    after = "|".join(word.replace("_", " ") for word in row.needs.split())
    return said + (rf"(?:\s*(?:[,.;:!?…—–-]|$)|\s+(?:{after})\b)" if after else "")


_NO_PROBLEM = lexicon.pattern("replies", "no problem")
UNDO = re.compile(
    rf"\W*(?:(?:{lexicon.pattern('replies', 'interjection')})[,.!… ]+)?"
    + _NO_PROBLEM
    + f"(?:{'|'.join(map(_undoes, lexicon.rows('replies', 'undoes')))})",
    re.IGNORECASE,
)
"""Begins what takes back the last thing that was done. "No problem" and "stop the server" do not."""

GO_AHEAD = lexicon.words("replies", "polite") | lexicon.words("replies", "go ahead")
"""Replies of nothing but such words agree."""

CLOSING = re.compile(
    rf"(?:(?:{lexicon.pattern('replies', 'closing lead')})(?:[,.!]?\s+|[，。！]))*"
    rf"(?:{lexicon.pattern('replies', 'closing')})"
    rf"(?:[,.!]?\s*(?:{lexicon.pattern('replies', 'closing tail')})\b"
    rf"|[,.!，。！]\s*(?:{lexicon.pattern('replies', 'closing')})\b)*\W*$",
    re.IGNORECASE,
)
"""All of a prompt that says no more than that the person is content."""

_WORD_ENDS = r"(?:(?<=[\u3040-\uffff])|(?![^\W_]))"  # unspaced scripts have no end of a word
_CONTENT = "|".join(lexicon.pattern("replies", kind) for kind in ("closing", "closing tail", "closing lead"))
_UNLESS = (
    rf"(?!.*(?:\b(?:{lexicon.pattern('replies', 'not content')})\b"
    rf"|{lexicon.pattern('replies', 'not content, unspaced')}))"
)
CONTENT_START = re.compile(rf"\W*(?:{lexicon.pattern('replies', 'closing')}){_WORD_ENDS}", re.IGNORECASE)
"""Begins as a person who is content does."""
CONTENT_CLAUSE = re.compile(
    rf"\W*(?:(?>(?:{_CONTENT}){_WORD_ENDS})\s*)*+"
    rf"(?:(?:{lexicon.pattern('replies', 'content plan')}){_WORD_ENDS}{_UNLESS}.*"
    rf"|(?:{lexicon.pattern('replies', 'content remark')}))?\W*",
    re.IGNORECASE | re.DOTALL,
)
"""All of a clause that asks for nothing and finds no fault: praise, a remark, or what the person does next."""
