"""Conversations as JSON or YAML, in the forms that model APIs and their frameworks use.

Conversations written as plain text are read in turns.py, which also knows the names of speakers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from textwrap import dedent
from typing import Any, cast

from clone_mcp.language.wrapped.turns import SAID, who_speaks

_BEGINS = re.compile(r"^[ \t]*[\[{]", re.MULTILINE)
_WHO = ("role", "author", "from", "speaker", "sender", "type", "name")
_WHAT = ("content", "text", "message", "value", "parts", "data", "body", "output")
_TRIED, _DEEP, _LONGEST = 3, 6, 50_000
_YAML = re.compile(
    r"^(?P<in>[ \t]{0,12})-[ \t]+(?:role|from|speaker|author)[ \t]*:[ \t]*[\"']?(?P<who>[\w -]{1,30}?)[\"']?[ \t]*\n"
    r"[ \t]{1,14}(?:content|text|message|value)[ \t]*:[ \t]*"
    r"(?P<what>[^\n]*(?:\n(?P=in)[ \t]{3,}[^\n]*|\n(?=\n?(?P=in)[ \t]{3}))*)",
    re.MULTILINE,
)
_DECODER = json.JSONDecoder()


def chat_messages(text: str) -> tuple[list[tuple[str, str]], str] | None:
    """Who said what in the JSON conversation of a text, and the text outside of it; None where there is none."""
    for _, begins in zip(range(_TRIED), _BEGINS.finditer(text) if '"' in text else (), strict=False):
        try:
            value, end = _DECODER.raw_decode(text, begins.end() - 1)
        except (ValueError, RecursionError):
            continue
        if said := list(_messages(value, _DEEP)):
            return said, text[: begins.end() - 1] + "\n" + text[end:]
    if len(text) > _LONGEST:
        return None
    said = [(who, _scalar(each["what"])) for each in _YAML.finditer(text) if (who := who_speaks(each["who"]))]
    return (said, _YAML.sub("", text)) if said else None


def _scalar(written: str) -> str:
    """The text of a YAML value: quoted, in lines of its own, or as it stands."""
    block, value = written.lstrip().startswith(("|", ">")), written.strip()
    with suppress(ValueError):
        return dedent(written.partition("\n")[2]) if block else str(json.loads(value))
    return value.strip("'")


def _messages(value: Any, deep: int) -> Iterator[tuple[str, str]]:
    fields = _fields(value)
    within = cast("list[Any]", value) if isinstance(value, list) else list(fields.values())
    names = [fields[key] for key in _WHO if isinstance(fields.get(key), str)]
    who = next((who for name in names if (who := who_speaks(name)) not in ("", SAID)), "")
    if who and (what := _text(fields, deep)):
        yield who, what
    elif deep:
        for each in within:
            yield from _messages(each, deep - 1)


def _text(value: Any, deep: int) -> str:
    """A message's text: a string, or parts of which some are text."""
    if isinstance(value, str) or not deep:
        return value if isinstance(value, str) else ""
    if isinstance(value, list):
        return "\n".join(text for each in cast("list[Any]", value) if (text := _text(each, deep - 1)))
    return next((text for key in _WHAT if (text := _text(_fields(value).get(key), deep - 1))), "")


def _fields(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
