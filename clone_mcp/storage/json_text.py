"""JSON as it is stored: compact, and readable in any language."""

from __future__ import annotations

import json
from typing import Any

from clone_mcp.models.text import clean, clean_payload

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dumps(value: Any) -> str:
    """The value as JSON that both databases take: without NUL and without halves of surrogate pairs."""
    text = _encode(value)
    if r"\u0000" in text:
        text = _encode(clean_payload(value))
    return clean(text)
