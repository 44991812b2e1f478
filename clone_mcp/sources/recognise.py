"""Tells which source a file or folder is of, by its name and how it begins.

It reads no turns: the reader of each source is named in registry.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path, PurePosixPath

from clone_mcp.clients.turns import Log, regular
from clone_mcp.sources import whatsapp
from clone_mcp.sources.archive import Member, damage_noted, members
from clone_mcp.sources.registry import BY_NAME, Source

_HEAD = 32 * 1024
"""Bytes at the beginning of a file that are looked at."""
_LOOKED_AT = 2_000
"""Names in a folder or zip that are looked at."""
_BY_HEAD: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("codex", re.compile(r'"type"\s*:\s*"session_meta"|"session_id"[^\n]{0,200}"ts"\s*:')),
    ("claude-code", re.compile(r'"(?:parentUuid|promptId|isSidechain|pastedContents)"\s*:')),
    ("gemini-cli", re.compile(r'"projectHash"\s*:')),
    ("cursor", re.compile(r'\A\s*\{"role"\s*:')),
    ("vscode", re.compile(r'"requesterUsername"|"requests"\s*:\s*\[|\A\s*\{"kind"\s*:\s*0')),
    ("chatgpt", re.compile(r'"mapping"\s*:')),
    ("claude-ai", re.compile(r'"chat_messages"\s*:')),
    ("telegram", re.compile(r'"personal_information"|"from_id"|"(?:personal_chat|private_group|saved_messages)"')),
    ("discord", re.compile(r'"guild"\s*:\s*\{|"Contents"\s*:')),
    ("aider", re.compile(r"# aider chat started at")),
    ("specstory", re.compile(r"_\*\*(?:User|Agent|Assistant)|SpecStory")),
)
_BY_NAME: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("imessage", re.compile(r"chat\.db")),
    ("cursor", re.compile(r".*\.vscdb")),
    ("codex", re.compile(r"rollout-.*\.jsonl")),
    ("aider", re.compile(r"\.aider\.chat\.history\.md")),
    ("telegram", re.compile(r"result\.json")),
)


def recognised(path: Path) -> Source | None:
    """The source that this is of, if that can be told."""
    name = _file(path) if regular(path) and path.suffix.lower() != ".zip" else _export(path)
    return BY_NAME[name] if name else None


def _file(path: Path) -> str | None:
    for name, pattern in _BY_NAME:
        if pattern.fullmatch(path.name):
            return name
    [member] = members(path, Log())
    return _by_head(member)


def _by_head(member: Member) -> str | None:
    head = ""
    with member.opened(Log()) as file, damage_noted(member.place, Log()):
        head = file.read(_HEAD).decode("utf-8", "replace") if file else ""
    for name, pattern in _BY_HEAD:
        if pattern.search(head):
            return name
    return "whatsapp" if whatsapp.looks_like(head) else None


def _export(path: Path) -> str | None:
    """A folder or a zip, by the names in it; where these say little, by how a file begins."""
    names = {member.name for member in islice(members(path, Log()), _LOOKED_AT)}
    bases = {PurePosixPath(name).name for name in names}
    telling: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("slack", lambda: "users.json" in bases and "channels.json" in bases),
        ("discord", lambda: any(re.search(r"c\d+/messages\.json$", name) for name in names)),
        ("telegram", lambda: "result.json" in bases),
        ("whatsapp", lambda: "_chat.txt" in bases or any(base.startswith("WhatsApp Chat") for base in bases)),
        ("signal", lambda: any(PurePosixPath(name).name in ("data.json", "chat.md") for name in names)),
        ("claude-code", lambda: any("projects/" in name and name.endswith(".jsonl") for name in names)),
        ("codex", lambda: any(base.startswith("rollout-") for base in bases)),
        ("gemini-cli", lambda: any("chats/session-" in name for name in names)),
        ("cursor", lambda: any(base.endswith(".vscdb") for base in bases)),
        ("vscode", lambda: any("chatSessions/" in name or "ChatSessions/" in name for name in names)),
        ("aider", lambda: ".aider.chat.history.md" in bases),
        ("specstory", lambda: any(name.endswith(".md") and "history/" in name for name in names)),
    )
    for name, holds in telling:
        if holds():
            return name
    likely = (member for member in members(path, Log()) if member.base.endswith((".json", ".jsonl")))
    return next((found for member in islice(likely, 5) if (found := _by_head(member))), None)
