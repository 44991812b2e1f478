"""The coarse intent of a reply, by how it begins."""

from __future__ import annotations

import re

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("option", r"(?:option |opt |let'?s do |do |go with )?\(?(?:[1-9]|[a-e])[.)]?$"),
        ("slash", r"[/!]\S"),
        ("commit", r".{0,40}\bcommit\b|提交"),
        ("push", r".{0,40}\b(?:push|pr|pull request|merge|release)\b|推送"),
        (
            "approve",
            r"(?:yes|yep|yeah|y|ok|okay|sure|please do|go ahead|do it|do that|sounds good|lgtm|perfect|great|proceed"
            r"|let'?s (?:do|go)|approved?|好|可以|是|对|行|ja|oui|si|sí|sim)\b|[好是对行]",
        ),
        (
            "continue",
            r"(?:please |ok |then )*(?:continue|keep going|go on|resume|carry on|next|try again|retry)\b"
            r"|继续|下一步|weiter",
        ),
        ("no", r"(?:no|nope|stop|wait|don'?t|not|revert|undo)\b|不"),
        (
            "ask",
            r"(?:what|why|how|where|when|who|which|can|could|is|are|do|does|did|should|have)\b|.*[?？]\s*$",
        ),
    )
)
INTENTS = (*(name for name, _ in _PATTERNS), "other")
_BEGINNING = 80


def intent_of(text: str) -> str:
    """The coarse intent of a reply."""
    beginning = text.lstrip()[:_BEGINNING]
    return next((name for name, pattern in _PATTERNS if pattern.match(beginning)), "other")
