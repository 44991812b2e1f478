"""Reads Slack's export: a folder for each channel, in it a file for each day.

Messages that Slack sends to a webhook are not read here, but in webhooks/connectors.py.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from clone_mcp.clients.turns import LARGEST_DOCUMENT, Log, Turn, items, moment, record, text
from clone_mcp.sources.archive import BROKEN, Member, members
from clone_mcp.sources.messages import message, same_name

_LISTS = ("users.json", "channels.json", "dms.json", "groups.json", "mpims.json", "integration_logs.json")


def read(path: Path, log: Log, me: str) -> Iterator[Turn]:
    """The person's own messages."""
    mine = {own for own, known in _users(path, log).items() if any(same_name(name, me) for name in (own, *known))}
    for member in _days(path, log):
        channel = PurePosixPath(member.name).parent.name
        for _, entry in member.objects(log):
            yield from _turn(channel, entry, mine or {me}, log)


def names(path: Path, log: Log) -> Counter[str]:
    """Who speaks, and how often."""
    users = _users(path, log)
    found = Counter(text(entry.get("user")) for member in _days(path, log) for _, entry in member.objects(log))
    return Counter({next(iter(users.get(own, ())), own): times for own, times in found.items()})


def _days(path: Path, log: Log) -> Iterator[Member]:
    for member in members(path, log):
        if member.base.endswith(".json") and member.base not in _LISTS and "/" in member.name:
            yield member


def _users(path: Path, log: Log) -> dict[str, list[str]]:
    """The names of each user."""
    for member in members(path, log):
        if member.base == "users.json":
            with member.opened(log) as file:
                try:
                    listed = items(json.loads(file.read(LARGEST_DOCUMENT))) if file else []
                except (*BROKEN, ValueError):
                    log.bad(member.place, 0, "not JSON")
                    return {}
            return {text(user.get("id")): _names(user) for user in map(record, listed)}
    return {}


def _names(user: dict[str, Any]) -> list[str]:
    profile = record(user.get("profile"))
    called = (user.get("real_name"), user.get("name"), profile.get("display_name"), profile.get("email"))
    return [name for name in map(text, called) if name]


def _turn(channel: str, entry: dict[str, Any], mine: set[str], log: Log) -> Iterator[Turn]:
    at, words = moment(entry.get("ts")), text(entry.get("text")).strip()
    if (
        entry.get("type") != "message"
        or entry.get("bot_id")
        or text(entry.get("subtype")) not in ("", "thread_broadcast")
    ):
        log.drop("notes of the client")
    elif text(entry.get("user")) not in mine:
        log.drop("messages of others")
    elif at and words:
        yield message(channel, words, at, text(entry.get("client_msg_id")) or text(entry.get("ts")))
