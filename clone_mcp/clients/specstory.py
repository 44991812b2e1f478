"""SpecStory, which keeps the conversations of other clients in each project.

A conversation is Markdown, in sections that are headed by who speaks. What those clients keep themselves is read in
their own modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clone_mcp.clients.machine import Machine, holding
from clone_mcp.clients.turns import Log, Turn, files_in, lines_of, moment, without
from clone_mcp.models.events import Author

FOLDER = ".specstory"
_HEADING = re.compile(
    r"_\*\*(?P<who>User|Agent|Assistant)\b[^(*]{0,60}"
    r"(?:\((?P<note>[^)]{0,120})\))?[^*]{0,60}\*\*_\s*"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|UTC|[+-]\d\d:?\d\d)?")
_SESSION = re.compile(r"<!-- .{0,60}?[Ss]ession (?P<id>[0-9A-Za-z-]{8,64}) \((?P<when>[^)]{10,40})\) -->")
_NAME_TIME = re.compile(r"(\d{4}-\d\d-\d\d)_(\d\d)-(\d\d)(?:-(\d\d))?(Z?)")
_MACHINE = re.compile(r"\s*<(?:command-|local-command|system-reminder|task-notification|environment_context)")
_TOOL = re.compile(r"<(tool-use|details|think)\b[^<>]{0,400}>")
_LONGEST = 1024 * 1024
"""Characters of one section. What is longer is no message to a person, and is cut."""


def history(machine: Machine) -> Iterator[Path]:
    """The conversations of projects below the home."""
    for folder in holding(machine.home, FOLDER):
        yield from within(folder)


def within(folder: Path) -> Iterator[Path]:
    """Conversations below a folder."""
    if (folder / FOLDER).is_dir():
        folder = folder / FOLDER
    if folder.is_dir():
        yield from (path for path in files_in(folder, ending=".md") if path.parent.name == "history")


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of one conversation, oldest first."""
    project = path.parent.parent.parent.name or None
    reading = _Reading(path.stem, _begun(path), project, log)
    for _, line in lines_of(path, log):
        yield from reading.line(line.decode("utf-8", "replace").rstrip("\r\n"))
    yield from reading.end()


@dataclass(slots=True)
class _Reading:
    """Where the reading of one conversation stands."""

    session: str
    at: datetime
    project: str | None
    log: Log
    author: Author | None = None
    number: int = 0
    size: int = 0
    words: list[str] = field(default_factory=list[str])
    said: Turn | None = None

    def line(self, line: str) -> Iterator[Turn]:
        """One line."""
        if heading := _HEADING.fullmatch(line):
            yield from self._section()
            self.author = Author.PERSON if heading["who"] == "User" else Author.AGENT
            told = _TIME.search(heading["note"] or "")
            self.at = (_time(told[0]) if told else None) or self.at + timedelta(seconds=1)
        elif self.author is None:
            if named := _SESSION.match(line):
                self.session, self.at = named["id"], _time(named["when"]) or self.at
        elif line != "---" and self.size < _LONGEST:
            self.size += len(line)
            self.words.append(line)

    def end(self) -> Iterator[Turn]:
        """The last section, and what the agent said last."""
        yield from self._section()
        if self.said:
            yield self.said

    def _section(self) -> Iterator[Turn]:
        words, author = "\n".join(self.words).strip(), self.author
        self.words, self.size = [], 0
        if author is Author.AGENT:
            words = without(words, _TOOL).strip()
        if author is None or not words:
            return
        self.number += 1
        if author is Author.AGENT:
            self.said = Turn(self.session, author, words, self.at, str(self.number), self.project)
        elif _MACHINE.match(words):
            self.log.drop("commands and notes of the client")
        else:
            if self.said:
                yield self.said
            self.said = None
            yield Turn(self.session, author, words, self.at, str(self.number), self.project)


def _begun(path: Path) -> datetime:
    """Files are named after the time they were begun at."""
    if named := _NAME_TIME.match(path.stem):
        day, hour, minute, second, _ = named.groups()
        return moment(f"{day}T{hour}:{minute}:{second or '00'}Z") or _changed(path)
    return _changed(path)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _time(told: str) -> datetime | None:
    return moment(told.replace(" UTC", "Z").replace(" Z", "Z").strip())
