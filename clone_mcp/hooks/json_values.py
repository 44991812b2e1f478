"""Reading JSON that may hold anything. Standard library only: hooks wait for it."""

from __future__ import annotations

import json
from typing import Any, cast


def an_object(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def a_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def a_text(value: Any) -> str:
    """The value if it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def an_object_in(text: bytes | str) -> dict[str, Any]:
    """The object that the text is, or an empty one."""
    try:
        return an_object(json.loads(text))
    except (ValueError, RecursionError):
        return {}
