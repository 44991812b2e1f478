"""What Pydantic found wrong, in words for people: the field, and what it may be.

The one place where its errors are read. Its own messages name types and classes of ours, so none of them is passed on,
and neither is what was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_SHOWN = 100
"""Characters of a name of the sender's that are said back."""

_MEANINGS = {
    "missing": "is required",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "union_tag_not_found": "must be an object with a field {discriminator}",
    "union_tag_invalid": "must have a {discriminator} of {expected_tags}",
    "string_pattern_mismatch": "is not written as it has to be",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
}
_KINDS = {
    "int": "must be a whole number",
    "float": "must be a number",
    "finite": "must be a number",
    "bool": "must be true or false",
    "string": "must be text",
    "list": "must be a list",
    "tuple": "must be a list",
    "dict": "must be an object",
    "model": "must be an object",
    "uuid": "must be a UUID, such as 7f0c9a9e-6f0b-4c7e-9d52-1f6f2f7f2b11",
    "datetime": "must be a date and time with an offset, such as 2026-11-20T08:30:00Z",
    "timezone": "must be a date and time with an offset, such as 2026-11-20T08:30:00Z",
    "path": "must be a path",
}
"""For every other type of error, by the word it begins with."""


def faults(exc: ValidationError, *, whole: str = "the value", named: Callable[[str], str] = str) -> list[str]:
    """What is wrong, field by field. `whole` is what the fields belong to; `named` says what a field is called."""
    found = exc.errors(include_input=False, include_url=False)
    return list(dict.fromkeys(_fault(error, whole, named) for error in found))


def _fault(error: ErrorDetails, whole: str, named: Callable[[str], str]) -> str:
    name = named(_path(error))
    if error["type"] == "extra_forbidden":
        return f"there is no field {name!r}"
    if error["type"] in ("value_error", "assertion_error"):  # raised by a validator of ours, in words that are meant
        said = error["msg"].partition(", ")[2]
        return f"{name} {said}" if name else said
    return f"{name or whole} {_meaning(error['type'], error.get('ctx', {}))}"


def _path(error: ErrorDetails) -> str:
    """The field, with what it lies in. An event's type stands before its fields and is none of them."""
    first, *rest = error["loc"] or ("",)
    parts = rest if "." in str(first) else [first, *rest]
    return ".".join(str(part) for part in parts)[:_SHOWN]


def _meaning(kind: str, context: dict[str, Any]) -> str:
    if kind in ("string_too_short", "too_short") and context.get("min_length") == 1:
        return "must not be empty"
    if meaning := _MEANINGS.get(kind):
        return meaning.format(**{name: _plain(value) for name, value in context.items()})
    return _KINDS.get(kind.partition("_")[0], "can't be accepted as it is")


def _plain(value: Any) -> Any:
    """A limit as people write it: 1, not 1.0, and 10,080."""
    whole = isinstance(value, float) and value.is_integer()
    return f"{int(value) if whole else value:,}" if isinstance(value, int | float) else value
