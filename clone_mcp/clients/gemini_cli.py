"""Gemini CLI: where its sessions lie, and how they read.

A session is one record a line, or one document as older versions wrote it. Turns that hooks see live are noted by
hooks/gemini_cli.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import Log, Turn, document, files_in, items, lines_of, moment, parsed, record, spoken, text
from clone_mcp.models.events import Author

_HASH = re.compile(r"[0-9a-f]{64}")
_MACHINE = ("<session_context>", "<untrusted_context>", "<hook_context>", "<system", "This is the Gemini CLI.")
_COMMANDS = ("/", "!")


def history(machine: Machine) -> Iterator[Path]:
    """The sessions of every project."""
    for home in machine.homes():
        folder = home / ".gemini" / "tmp"
        if folder.is_dir():
            yield from within(folder)


def within(folder: Path) -> Iterator[Path]:
    """Sessions below a folder."""
    for ending in (".json", ".jsonl"):
        yield from (path for path in files_in(folder, ending=ending) if path.name.startswith("session-"))


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of one file, oldest first."""
    session, said = path.stem, None
    for entry in _entries(path, log):
        session = text(entry.get("sessionId")) or session
        if entry.get("type") not in ("user", "gemini"):
            continue
        words, at = spoken(entry.get("content")).strip(), moment(entry.get("timestamp"))
        if not words or at is None:
            continue
        own, project = text(entry.get("id")), _project(path)
        if entry.get("type") == "gemini":
            said = Turn(session, Author.AGENT, words, at, own, project)
        elif words.startswith((*_MACHINE, *_COMMANDS)):
            log.drop("commands and notes of the client")
        else:
            if said:
                yield said
            said = None
            yield Turn(session, Author.PERSON, words, at, own, project)
    if said:
        yield said


def _entries(path: Path, log: Log) -> Iterator[dict[str, Any]]:
    if path.suffix == ".json":
        whole = record(document(path, log))
        yield {"sessionId": whole.get("sessionId")}
        yield from map(record, items(whole.get("messages")))
        return
    for number, line in lines_of(path, log):
        yield parsed(line, path, number, log)


def _project(path: Path) -> str | None:
    """Sessions lie in a folder named after the project, or after a digest that tells nothing."""
    name = path.parent.parent.name if path.parent.name == "chats" else ""
    return name if name and not _HASH.fullmatch(name) else None
