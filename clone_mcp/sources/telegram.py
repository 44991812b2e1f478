"""Reads Telegram Desktop's export in JSON: all chats, or one. Telegram's other format, HTML, is not read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.turns import Log, Turn, items, moment, record, text
from clone_mcp.sources.archive import Member, members
from clone_mcp.sources.messages import message, same_name

_SELF = re.compile(r'"personal_information"\s*:\s*\{[^{}]{0,20000}?"user_id"\s*:\s*(\d+)')
_CHAT = re.compile(r'"id"\s*:\s*(-?\d+)')
_HEAD = 64 * 1024


def read(path: Path, log: Log, me: str) -> Iterator[Turn]:
    """The person's own messages."""
    for member in _results(path, log):
        myself = f"user{own}" if (own := _own_id(member, log)) else ""
        for head, entry in member.objects(log, key="messages"):
            if _is_own_message(entry, myself, me, log):
                yield from _turn((_CHAT.findall(head) or [path.stem])[-1], entry)


def names(path: Path, log: Log) -> Counter[str]:
    """Who speaks, and how often; nobody when the export says whose it is."""
    found: Counter[str] = Counter()
    for member in _results(path, log):
        if _own_id(member, log):
            return Counter()
        found.update(text(entry.get("from")) for _, entry in member.objects(log, key="messages"))
    return found


def _results(path: Path, log: Log) -> Iterator[Member]:
    for member in members(path, log):
        if member.base == "result.json" or (path.suffix == ".json" and not path.is_dir()):
            yield member


def _own_id(member: Member, log: Log) -> str:
    with member.opened(log) as file:
        found = _SELF.search(file.read(_HEAD).decode("utf-8", "replace")) if file else None
    return found[1] if found else ""


def _is_own_message(entry: dict[str, Any], myself: str, me: str, log: Log) -> bool:
    if entry.get("type") != "message":
        log.drop("notes of the client")
    elif entry.get("forwarded_from") or entry.get("via_bot"):
        log.drop("forwarded messages")
    elif not (entry.get("from_id") == myself if myself else same_name(text(entry.get("from")), me)):
        log.drop("messages of others")
    else:
        return True
    return False


def _turn(chat: str, entry: dict[str, Any]) -> Iterator[Turn]:
    at, words = moment(entry.get("date_unixtime")) or moment(entry.get("date")), _words(entry.get("text")).strip()
    if words and at:
        yield message(chat, words, at, str(entry.get("id") or ""))


def _words(said: Any) -> str:
    if isinstance(said, str):
        return said
    return "".join(part if isinstance(part, str) else text(record(part).get("text")) for part in items(said))
