"""Reads WhatsApp's chat exports: text whose dates are written as the phone's owner writes them.

Exports are opened, zipped or not, in archive.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from clone_mcp.clients.turns import Log, Turn
from clone_mcp.language import lexicon
from clone_mcp.sources.archive import Member, members
from clone_mcp.sources.messages import message, same_name

_wording = partial(lexicon.pattern, "exports")
_LINE = re.compile(
    r"\[?(?P<date>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}),? +(?P<time>\d{1,2}[:.]\d\d(?:[:.]\d\d)?)"
    r" ?(?P<half>[ap]\.? ?m\.?)?(?:\] ?| +[-–] +)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(r"(?P<name>[^:]{1,80}): (?P<words>.*)", re.DOTALL)
_MARKS = str.maketrans("\u202f\xa0", "  ", "\u200e\u200f\u202a\u202c\ufeff")
_EDITED = re.compile(rf"<[^<>]{{0,40}}(?:{_wording('edited')})[^<>]{{0,10}}>\Z", re.IGNORECASE)
_NO_WORDS = re.compile(
    rf"<[^<>]{{1,80}}>|{_wording('says nothing')}|.{{1,100}}\((?:{_wording('file')})\)"
    rf"|(?:{_wording('place')}): https?://\S+",
    re.IGNORECASE,
)
_CHAT = re.compile(rf"(?:{_wording('title')})(.*)")
_LONGEST = 64 * 1024


def read(path: Path, log: Log, me: str) -> Iterator[Turn]:
    """The person's own messages."""
    for member in _chats(path, log):
        chat = _chat(path, member)
        for date, name, words in _messages(member, log):
            said = _EDITED.sub("", words.strip()).strip()
            if not same_name(name, me):
                log.drop("messages of others")
            elif not said or _NO_WORDS.fullmatch(said):
                log.drop("messages without words")
            else:
                yield message(chat, said, date)


def names(path: Path, log: Log) -> Counter[str]:
    """Who speaks, and how often."""
    return Counter(name for member in _chats(path, log) for _, name, _ in _messages(member, log))


def looks_like(head: str) -> bool:
    """Whether a text begins as an export does."""
    return _LINE.match(head.translate(_MARKS)) is not None


def _chats(path: Path, log: Log) -> Iterator[Member]:
    for member in members(path, log):
        if member.base.endswith(".txt"):
            yield member


def _chat(path: Path, member: Member) -> str:
    """The other's name, from the file's or the zip's."""
    stem = path.stem if member.base == "_chat.txt" else Path(member.base).stem
    stem = path.parent.name if stem == "_chat" else stem
    named = _CHAT.match(stem)
    return named[1] if named else stem


def _messages(member: Member, log: Log) -> Iterator[tuple[datetime, str, str]]:
    """Time, name and words of each. A line without a time goes on with the message before."""
    day_first = _day_first(_numbers(member))
    current: tuple[datetime, str, list[str]] | None = None
    for number, raw in member.lines(log):
        line = raw.decode("utf-8", "replace").translate(_MARKS).rstrip("\r\n")
        found = _LINE.match(line)
        if found is None:
            if current and len(current[2]) < _LONGEST:
                current[2].append(line)
            continue
        if current:
            yield current[0], current[1], "\n".join(current[2])
        current = None
        at, named = _at(found, day_first=day_first), _NAMED.match(found["rest"])
        if at is None:
            log.bad(member.place, number, "a date that does not exist")
        elif named:
            current = at, named["name"], [named["words"]]
    if current:
        yield current[0], current[1], "\n".join(current[2])


def _at(found: re.Match[str], *, day_first: bool) -> datetime | None:
    first, second, third = (int(part) for part in re.split(r"[./-]", found["date"]))
    hour, minute, second_ = ([int(part) for part in re.split(r"[:.]", found["time"])] + [0])[:3]
    year, month, day = (first, second, third) if first > 31 else (third, first, second)
    if first <= 31 and day_first:
        month, day = day, month
    half = (found["half"] or "")[:1].lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return datetime(year + 2000 if year < 100 else year, month, day, hour, minute, second_).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _numbers(member: Member) -> Iterator[tuple[int, int]]:
    """The first two numbers of every date."""
    for _, raw in member.lines(Log()):
        found = _LINE.match(raw.decode("utf-8", "replace").translate(_MARKS))
        if found:
            first, second, _ = (int(part) for part in re.split(r"[./-]", found["date"]))
            yield first, second


def _day_first(numbers: Iterator[tuple[int, int]]) -> bool:
    """How this phone writes dates. A number over twelve is a day; else the order in which time goes on tells."""
    back = {True: 0, False: 0}
    before: tuple[int, int] | None = None
    for first, second in numbers:
        if first > 31 or second > 12:
            return False
        if first > 12:
            return True
        if before:
            back[True] += (second, first) < (before[1], before[0])
            back[False] += (first, second) < before
        before = first, second
    return back[True] <= back[False]
