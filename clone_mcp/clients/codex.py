"""Codex: where its rollouts and its list of prompts lie, and how they read.

The same message may stand in a rollout up to three times, in forms that came and went with versions. Turns that hooks
see live are read in hooks/codex.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import (
    Log,
    Turn,
    fallback_id,
    files_in,
    items,
    lines_of,
    moment,
    parsed,
    record,
    regular,
    spoken,
    text,
)
from clone_mcp.hooks.payload import codex_turn
from clone_mcp.models.events import Author

# Lines that can tell of a person's or an agent's words, or of whose session it is.
_WORTH = re.compile(
    rb'"(?:session_meta|turn_context|task_started|user_message|agent_message|UserMessage|AgentMessage|HookPrompt)"'
    rb'|"role"\s*:\s*"(?:user|assistant)"'
)
_PARTS = ("text", "input_text", "output_text", "Text", "")
_MACHINE = (
    "<environment_context>",
    "<user_instructions>",
    "<hook_prompt",
    "<turn_aborted>",
    "<skill>",
    "<user_shell_command>",
    "<subagent_notification>",
    "# AGENTS.md instructions",
)
_IDE = re.compile(r"\A# Context from my IDE setup:.*?^## My request for Codex:\s*", re.DOTALL | re.MULTILINE)
_COMMANDS = ("/", "!")


def homes(machine: Machine) -> Iterator[Path]:
    """Its configuration folders."""
    if own := machine.environ.get("CODEX_HOME"):
        yield Path(own)
        return
    for home in machine.homes():
        yield home / ".codex"


def history(machine: Machine) -> Iterator[Path]:
    """Rollouts first, then the list of prompts."""
    for home in homes(machine):
        yield from within(home)


def within(home: Path) -> Iterator[Path]:
    """The same in one folder, or in a part of it."""
    folders = [folder for name in ("archived_sessions", "sessions") if (folder := home / name).is_dir()]
    for folder in folders or [home]:
        for ending in (".jsonl", ".jsonl.zst"):
            yield from (path for path in files_in(folder, ending=ending) if path.name.startswith("rollout-"))
    if folders and regular(home / "history.jsonl"):
        yield home / "history.jsonl"


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The turns of one file, oldest first."""
    if path.name == "history.jsonl":
        yield from _prompt_list(path, log)
        return
    if path.suffix == ".zst":
        log.bad(path, 0, "compressed with zstd, which can't be read yet")
        return
    reading = _Reading(log)
    for number, line in lines_of(path, log):
        if line.lstrip().startswith(b"{") and not _WORTH.search(line):
            continue
        entry = parsed(line, path, number, log)
        if entry:
            yield from reading.take(entry)
        if reading.of_machine:
            log.drop("sessions of sub-agents")
            return
    yield from reading.flush()


@dataclass(slots=True)
class _Reading:
    """Where the reading of one rollout stands."""

    log: Log
    session: str = ""
    project: str | None = None
    of_machine: bool = False
    """The whole session is a program's."""
    by_program: bool = False
    """The turn at hand is."""
    turn: str = ""
    steered: int = 0
    answered: str = ""
    said: str = ""
    said_at: datetime | None = None
    typed: tuple[str, str] = ("", "")
    """The newest prompt, and the form of record that it came in."""
    seen: set[str] = field(default_factory=set[str])

    def take(self, entry: dict[str, Any]) -> Iterator[Turn]:
        """One record."""
        payload, at = record(entry.get("payload")), moment(entry.get("timestamp"))
        match entry.get("type"):
            case "session_meta":
                self._begin(payload)
            case "turn_context":
                self._enter(text(payload.get("turn_id")))
                self.project = text(payload.get("cwd")) or self.project
            case "event_msg" | "response_item" if at is not None and self.session:
                yield from self._message(payload, at)
            case _:
                pass

    def _begin(self, payload: dict[str, Any]) -> None:
        if self.session:
            return  # a fork repeats its origin's
        self.session = text(payload.get("id")) or text(payload.get("session_id"))
        self.project = text(payload.get("cwd")) or None
        source, thread = payload.get("source"), payload.get("thread_source")
        self.of_machine = "subagent" in record(source) or thread not in (None, "user")
        self.by_program = source == "exec" or payload.get("originator") == "codex_exec"

    def _enter(self, turn: str) -> None:
        if turn and turn != self.turn:
            self.turn, self.steered = turn, 0

    def _message(self, payload: dict[str, Any], at: datetime) -> Iterator[Turn]:
        kind, item = text(payload.get("type")), record(payload.get("item"))
        if kind in ("item_completed", "task_started"):
            self._enter(text(payload.get("turn_id")))
        if trigger := record(payload.get("turn_attribution")).get("turn_trigger"):
            yield from self.flush()
            self.by_program = trigger == "exec"
        match kind, text(item.get("type")), text(payload.get("role")):
            case "user_message", _, _:
                yield from self._person(text(payload.get("message")), at, kind)
            case "item_completed", "UserMessage", _:
                yield from self._person(spoken(item.get("content"), kinds=_PARTS), at, kind)
            case "item_completed", "HookPrompt", _:
                self.log.drop("commands and notes of the client")
            case "message", _, "user" if _typed(payload):
                yield from self._person(spoken(payload.get("content"), kinds=_PARTS), at, kind)
            case "agent_message", _, _:
                self._agent(text(payload.get("message")), at)
            case "item_completed", "AgentMessage", _:
                self._agent(spoken(item.get("content"), kinds=_PARTS), at)
            case "message", _, "assistant":
                self._agent(spoken(payload.get("content"), kinds=_PARTS), at)
            case _:
                pass

    def _agent(self, said: str, at: datetime) -> None:
        if said.strip() and said != self.said:
            self.said, self.said_at, self.answered = said, at, self.turn

    def _person(self, words: str, at: datetime, form: str) -> Iterator[Turn]:
        words = _IDE.sub("", words).strip()
        if not words or words.startswith(_MACHINE):
            self.log.drop("commands and notes of the client")
            return
        if self.typed[0] == words and self.typed[1] != form and not self.said:
            return  # the same once more, in another form
        if self.by_program:
            self.log.drop("prompts of programs")
            return
        yield from self.flush()
        own = codex_turn(self.turn, steered=self.steered) if self.turn else fallback_id(words, at)
        self.typed, self.steered = (words, form), self.steered + 1
        if self.log.first_time(f"{own} {words}"):
            yield Turn(self.session, Author.PERSON, words, at, own, self.project)
        else:
            self.log.drop("copies in forked sessions")

    def flush(self) -> Iterator[Turn]:
        """The agent's last words, once it is the person's turn again."""
        if not self.said or self.said_at is None or self.by_program:
            self.said = ""
            return
        own = codex_turn(self.answered) if self.answered and self.answered not in self.seen else ""
        self.seen.add(self.answered)
        if self.log.first_time(f"{own} {self.said}"):
            yield Turn(self.session, Author.AGENT, self.said, self.said_at, own, self.project)
        self.said = ""


def _typed(payload: dict[str, Any]) -> bool:
    """A message with the role of the user may be the client's own; newer versions say which parts were typed."""
    about = payload.get("internal_chat_message_metadata_passthrough") or payload.get("metadata")
    return "user.text" in items(record(about).get("content_item_kinds"))


def _prompt_list(path: Path, log: Log) -> Iterator[Turn]:
    for number, line in lines_of(path, log):
        entry = parsed(line, path, number, log)
        session, at, words = text(entry.get("session_id")), moment(entry.get("ts")), text(entry.get("text")).strip()
        if not session or at is None or not words:
            continue
        if words.startswith(_COMMANDS):
            log.drop("commands and notes of the client")
        else:
            yield Turn(session, Author.PERSON, words, at)
