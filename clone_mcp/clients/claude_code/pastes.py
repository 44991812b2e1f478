"""Claude Code's list of prompts: what was typed in every session, with what was pasted kept apart.

The agent's side is not in that list: history.py reads it from the transcripts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.turns import Log, Turn, lines_of, moment, parsed, record, regular, text
from clone_mcp.models.events import Author

_PLACE = re.compile(r"\[Pasted text #(\d+)[^\]]{0,40}\]")
_SOMETHING_PASTED = re.compile(rb'"pastedContents"\s*:\s*\{\s*"')
_LONGEST = 1024 * 1024
"""Characters of one paste, and bytes of one entry of the list."""
_SHORTEST = 80
"""What is pasted into a shorter prompt stands in it as it is."""
_COMMANDS = ("/", "!", "#")
PROMPT_LIST = "history.jsonl"


def prompt_list(path: Path, log: Log) -> Iterator[Turn]:
    """What was typed. Its sessions may have no transcript any more."""
    for number, line in lines_of(path, log):
        entry = parsed(line, path, number, log)
        if not entry:
            continue
        session, at = text(entry.get("sessionId")), moment(entry.get("timestamp"))
        shown = text(entry.get("display")).strip()
        if not session or at is None or not shown:
            log.drop("prompts without a session")
        elif shown.startswith(_COMMANDS):
            log.drop("commands and notes of the client")
        else:
            whole, pasted = _expanded(shown, record(entry.get("pastedContents")))
            yield Turn(session, Author.PERSON, whole, at, project=text(entry.get("project")) or None, pasted=pasted)


def _expanded(shown: str, contents: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    pasted: list[str] = []

    def content(place: re.Match[str]) -> str:
        found = text(record(contents.get(place[1])).get("content"))[:_LONGEST]
        if found:
            pasted.append(found)
        return found or place[0]

    return _PLACE.sub(content, shown), tuple(pasted)


class Pastes:
    """What was pasted in which session. Only places are kept in memory; the texts stay in the file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._at: defaultdict[str, list[int]] = defaultdict(list)
        if path is not None:
            self._index(path)

    @classmethod
    def beside(cls, transcript: Path, log: Log) -> Pastes:
        """Those of the list that belongs to a transcript, if there is one. It is read once for an import."""
        path = next((p / PROMPT_LIST for p in transcript.parents if p.name in (".claude", "claude")), None)
        if path is None or not regular(path):
            return cls(None)
        known = log.shared.get(path)
        if not isinstance(known, Pastes):
            known = log.shared[path] = cls(path)
        return known

    def of(self, session: str, words: str) -> tuple[str, ...]:
        """The parts of these words that were pasted."""
        found: list[str] = []
        if len(words) < _SHORTEST:
            return ()
        for place in self._at.get(session, ()):
            for content in record(self._entry(place).get("pastedContents")).values():
                pasted = text(record(content).get("content"))
                if pasted and pasted in words and pasted not in found:
                    found.append(pasted)
        return tuple(found)

    def _index(self, path: Path) -> None:
        place = 0
        for _, line in lines_of(path, Log()):
            if _SOMETHING_PASTED.search(line):
                self._at[text(parsed(line, path, 0, Log()).get("sessionId"))].append(place)
            place += len(line)

    def _entry(self, place: int) -> dict[str, Any]:
        if self._path is None:
            return {}
        with self._path.open("rb") as file:
            file.seek(place)
            return parsed(file.readline(_LONGEST), self._path, 0, Log())
