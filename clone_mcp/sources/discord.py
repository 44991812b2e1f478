"""Reads Discord: its own data package, and channels as DiscordChatExporter writes them in JSON.

It fetches nothing from Discord: both are files that the person has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.turns import Log, Turn, moment, record, text
from clone_mcp.sources.archive import Member, members
from clone_mcp.sources.messages import message, same_name

_OWN = re.compile(r"(?:.*/)?c?(\d+)/messages\.json", re.IGNORECASE)
_BESIDE = ("index.json", "channel.json", "user.json", "guild.json", "audit-log.json")
"""What lies in a data package beside the messages."""
_TYPED = ("Default", "Reply", 0, 19)
"""Kinds of messages that somebody typed, as DiscordChatExporter and as Discord itself (default, reply) name them."""


def read(path: Path, log: Log, me: str) -> Iterator[Turn]:
    """The person's own messages."""
    for member in _json(path, log):
        if own := _OWN.fullmatch(member.name):
            for _, entry in member.objects(log):
                yield from _of_package(own[1], entry)
        else:
            for _, entry in member.objects(log, key="messages"):
                yield from _of_channel(member, entry, me, log)


def names(path: Path, log: Log) -> Counter[str]:
    """Who speaks, and how often. A data package holds nobody else's messages."""
    found: Counter[str] = Counter()
    for member in _json(path, log):
        if not _OWN.fullmatch(member.name):
            for _, entry in member.objects(log, key="messages"):
                found[text(record(entry.get("author")).get("name"))] += 1
    return found


def _json(path: Path, log: Log) -> Iterator[Member]:
    for member in members(path, log):
        if member.base.endswith(".json") and not ("/" in member.name and member.base in _BESIDE):
            yield member


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
