"""Changing JSON as text, so that comments, order and layout of what a person wrote stay as they are.

It opens no files: installing.py does. TOML is changed in editing.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from clone_mcp.errors import Invalid

_BLANK = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_OTHER = re.compile(r"[^\s,\]}/]+")
_DEEPEST = 200
"""Levels. No configuration has as many, and Python's stack is deep enough for them."""

Key = str | int


@dataclass(slots=True)
class Node:
    """A value, and where it stands."""

    start: int
    end: int = 0
    members: dict[str, tuple[int, Node]] | None = None
    """Of an object: where each key begins, and its value."""
    items: list[Node] | None = None
    value: Any = None
    commas: list[int] = field(default_factory=list[int])


def parsed(text: str) -> Any:
    """The text as a value; comments and trailing commas are allowed. Raises Invalid."""
    return _plain(_read(text))


def with_member(text: str, path: Sequence[str], value: Any) -> str:
    """The text with the value at the path, objects on the way to it made as needed. Raises Invalid."""
    text = text if text.strip() else "{}\n"
    node = _read(text)
    for depth, key in enumerate(path):
        if node.members is None:
            raise Invalid(f"{'.'.join(path[:depth]) or 'The top'} is no object.")
        found = node.members.get(key)
        if found is None:
            return _inserted(text, node, json.dumps(key) + ": ", _nested(path[depth + 1 :], value), depth + 1)
        node = found[1]
    if _plain(node) == value:
        return text
    return text[: node.start] + _laid_out(value, len(path)) + text[node.end :]


def with_item(text: str, path: Sequence[str], item: Any) -> str:
    """The text with the item at the end of the array at the path, unless it is in there. Raises Invalid."""
    node = _at(_read(text if text.strip() else "{}\n"), path)
    if node is None:
        return with_member(text, path, [item])
    if node.items is None:
        raise Invalid(f"{'.'.join(path)} is no list.")
    if item in [_plain(each) for each in node.items]:
        return text
    return _inserted(text, node, "", item, len(path) + 1)


def without(text: str, path: Sequence[Key]) -> str:
    """The text without what stands at the path; as it is when nothing does. Raises Invalid."""
    root = _read(text)
    holder, last = _at(root, path[:-1]), path[-1]
    if holder is None:
        return text
    entries = list((holder.members or {}).items())
    if isinstance(last, str):
        spans = [(start, node.end) for _, (start, node) in entries]
        at = next((number for number, (key, _) in enumerate(entries) if key == last), None)
    else:
        spans = [(node.start, node.end) for node in holder.items or []]
        at = last if last < len(spans) else None
    if at is None:
        return text
    start, end = spans[at]
    if at + 1 < len(spans):
        end = spans[at + 1][0]
    elif at:
        start = spans[at - 1][1]
    else:
        start, end = holder.start + 1, holder.end - 1
    return text[:start] + text[end:]


def _at(node: Node, path: Sequence[Key]) -> Node | None:
    for key in path:
        if isinstance(key, str):
            found = (node.members or {}).get(key)
            if found is None:
                return None
            node = found[1]
        else:
            if node.items is None or key >= len(node.items):
                return None
            node = node.items[key]
    return node


def _nested(path: Sequence[str], value: Any) -> Any:
    for key in reversed(path):
        value = {key: value}
    return value


def _inserted(text: str, node: Node, label: str, value: Any, depth: int) -> str:
    """The text with one more entry at the end of an object or an array."""
    ends = [entry.end for entry in (node.items or [each for _, each in (node.members or {}).values()])]
    indent, outer = "  " * depth, "  " * (depth - 1)
    entry = f"\n{indent}{label}{_laid_out(value, depth)}"
    if not ends:
        return text[: node.start + 1] + f"{entry}\n{outer}" + text[node.end - 1 :]
    last = ends[-1]
    trailing = next((comma for comma in node.commas if comma >= last), None)
    if trailing is not None:
        return text[: trailing + 1] + entry + text[trailing + 1 :]
    return text[:last] + "," + entry + text[last:]


def _laid_out(value: Any, depth: int) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\n" + "  " * depth)


def _plain(node: Node) -> Any:
    if node.members is not None:
        return {key: _plain(value) for key, (_, value) in node.members.items()}
    if node.items is not None:
        return [_plain(item) for item in node.items]
    return node.value


def _read(text: str) -> Node:
    node = _value(text, _skip(text, 1 if text.startswith("\ufeff") else 0), 0)
    if _skip(text, node.end) != len(text):
        raise _broken(text, node.end)
    return node


def _value(text: str, at: int, depth: int) -> Node:
    if depth > _DEEPEST:
        raise Invalid("It is nested too deeply.")
    match text[at : at + 1]:
        case "{" | "[" as opening:
            return _entries(text, at, depth, is_object=opening == "{")
        case '"':
            return _scalar(text, at, _STRING.match(text, at))
        case _:
            return _scalar(text, at, _OTHER.match(text, at))


def _scalar(text: str, at: int, found: re.Match[str] | None) -> Node:
    if found is None:
        raise _broken(text, at)
    try:
        return Node(at, found.end(), value=json.loads(found[0]))
    except ValueError as exc:
        raise _broken(text, at) from exc


def _entries(text: str, start: int, depth: int, *, is_object: bool) -> Node:
    node = Node(start, members={} if is_object else None, items=None if is_object else [])
    at = _skip(text, start + 1)
    while text[at : at + 1] != ("}" if is_object else "]"):
        key_at = at
        if is_object:
            key = _scalar(text, at, _STRING.match(text, at))
            at = _skip(text, key.end)
            if text[at : at + 1] != ":":
                raise _broken(text, at)
            at = _skip(text, at + 1)
        value = _value(text, at, depth + 1)
        if node.members is not None:
            node.members[key.value] = (key_at, value)  # type: ignore[reportPossiblyUnbound]
        elif node.items is not None:
            node.items.append(value)
        at = _skip(text, value.end)
        if text[at : at + 1] == ",":
            node.commas.append(at)
            at = _skip(text, at + 1)
        elif text[at : at + 1] != ("}" if is_object else "]"):
            raise _broken(text, at)
    node.end = at + 1
    return node


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _broken(text: str, at: int) -> Invalid:
    line = text.count("\n", 0, at) + 1
    return Invalid(f"It is no JSON from line {line} on.", hint="Mend it, then run this again; nothing was changed.")
