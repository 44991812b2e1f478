"""Reads what the tool signal-export writes. Signal's own database is encrypted, and stays so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from clone_mcp.clients.turns import Log, Turn, moment, parsed, text
from clone_mcp.sources.archive import Member, members
from clone_mcp.sources.messages import message, same_name

_ME = "Me"
_LINE = re.compile(r"\[(?P<when>\d{4}-\d\d-\d\d,? \d\d:\d\d(?::\d\d)?)\] (?P<name>[^:]{1,80}): ?(?P<words>.*)")
_ADDED = re.compile(r"\((?:- [^()]{0,200}|reacted: [^()]{0,200})\)\Z|!?\[[^\]]{0,200}\]\([^)]{0,400}\)")


def read(path: Path, log: Log, me: str) -> Iterator[Turn]:
    """The person's own messages. Newer exports have data.json, a message a line, older ones only chat.md."""
    known = {PurePosixPath(member.name).parent for member in members(path, Log()) if member.base == "data.json"}
    for member in members(path, log):
        folder = PurePosixPath(member.name).parent
        if member.base == "data.json":
            yield from _data(member, _chat(path, member), log, me or _ME)
        elif member.base in ("chat.md", "index.md") and folder not in known:
            yield from _markdown(member, _chat(path, member), log, me or _ME)


def _chat(path: Path, member: Member) -> str:
    return PurePosixPath(member.name).parent.name or path.parent.name


def _data(member: Member, chat: str, log: Log, me: str) -> Iterator[Turn]:
    for number, line in member.lines(log):
        entry = parsed(line, member.place, number, log)
        at, words = moment(entry.get("date")), text(entry.get("body")).strip()
        if not same_name(text(entry.get("sender")), me):
            log.drop("messages of others")
        elif at and words:
            yield message(chat, words, at)


def _markdown(member: Member, chat: str, log: Log, me: str) -> Iterator[Turn]:
    current: tuple[datetime, list[str]] | None = None
    for _, raw in member.lines(log):
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if found := _LINE.match(line):
            yield from _done(chat, current)
            current = _begun(found, me, log)
        elif current and not line.startswith(">"):
            current[1].append(line)
    yield from _done(chat, current)


def _begun(found: re.Match[str], me: str, log: Log) -> tuple[datetime, list[str]] | None:
    if not same_name(found["name"], me):
        log.drop("messages of others")
        return None
    try:
        return datetime.fromisoformat(found["when"].replace(",", "")).astimezone(), [found["words"]]
    except (ValueError, OverflowError, OSError):
        return None


def _done(chat: str, current: tuple[datetime, list[str]] | None) -> Iterator[Turn]:
    words = _ADDED.sub("", "\n".join(current[1]).strip()).strip() if current else ""
    if current and words:
        yield message(chat, words, current[0])
