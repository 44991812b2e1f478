"""Copilot's chats in VS Code, and the workspaces that VS Code and its relatives keep.

A chat is a document, or a log of changes that is replayed into one. A workspace is a folder that names its project.
Cursor's conversations are read in cursor.py, which finds their projects here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import (
    LARGEST_DOCUMENT,
    Log,
    Turn,
    document,
    files_in,
    items,
    lines_of,
    moment,
    parsed,
    record,
    text,
)
from clone_mcp.models.events import Author

_PROGRAMS = ("Code", "Code - Insiders", "VSCodium")
_CHATS = ("chatSessions", "emptyWindowChatSessions")
_BELOW = ("chatSessions", "*/chatSessions", "*/*/chatSessions", "emptyWindowChatSessions", "*/emptyWindowChatSessions")
_BUTTONS = ("confirmation", "acceptedConfirmationData", "rejectedConfirmationData")
"""Pressing one sends a message that nobody typed."""
_SNAPSHOT, _SET, _APPEND = 0, 1, 2
"""The kinds of change in a log, as VS Code numbers them."""
_LONGEST_PATH = 32
"""Steps into a document, which is nowhere nested that deeply."""
_LARGEST = 1024 * 1024
"""Bytes of workspace.json, which has some hundred."""


def history(machine: Machine) -> Iterator[Path]:
    """The chats of every workspace and of windows without one."""
    for program in _PROGRAMS:
        for folder in machine.application_data(program):
            yield from within(folder / "User")


def within(folder: Path) -> Iterator[Path]:
    """Chats below a folder."""
    places = [folder] if folder.name in _CHATS else sorted(place for name in _BELOW for place in folder.glob(name))
    for place in places:
        for ending in (".json", ".jsonl"):
            yield from files_in(place, ending=ending)


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
        if any(request.get(mark) for mark in _BUTTONS):
            log.drop("buttons that were pressed")
        else:
            yield Turn(session, Author.PERSON, words, at, own, project)
        if said := _answer_text(request):
            yield Turn(session, Author.AGENT, said, at, own, project)


def _answer_text(request: dict[str, Any]) -> str:
    """The answer's text. What has a kind is a tool's, a progress note or a reference."""
    parts: list[str] = []
    for part in map(record, items(request.get("response"))):
        if not part.get("kind"):
            parts.append(text(part.get("value")) or text(record(part.get("value")).get("value")))
    return "".join(parts).strip()


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


def folder_of(workspace: Path) -> str | None:
    """The project's folder, or None when it can't be told."""
    file = workspace / "workspace.json"
    try:
        if file.stat().st_size > _LARGEST:
            return None
        named = record(json.loads(file.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return None
    address = text(named.get("folder")) or text(named.get("workspace"))
    try:
        return unquote(urlsplit(address).path) or None
    except ValueError:
        return None
