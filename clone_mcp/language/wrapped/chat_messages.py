"""Conversations as JSON, in the forms that model APIs and their frameworks use: what an agent says in them last."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from clone_mcp.language.wrapped.turns import AGENT, PERSON, who_speaks

_BEGINS = re.compile(r"^[ \t]*[\[{]", re.MULTILINE)
_WHO = ("role", "author", "from", "speaker", "sender", "type", "name")
_WHAT = ("content", "text", "message", "value", "parts", "data", "body", "output")
_LISTS = ("messages", "conversation", "history", "chat_history", "turns", "chat", "transcript", "dialogue", "contents")
_TRIED, _DEEP = 3, 4
_DECODER = json.JSONDecoder()


class ChatMessages(NamedTuple):
    """What a JSON conversation in a text says."""

    agent: str
    """The agent's last message; empty where there is none."""
    person: str
    """The last message of the person, in which a client may have put everything."""
    others: str
    """What is neither's: a system message."""
    around: str
    """The text outside of the JSON."""


def chat_messages(text: str) -> ChatMessages | None:
    """The JSON conversation in a text; None where there is none."""
    if '"' not in text:
        return None
    for tried, begins in enumerate(_BEGINS.finditer(text)):
        if tried == _TRIED:
            break
        start = begins.end() - 1
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        said = list(_messages(value))
        if said:
            return _summed(said, text[:start] + "\n" + text[end:])
    return None


def _summed(said: list[tuple[str, str]], around: str) -> ChatMessages:
    by: dict[str, str] = {}
    for who, what in said:
        by[who] = what if who in (AGENT, PERSON) else f"{by.get(who, '')}\n{what}"
    others = "\n".join(what for who, what in by.items() if who not in (AGENT, PERSON))
    return ChatMessages(by.get(AGENT, ""), by.get(PERSON, ""), others, around)


def _messages(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key in _LISTS:
            if isinstance(value.get(key), list):
                yield from _messages(value[key])
                return
        if isinstance(value.get("data"), dict):
            yield from _message(value | value["data"])
        else:
            yield from _message(value)
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, dict):
                yield from _messages(each)


def _message(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    names = [name for key in _WHO if isinstance(name := value.get(key), str)]
    who = next((found for name in names if (found := who_speaks(name))), "")
    what = next((text for key in _WHAT if (text := _text(value.get(key), _DEEP))), "")
    if who and what:
        yield who, what


def _text(value: Any, deep: int) -> str:
    """A message's text: a string, or parts of which some are text."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and deep:
        return next((text for key in _WHAT if (text := _text(value.get(key), deep - 1))), "")
    if isinstance(value, list) and deep:
        return "\n".join(text for each in value if (text := _text(each, deep - 1)))
    return ""
