"""Cursor: its databases, its agents' transcripts and its list of prompts.

Which project a conversation belongs to stands elsewhere: workspaces name their conversations and their folder.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from clone_mcp.clients.database_files import opened, rows
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import (
    Log,
    Turn,
    document,
    files_in,
    items,
    lines_of,
    moment,
    parsed,
    record,
    regular,
    spoken,
    text,
)
from clone_mcp.clients.vscode import folder_of
from clone_mcp.models.events import Author

_LARGEST = 64 * 1024 * 1024
"""Bytes of a row. A larger one holds files, not a conversation."""
_CONVERSATIONS = (
    "SELECT key, value FROM cursorDiskKV WHERE key >= 'composerData:' AND key < 'composerData;' AND length(value) < ?"
)
_BUBBLE = "SELECT value FROM cursorDiskKV WHERE key = ? AND length(value) < ?"
_TABS = "SELECT value FROM ItemTable WHERE key = 'workbench.panel.aichat.view.aichat.chatdata' AND length(value) < ?"
_OPEN, _CLOSE = "<user_query>", "</user_query>"
_WRAPPED = re.compile(r"\A\s*<(?!user_query)[a-z_]+[^<>]*>")
_TYPED, _SAID = (1, "user", "human"), (2, "ai", "assistant")
_OF_WORKSPACE = "SELECT value FROM ItemTable WHERE key = 'composer.composerData' AND length(value) < 67108864"


def user_folders(machine: Machine) -> Iterator[Path]:
    """The folders with its databases."""
    for folder in machine.application_data("Cursor"):
        yield folder / "User"


def history(machine: Machine) -> Iterator[Path]:
    """Databases first: transcripts repeat what they hold."""
    for user in user_folders(machine):
        yield from within(user)
    for home in machine.homes():
        yield from _transcripts(home / ".cursor" / "projects")
        prompts = home / ".config" / "cursor" / "prompt_history.json"
        if regular(prompts):
            yield prompts


def within(folder: Path) -> Iterator[Path]:
    """Databases and transcripts below a folder."""
    known = (folder / "globalStorage" / "state.vscdb", folder / "state.vscdb")
    yield from (path for path in known if regular(path))
    yield from sorted(path for path in folder.glob("workspaceStorage/*/state.vscdb") if regular(path))
    yield from _transcripts(folder)


def _transcripts(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in files_in(folder, ending=".jsonl") if "agent-transcripts" in path.parts)


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of one file, conversation by conversation."""
    match path.suffix:
        case ".vscdb":
            yield from _database(path, log)
        case ".jsonl":
            yield from _transcript(path, log)
        case _:
            yield from _prompts(path, log)


def _database(path: Path, log: Log) -> Iterator[Turn]:
    with opened(path, log) as connection:
        if connection is None:
            return
        of_project = projects(path, log)
        for key, value in rows(connection, path, log, _CONVERSATIONS, _LARGEST):
            conversation = _loaded(value, path, log)
            own = text(conversation.get("composerId")) or str(key).partition(":")[2]
            if own and log.first_time(f"cursor {own}"):
                bubbles = _bubbles(connection, path, log, own, conversation)
                yield from _turns(own, bubbles, moment(conversation.get("createdAt")), of_project.get(own), log)
        for (value,) in rows(connection, path, log, _TABS, _LARGEST):
            for tab in map(record, items(_loaded(value, path, log).get("tabs"))):
                own = text(tab.get("tabId"))
                if own and log.first_time(f"cursor {own}"):
                    begun = moment(tab.get("lastSendTime")) or _changed(path)
                    yield from _turns(own, map(record, items(tab.get("bubbles"))), begun, None, log)


def _bubbles(
    connection: sqlite3.Connection, path: Path, log: Log, own: str, conversation: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """The messages of a conversation: within it, as older versions kept them, or each in a row of its own."""
    yield from map(record, items(conversation.get("conversation")))
    for head in map(record, items(conversation.get("fullConversationHeadersOnly"))):
        name = text(head.get("bubbleId"))
        for (value,) in rows(connection, path, log, _BUBBLE, f"bubbleId:{own}:{name}", _LARGEST):
            yield {**_loaded(value, path, log), "bubbleId": name}


def _turns(
    session: str, bubbles: Iterator[dict[str, Any]], begun: datetime | None, project: str | None, log: Log
) -> Iterator[Turn]:
    at, last = begun, None
    for number, bubble in enumerate(bubbles):
        words = (text(bubble.get("text")) or text(bubble.get("rawText"))).strip()
        at = _told(bubble) or (at + timedelta(seconds=1) if at else None)
        if not words or at is None:
            log.drop("messages without words or a time")
            continue
        turn = partial(Turn, session, text=words, at=at, own_id=text(bubble.get("bubbleId")) or str(number))
        if bubble.get("type") in _SAID:
            last = turn(author=Author.AGENT, project=project)
        elif bubble.get("type") in _TYPED:
            if last:
                yield last
            last = None
            yield turn(author=Author.PERSON, project=project)
    if last:
        yield last


def _told(bubble: dict[str, Any]) -> datetime | None:
    timing = record(bubble.get("timingInfo"))
    return moment(bubble.get("createdAt")) or moment(timing.get("clientStartTime")) or moment(bubble.get("timestamp"))


def _transcript(path: Path, log: Log) -> Iterator[Turn]:
    """An agent's transcript has no times: each turn gets a second of its own, up to the file's."""
    session = path.stem
    if not log.first_time(f"cursor {session}"):
        log.drop("transcripts of conversations that were read already")
        return
    found: list[dict[str, Any]] = []
    for number, line in lines_of(path, log):
        entry = parsed(line, path, number, log)
        words = spoken(record(entry.get("message")).get("content") or entry.get("content"))
        if entry.get("role") == "user":
            query = words.partition(_OPEN)[2].partition(_CLOSE)[0].strip()
            words = query or ("" if _WRAPPED.match(words) else words)
        if words:
            found.append({"type": entry.get("role"), "text": words})
    begun = _changed(path) - timedelta(seconds=len(found) + 1)
    yield from _turns(session, iter(found), begun, None, log)


def _prompts(path: Path, log: Log) -> Iterator[Turn]:
    for words in items(document(path, log)):
        if text(words).strip() and not text(words).startswith("/"):
            own = blake2b(text(words).encode(errors="surrogatepass"), digest_size=12).hexdigest()
            yield Turn("prompt-history", Author.PERSON, text(words), _changed(path), own)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _loaded(value: Any, path: Path, log: Log) -> dict[str, Any]:
    try:
        return record(json.loads(value))
    except (ValueError, TypeError, RecursionError):
        log.bad(path, 0, "a row that is not JSON")
        return {}


def projects(database: Path, log: Log) -> dict[str, str]:
    """The project of each conversation that a workspace names."""
    user = database.parent.parent
    if database.parent.name == "globalStorage":
        workspaces = sorted(user.glob("workspaceStorage/*/state.vscdb"))
    else:
        workspaces = [database]
    found: dict[str, str] = {}
    for workspace in workspaces:
        folder = folder_of(workspace.parent)
        if folder and regular(workspace):
            found |= dict.fromkeys(_conversations(workspace, log), folder)
    return found


def _conversations(workspace: Path, log: Log) -> list[str]:
    with opened(workspace, log) as connection:
        if connection is None:
            return []
        [*found] = rows(connection, workspace, log, _OF_WORKSPACE)
    return [own for (value,) in found for own in _named(value)]


def _named(value: Any) -> list[str]:
    try:
        listed = items(record(json.loads(value)).get("allComposers"))
    except (ValueError, TypeError, RecursionError):
        return []
    return [own for each in listed if (own := text(record(each).get("composerId")))]
