"""What Claude Code asks with options reads the same where it is asked, recorded and imported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.clients.claude_code.history import read as read_history
from clone_mcp.clients.turns import Log
from clone_mcp.hooks.spool import Spool
from clone_mcp.jobs.deliver import Note
from clone_mcp.language.choices import spelled
from clone_mcp.language.message import read
from clone_mcp.language.question_trace import packed, question_in
from clone_mcp.models.prediction import History, Proposal, Question
from tests.hooks.conftest import Call, Hook
from tests.support.mcp import answered
from tests.support.noted import notes
from tests.support.predictor import Scripted
from tests.support.storage import storage_of

# As Claude Code 2.1 hands it to hooks and writes it to its transcript; the words are ours.
QUESTIONS = [
    {
        "question": "Which storage shall the cache use?\nIt can be changed later.",
        "header": "Storage",
        "multiSelect": False,
        "options": [
            {"label": "SQLite (Recommended)", "description": "One file, no server."},
            {"label": "Postgres", "description": "A server of its own.", "preview": "CREATE TABLE …"},
        ],
    },
    {
        "question": "Which parts shall be tested?",
        "header": "Tests",
        "multiSelect": True,
        "options": [{"label": label, "description": ""} for label in ("Readers", "Writers", "The /sync command")],
    },
]
ANSWERS = {QUESTIONS[0]["question"]: "Postgres", QUESTIONS[1]["question"]: "Readers, The /sync command"}
CALL = {"tool_name": "AskUserQuestion", "tool_use_id": "toolu_01", "cwd": "/work", "permission_mode": "default"}
RESPONSE = {"questions": QUESTIONS, "answers": ANSWERS, "annotations": {}}


class Listening(Scripted):
    """Keeps what it was asked."""

    def __init__(self, scripted: Scripted) -> None:
        super().__init__()
        self.asked: list[Question] = []
        scripted.propose = self.propose

    async def propose(self, question: Question, history: History, *, now: Any) -> Proposal:
        self.asked.append(question)
        return self.proposal


def recorded(spool: Spool) -> list[str]:
    found = [Note.model_validate(note) for note in notes(spool)]
    return [note.event().response for note in found if note.kind == "response"]


def imported(tmp_path: Path) -> list[str]:
    entry = {
        "type": "user",
        "uuid": "u1",
        "sessionId": "s",
        "timestamp": "2026-11-01T10:00:00.000Z",
        "cwd": "/work",
        "message": {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_01", "content": "…"}]},
        "toolUseResult": RESPONSE,
    }
    path = tmp_path / "s.jsonl"
    path.write_text(json.dumps(entry) + "\n", encoding="utf-8")
    return [turn.text for turn in read_history(path, Log())]


async def test_it_reads_the_same_asked_recorded_and_imported(
    call: Call, hook: Hook, predictor: Scripted, spool: Spool, tmp_path: Path
) -> None:
    asked = Listening(predictor).asked
    await call("PreToolUse", **CALL, tool_input={"questions": QUESTIONS})
    await call("PostToolUse", **CALL, tool_input={"questions": QUESTIONS}, tool_response=RESPONSE)
    texts = recorded(spool)
    assert [question.several for question in asked] == [False, True]
    assert [packed(read(spelled(each.heard, each.options))) for each in asked] == list(map(question_in, texts))
    assert imported(tmp_path) == [texts[0], "Postgres", texts[1], "Readers, The /sync command"]
    assert texts[1] == "Which parts shall be tested?\n( ) Readers\n( ) Writers\n( ) The /sync command"


@pytest.mark.parametrize("listed", ["", "\n1. SQLite\n2. Postgres", "\n- SQLite\n- Postgres"])
async def test_what_an_agent_records_with_options_reads_the_same(connect, clone, me, listed: str) -> None:
    question, options = f"Which storage?{listed}", ["SQLite", "Postgres"]
    async with connect() as client:
        turn = {"session_id": "s", "agent": "codex", "response": question, "options": options}
        told = answered(await client.call_tool("record_agent_response", turn))
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        event = await uow.events.get(told["event_id"])
    assert question_in(event.payload["response"]) == packed(read(spelled(question, options)))
