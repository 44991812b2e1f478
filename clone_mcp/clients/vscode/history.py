"""Reads Copilot chats in VS Code: a document, or a log of changes that is replayed into one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from clone_mcp.clients.lines import LARGEST_DOCUMENT, document, items, lines_of, parsed, record, text
from clone_mcp.clients.turns import Log, Turn, moment
from clone_mcp.clients.workspaces import folder_of
from clone_mcp.models.events import Author

_SNAPSHOT, _SET, _APPEND = 0, 1, 2
_LONGEST_PATH = 32


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of one chat, oldest first."""
    chat = record(_replayed(path, log) if path.suffix == ".jsonl" else document(path, log))
    session = text(chat.get("sessionId")) or path.stem
    project = folder_of(path.parent.parent)
    for request in map(record, items(chat.get("requests"))):
        message, at = record(request.get("message")), moment(request.get("timestamp"))
        words, own = text(message.get("text")).strip(), text(request.get("requestId"))
        if not words or at is None:
            log.drop("messages without words or a time")
            continue
        if _confirms(request):
            log.drop("buttons that were pressed")
        else:
            yield Turn(session, Author.PERSON, words, at, own, project)
        if said := _said(request):
            yield Turn(session, Author.AGENT, said, at, own, project)


def _said(request: dict[str, Any]) -> str:
    """The answer's text. What has a kind is a tool's, a progress note or a reference."""
    parts: list[str] = []
    for part in map(record, items(request.get("response"))):
        if not part.get("kind"):
            parts.append(text(part.get("value")) or text(record(part.get("value")).get("value")))
    return "".join(parts).strip()


def _confirms(request: dict[str, Any]) -> bool:
    """Pressing a button sends a message that nobody typed."""
    return any(request.get(mark) for mark in ("confirmation", "acceptedConfirmationData", "rejectedConfirmationData"))


def _replayed(path: Path, log: Log) -> Any:
    state: Any = None
    size = 0
    for number, line in lines_of(path, log):
        size += len(line)
        if size > LARGEST_DOCUMENT:
            log.bad(path, number, f"larger than {LARGEST_DOCUMENT:,} bytes")
            break
        change = parsed(line, path, number, log)
        if change.get("kind") == _SNAPSHOT:
            state = change.get("v")
        elif change.get("kind") in (_SET, _APPEND) and not _applied(state, change):
            log.bad(path, number, "a change to something that is not there")
    return state


def _applied(state: Any, change: dict[str, Any]) -> bool:
    where = items(change.get("k"))[:_LONGEST_PATH]
    if not where:
        return False
    for step in where[:-1]:
        state = _inside(state, step)
    last, value = where[-1], change.get("v")
    if change.get("kind") == _APPEND:
        held = _inside(state, last)
        if not isinstance(held, list):
            return False
        kept = change.get("i")
        if isinstance(kept, int) and 0 <= kept <= len(cast("list[Any]", held)):
            del held[kept:]
        cast("list[Any]", held).extend(items(value))
        return True
    return _put(state, last, value)


def _inside(state: Any, step: Any) -> Any:
    if isinstance(state, dict):
        return cast("dict[Any, Any]", state).get(step) if isinstance(step, str) else None
    if isinstance(state, list) and isinstance(step, int):
        held = cast("list[Any]", state)
        return held[step] if 0 <= step < len(held) else None
    return None


def _put(state: Any, step: Any, value: Any) -> bool:
    if isinstance(state, dict) and isinstance(step, str):
        state[step] = value
        return True
    if isinstance(state, list) and isinstance(step, int):
        held = cast("list[Any]", state)
        if 0 <= step < len(held):
            held[step] = value
            return True
        if step == len(held):
            held.append(value)
            return True
    return False
