"""Text that every database and every encoding takes.

It hides no secrets: recording/redaction.py does. How texts are compared is in language/wording.py.
"""

from __future__ import annotations

import re
from typing import Any

DELETED = "[deleted]"
"""Stands where words were that the person deleted."""

# NUL, which Postgres refuses, and halves of surrogate pairs, which UTF-8 can't say.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """The text with what can't be stored replaced by U+FFFD."""
    return text if text.isascii() and "\x00" not in text else _UNSTORABLE.sub("\ufffd", text)


def clean_payload(value: Any) -> Any:
    """The same for everything in a JSON value."""
    match value:
        case str():
            return clean(value)
        case {**fields}:
            return {clean(str(key)): clean_payload(item) for key, item in fields.items()}
        case [*items]:
            return [clean_payload(item) for item in items]
        case _:
            return value
