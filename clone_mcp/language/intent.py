"""The coarse intent of a reply, by how it begins."""

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
