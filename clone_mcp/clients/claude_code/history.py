"""Claude Code's transcripts and its list of prompts: where they lie, and how they read.

Every content block of an answer is a record of its own. Most of a transcript is what tools printed: such lines are
told by their bytes and not decoded. Records of other types repeat what the person said and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clone_mcp.clients.claude_code.answers import Decisions, answers
from clone_mcp.clients.claude_code.pastes import PROMPT_LIST, Pastes, prompt_list
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import (
    Log,
    Turn,
    files_in,
    lines_of,
    moment,
    parsed,
    record,
    regular,
    spoken,
    text,
    without,
)
from clone_mcp.hooks.payload import claude_code_turn
from clone_mcp.models.events import Author

_TYPE = re.compile(rb'"type"\s*:\s*"(user|assistant)"')
_STOPPED = b'"stop_hook_summary"'
_TEXT = re.compile(rb'"type"\s*:\s*"text"')
_DECIDED = (b'"answers"', b'"permissionDecision"', b'"toolDenialKind"')
_TYPED = frozenset({"typed", "queued"})
_TAKEN = "suggestion_accepted"
_MACHINE = (
    "<command-name>",
    "<command-message>",
    "<local-command-",
    "<bash-",
    "<task-notification>",
    "<user-memory-input>",
    "Caveat: The messages below were generated",
    "This session is being continued from a previous conversation",
    "[Request interrupted by user",
)
_ADDED = re.compile(r"<(system-reminder|ide_[a-z_]{1,40})>")
_PROGRAMS = "prompts of programs"
_SENT_BACK = "Stop hook feedback"


def homes(machine: Machine) -> Iterator[Path]:
    """Its configuration folders."""
    if own := machine.environ.get("CLAUDE_CONFIG_DIR"):
        yield Path(own)
        return
    for home in machine.homes():
        yield home / ".claude"
        yield home / ".config" / "claude"


def history(machine: Machine) -> Iterator[Path]:
    """Transcripts first, then the list of prompts, which remembers longer and knows less."""
    for home in homes(machine):
        yield from within(home)


def within(home: Path) -> Iterator[Path]:
    """The same in one folder, or in a part of it."""
    projects = home / "projects"
    # Sub-agents talk to agents.
    yield from files_in(projects if projects.is_dir() else home, ending=".jsonl", skip=frozenset({"subagents"}))
    if projects.is_dir() and regular(home / PROMPT_LIST):
        yield home / PROMPT_LIST


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of one file, oldest first."""
    if path.name == PROMPT_LIST:
        yield from prompt_list(path, log)
        return
    reading = _Reading(log, Pastes.beside(path, log))
    for number, line in lines_of(path, log):
        if not _worth_decoding(line):
            reading.pass_over(line)
            continue
        entry = parsed(line, path, number, log)
        if entry.get("type") == "user":
            yield from reading.user(entry)
        elif entry.get("type") == "assistant":
            reading.assistant(entry)
        elif entry.get("subtype") == "stop_hook_summary":
            yield from reading.stopped()
    yield from reading.flush()


def _worth_decoding(line: bytes) -> bool:
    found = _TYPE.search(line)
    if found is None:
        if _STOPPED in line:
            return True
        return not line.lstrip().startswith(b"{") and bool(line.strip())  # to be reported
    if found[1] == b"assistant":
        return _TEXT.search(line) is not None
    if b'"tool_result"' not in line or _TEXT.search(line):
        return True
    return any(mark in line for mark in _DECIDED)


@dataclass(slots=True)
class _Reading:
    """Where the reading of one transcript stands."""

    log: Log
    pastes: Pastes
    decisions: Decisions = field(default_factory=Decisions)
    prompt: str = ""
    fresh: bool = False
    """Nothing was taken to be that prompt yet."""
    by_program: bool = False
    continued: int = 0
    at_rest: bool = True
    message: str = ""
    said: list[str] = field(default_factory=list[str])
    last: dict[str, Any] = field(default_factory=dict[str, Any])

    def pass_over(self, line: bytes) -> None:
        """A line without words may still say what a later decision was about."""
        self.decisions.note(line)
        if b'"tool_result"' in line:
            self.log.drop("tool results")
        elif b'"tool_use"' in line:
            self.at_rest = False

    def assistant(self, entry: dict[str, Any]) -> None:
        """The agent said something. What it says next replaces it: only the last words wait for the person."""
        message = record(entry.get("message"))
        if entry.get("isSidechain"):
            self.log.drop("turns of sub-agents")
            return
        said = spoken(message.get("content"), kinds=("text",))
        if entry.get("isApiErrorMessage") or message.get("model") == "<synthetic>" or not said.strip():
            return
        own = text(message.get("id")) or text(entry.get("uuid"))
        self.said = [*self.said, said] if own == self.message else [said]
        self.message, self.last, self.at_rest = own, entry, False

    def stopped(self) -> Iterator[Turn]:
        """Stop hooks ran. If they send the agent back to work, it will speak again on the same prompt."""
        if self.at_rest:
            return  # told twice
        yield from self.flush()
        self.at_rest = True
        self.continued += 1

    def user(self, entry: dict[str, Any]) -> Iterator[Turn]:
        """A record of what was sent to the agent: most of it not by the person."""
        yield from self._begin(entry)
        if record(entry.get("toolUseResult")).get("answers"):
            yield from answers(entry, self.log)
            return
        yield from self.decisions.of(entry, self.log)
        words = _words(entry)
        if entry.get("isMeta") and words.startswith(_SENT_BACK):
            yield from self.stopped()
        if why := _machine_made(entry, words):
            self.by_program = self.by_program or why == _PROGRAMS
            self.log.drop(why)
            return
        yield from self._typed(entry, words)

    def _begin(self, entry: dict[str, Any]) -> Iterator[Turn]:
        """Each prompt has an id, and so has whatever belongs to it."""
        prompt = text(entry.get("promptId"))
        if prompt and prompt != self.prompt and not entry.get("isSidechain"):
            yield from self.flush()
            self.prompt, self.fresh, self.by_program = prompt, True, False
            self.continued, self.at_rest = 0, True

    def _typed(self, entry: dict[str, Any], words: str) -> Iterator[Turn]:
        yield from self.flush()
        own = text(entry.get("uuid"))
        author = Author.CLONE if entry.get("promptSource") == _TAKEN else Author.PERSON
        turn = _turn(entry, author, words, claude_code_turn(self.prompt) if self.fresh else own)
        self.fresh, self.by_program = False, False
        if turn is None:
            self.log.drop("records without a time or a session")
        elif not self.log.first_time(own or turn.identity):
            self.log.drop("copies in forked sessions")
        else:
            yield replace(turn, pasted=self.pastes.of(turn.session, words))

    def flush(self) -> Iterator[Turn]:
        """The agent's last words, once it is the person's turn again."""
        if not self.said or self.by_program:
            self.said, self.message = [], ""
            return
        own = claude_code_turn(self.prompt, continued=self.continued) if self.prompt else text(self.last.get("uuid"))
        turn = _turn(self.last, Author.AGENT, "\n\n".join(self.said), own)
        self.said, self.message = [], ""
        if turn and self.log.first_time(text(self.last.get("uuid")) or turn.identity):
            yield turn


def _words(entry: dict[str, Any]) -> str:
    content = record(entry.get("message")).get("content")
    return without(spoken(content, kinds=("text",)), _ADDED).strip()


def _machine_made(entry: dict[str, Any], words: str) -> str | None:
    for mark, why in (
        ("isMeta", "notes of the client"),
        ("isSidechain", "turns of sub-agents"),
        ("isCompactSummary", "summaries"),
        ("isVisibleInTranscriptOnly", "notes of the client"),
    ):
        if entry.get(mark):
            return why
    if not words:
        return "tool results"
    if words.startswith(_MACHINE):
        return "commands and notes of the client"
    source, origin = entry.get("promptSource"), record(entry.get("origin")).get("kind")
    if source is not None and source not in _TYPED and source != _TAKEN:
        return _PROGRAMS
    if origin not in (None, "human") or entry.get("turnOrigin") not in (None, "human"):
        return _PROGRAMS
    if source is None and text(entry.get("entrypoint")).startswith("sdk"):
        return _PROGRAMS
    return None


def _turn(entry: dict[str, Any], author: Author, words: str, own: str) -> Turn | None:
    session, at = text(entry.get("sessionId")), moment(entry.get("timestamp"))
    if not session or at is None:
        return None
    return Turn(session, author, words, at, own, project=text(entry.get("cwd")) or None)
