"""Aider: where its chats lie, and how they read.

A chat lies in the repository it was about. It is Markdown: the person's lines begin with "#### ", tools' with "> ".
Clone has no hooks for Aider, and installs nothing into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from clone_mcp.clients.machine import Machine, holding
from clone_mcp.clients.turns import Log, Turn, lines_of, regular
from clone_mcp.models.events import Author

CHAT = ".aider.chat.history.md"
_STARTED = re.compile(r"# aider chat started at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
_TYPED, _TOOL = "#### ", ">"
_COMMANDS = ("/", "!")
_TALKS = re.compile(r"\A/(?:ask|code|architect|context)\s+(?=\S)")
_LONGEST = 1024 * 1024
"""Characters of one answer. What is longer is no answer to a person, and is cut."""


def history(machine: Machine) -> Iterator[Path]:
    """The chats in repositories below the home."""
    yield from within(machine.home)


def within(folder: Path) -> Iterator[Path]:
    """Chats below a folder."""
    yield from (path for path in holding(folder, CHAT) if regular(path))


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of one file, oldest first."""
    folder = str(path.resolve().parent)  # its sessions go by the same names however the path to it is spelled
    place = blake2b(folder.encode(errors="surrogateescape"), digest_size=6).hexdigest()
    reading = _Reading(place, folder, log)
    for _, line in lines_of(path, log):
        yield from reading.line(line.decode("utf-8", "replace").rstrip("\r\n"))
    yield from reading.end()


@dataclass(slots=True)
class _Reading:
    """Where the reading of one file stands. Only sessions have a time; their turns follow a second apart."""

    place: str
    project: str
    log: Log
    session: str = ""
    begun: datetime | None = None
    number: int = 0
    typed: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])
    size: int = 0

    def line(self, line: str) -> Iterator[Turn]:
        """One line."""
        if started := _STARTED.match(line):
            yield from self.end()
            self._begin(started[1])
        elif line.startswith(_TYPED) or line == _TYPED.rstrip():
            if self.said:
                yield from self._agent()
            self.typed.append(line[len(_TYPED) :].rstrip())
            return
        elif self.typed:
            yield from self._person()
        if line.startswith(_TOOL):
            self.log.drop("lines of tools")
        elif (line.strip() or self.said) and not started:
            self.size += len(line)
            if self.size < _LONGEST:
                self.said.append(line)

    def end(self) -> Iterator[Turn]:
        """What was left unfinished is all there is."""
        yield from self._agent()
        yield from self._person()

    def _begin(self, started: str) -> None:
        try:
            self.begun = datetime.fromisoformat(started).astimezone()
        except (ValueError, OverflowError, OSError):
            self.begun = None
        self.session, self.number = f"{self.place}-{started}", 0

    def _person(self) -> Iterator[Turn]:
        words = _TALKS.sub("", "\n".join(self.typed).strip(), count=1)
        self.typed = []
        if words.startswith(_COMMANDS):
            self.log.drop("commands and notes of the client")
        else:
            yield from self._turn(Author.PERSON, words)

    def _agent(self) -> Iterator[Turn]:
        words = "\n".join(self.said).strip()
        self.said, self.size = [], 0
        yield from self._turn(Author.AGENT, words)

    def _turn(self, author: Author, words: str) -> Iterator[Turn]:
        if not words or self.begun is None:
            return
        self.number += 1
        at = self.begun + timedelta(seconds=self.number)
        yield Turn(self.session, author, words, at, str(self.number), self.project)
