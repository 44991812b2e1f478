"""Reads Discord: its own data package, and channels as DiscordChatExporter writes them in JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.lines import record, text
from clone_mcp.clients.turns import Log, Turn, moment
from clone_mcp.sources.archive import Member, members
from clone_mcp.sources.json_stream import objects
from clone_mcp.sources.messages import message, same_name

_OWN = re.compile(r"(?:.*/)?c?(\d+)/messages\.json", re.IGNORECASE)
_TYPED = ("Default", "Reply", 0, 19)


def read(path: Path, log: Log, me: str) -> Iterator[Turn]:
    """The person's own messages."""
    for member in _json(path, log):
        own = _OWN.fullmatch(member.name)
        with member.opened(log) as file:
            if file is None:
                continue
            if own:
                for _, entry in objects(file, member.place, log):
                    yield from _of_package(own[1], entry)
            else:
                for _, entry in objects(file, member.place, log, key="messages"):
                    yield from _of_channel(member, entry, me, log)


def names(path: Path, log: Log) -> Counter[str]:
    """Who speaks, and how often. A data package holds nobody else's messages."""
    found: Counter[str] = Counter()
    for member in _json(path, log):
        if _OWN.fullmatch(member.name):
            continue
        with member.opened(log) as file:
            for _, entry in objects(file, member.place, log, key="messages") if file else ():
                found[text(record(entry.get("author")).get("name"))] += 1
    return found


def _json(path: Path, log: Log) -> Iterator[Member]:
    for member in members(path, log):
        if member.base == "messages.json" or (member.base.endswith(".json") and not _packaged(member)):
            yield member


def _packaged(member: Member) -> bool:
    """Whether it lies in a data package, beside the messages."""
    return "/" in member.name and member.base in (
        "index.json",
        "channel.json",
        "user.json",
        "guild.json",
        "audit-log.json",
    )


def _of_package(channel: str, entry: dict[str, Any]) -> Iterator[Turn]:
    at, words = moment(entry.get("Timestamp")), text(entry.get("Contents")).strip()
    if at and words:
        yield message(channel, words, at, str(entry.get("ID") or ""))


def _of_channel(member: Member, entry: dict[str, Any], me: str, log: Log) -> Iterator[Turn]:
    author = record(entry.get("author"))
    mine = any(same_name(text(author.get(name)), me) for name in ("name", "nickname", "id"))
    at, words = moment(entry.get("timestamp")), text(entry.get("content")).strip()
    if entry.get("type", "Default") not in _TYPED or author.get("isBot"):
        log.drop("notes of the client")
    elif not mine:
        log.drop("messages of others")
    elif at and words:
        yield message(member.base, words, at, text(entry.get("id")))
