"""What the person decided where Claude Code gave them a choice: its questions, and whether a tool may be used.

The rest of a transcript is read in history.py. What hooks see live is read in hooks/claude_code.py.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clone_mcp.clients.turns import Log, Turn, items, moment, record, text
from clone_mcp.hooks.payload import permission_id, question_id
from clone_mcp.language.choices import spelled, together
from clone_mcp.models.events import Author

_BY_PERSON = "user"
_REMEMBERED = 64
"""Calls. A decision follows the call that it is about, with no more than those of one answer in between."""
_LONGEST_CALL = 64 * 1024
"""Bytes. A longer call writes a whole file, and no command is that long."""
_LONGEST_INPUT = 300
"""Characters of what a tool was given, in the question that is recorded."""


def answers(entry: dict[str, Any], log: Log) -> Iterator[Turn]:
    """The questions that AskUserQuestion put, each with its answer."""
    result = record(entry.get("toolUseResult"))
    given = record(result.get("answers"))
    session, at = text(entry.get("sessionId")), moment(entry.get("timestamp"))
    if not given or not session or at is None:
        return
    by = _decider(record(entry.get("permissionDecision")) or record(result.get("permissionDecision")))
    project = text(entry.get("cwd")) or None
    call = _tool_use_id(entry) or text(entry.get("uuid"))
    asked_of = {text(question.get("question")): question for question in map(record, items(result.get("questions")))}
    for index, (asked, value) in enumerate(given.items()):
        question, answer = asked_of.get(asked, {}), _answer(value)
        if not asked or not answer:
            continue
        if by is None:
            log.drop("answers nobody typed")
            continue
        own = question_id(call, index)
        yield Turn(session, Author.AGENT, spelled(asked, _labels(question)), at, own, project)
        yield Turn(session, by, answer, at, own, project)


def _answer(value: Any) -> str:
    return together([text(each) for each in items(value)]) if isinstance(value, list) else text(value)


def _labels(question: dict[str, Any]) -> list[str]:
    labels = [text(record(option).get("label")) for option in items(question.get("options"))]
    return [label for label in labels if label]


def _decider(decision: dict[str, Any]) -> Author | None:
    """Who decided: the person unless it says otherwise. A hook that answers is Clone, or a program like it."""
    source = text(decision.get("source"))
    if not source or source.startswith(_BY_PERSON):
        return Author.PERSON
    return Author.CLONE if source == "hook" else None


def _tool_use_id(entry: dict[str, Any]) -> str:
    for block in items(record(entry.get("message")).get("content")):
        if record(block).get("type") == "tool_result":
            return text(record(block).get("tool_use_id"))
    return ""


@dataclass(slots=True)
class Decisions:
    """Whether tools might be used, where the person was asked."""

    _calls: OrderedDict[bytes, bytes] = field(default_factory=OrderedDict[bytes, bytes])

    def note(self, line: bytes) -> None:
        """Keep a call of a tool as it is: few are ever asked about."""
        at = line.find(b'"tool_use"')
        if at < 0 or len(line) > _LONGEST_CALL:
            return
        start = line.find(b'"id":"toolu', max(0, at - 200))
        name = line[start + 6 : line.find(b'"', start + 7)] if start >= 0 else b""
        if name:
            self._calls[name] = line
            if len(self._calls) > _REMEMBERED:
                self._calls.popitem(last=False)

    def of(self, entry: dict[str, Any], log: Log) -> Iterator[Turn]:
        """The question and the decision, if this record tells of one that the person took."""
        decision = record(entry.get("permissionDecision"))
        denied = text(entry.get("toolDenialKind"))
        session, at, call = text(entry.get("sessionId")), moment(entry.get("timestamp")), _tool_use_id(entry)
        if not (decision or denied) or not session or at is None or not call:
            return
        source = text(decision.get("source")) or denied
        if not source.startswith(_BY_PERSON):
            log.drop("permissions nobody was asked for")
            return
        verdict = "deny" if denied or decision.get("decision") in ("deny", "reject") else "allow"
        project = text(entry.get("cwd")) or None
        own = permission_id(call)
        yield Turn(session, Author.AGENT, f"May I use {self._described(call)}?", at, own, project, decision=True)
        yield Turn(session, Author.PERSON, verdict, at, own, project, decision=True)

    def _described(self, call: str) -> str:
        line = self._calls.get(call.encode())
        if line is None:
            return "a tool"
        try:
            blocks = items(record(record(json.loads(line)).get("message")).get("content"))
        except (ValueError, RecursionError):
            return "a tool"
        for block in map(record, blocks):
            if block.get("id") == call:
                given = record(block.get("input"))
                about = text(given.get("command")) or text(given.get("file_path")) or text(given.get("url"))
                return f"{text(block.get('name'))}: {about[:_LONGEST_INPUT]}" if about else text(block.get("name"))
        return "a tool"
