"""The other clients' histories, each as its program writes it."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from clone_mcp.clients import aider, codex, cursor, gemini_cli, specstory, vscode
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import Log
from tests.sources.reading import jsonl, of, said, written

QUESTION, ANSWER = "Done. Shall I run the tests?", "yes, run them"
TURNS = [("person", "rename it"), ("agent", QUESTION), ("person", ANSWER)]
WHEN = "2026-11-01T10:00:00Z"


def rollout(kind: str, second: int = 0, **payload: Any) -> dict[str, Any]:
    return {"timestamp": f"2026-11-01T10:00:{second:02}Z", "type": kind, "payload": payload}


def completed(kind: str, words: str, turn: str, second: int = 0) -> dict[str, Any]:
    item = {"type": kind, "id": "i", "content": [{"type": "text", "text": words}]}
    return rollout("event_msg", second, type="item_completed", turn_id=turn, item=item)


def message(role: str, words: str, *kinds: str) -> dict[str, Any]:
    content = [{"type": "input_text", "text": words}]
    about = {"content_item_kinds": list(kinds)}
    return rollout(
        "response_item", type="message", role=role, content=content, internal_chat_message_metadata_passthrough=about
    )


def meta(**more: Any) -> dict[str, Any]:
    return rollout("session_meta", id="c1", cwd="/work/shop", originator="codex_tui", source="cli", **more)


def test_codex_tells_each_message_in_several_forms(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / ".codex" / "sessions" / "2026" / "rollout-1.jsonl",
        [
            meta(),
            message("user", "<environment_context>x</environment_context>", "environment"),
            rollout("turn_context", turn_id="t1", cwd="/work/shop"),
            message("user", "rename it", "user.text"),
            completed("UserMessage", "rename it", "t1", 1),
            completed("AgentMessage", "Looking.", "t1", 2),
            rollout("response_item", type="function_call_output", output="x" * 100),
            completed("AgentMessage", QUESTION, "t1", 3),
            message("assistant", QUESTION, "unknown"),
            completed("HookPrompt", "go on", "t1", 4),
            completed("UserMessage", "<hook_prompt hook_run_id='1'>go on</hook_prompt>", "t1", 4),
            completed(
                "UserMessage", f"# Context from my IDE setup:\n\n## Tabs\n\n## My request for Codex:\n{ANSWER}", "t2", 5
            ),
            rollout("event_msg", 6, type="agent_message", message="They pass."),
        ],
    )
    prompts = jsonl(tmp_path / ".codex" / "history.jsonl", [{"session_id": "c0", "ts": 1793527200, "text": "earlier"}])
    assert list(codex.history(Machine("linux", tmp_path))) == [path, prompts]
    turns, log = of(codex.read, path)
    assert said(turns) == [*TURNS, ("agent", "They pass.")]
    assert [turn.own_id for turn in turns] == ["t1", "t1", "t2", "t2"]
    assert {(turn.session, turn.project) for turn in turns} == {("c1", "/work/shop")}
    assert log.dropped == {"commands and notes of the client": 2}
    assert said(of(codex.read, prompts)[0]) == [("person", "earlier")]


def test_codex_turns_of_programs_are_left_out(tmp_path: Path) -> None:
    by_exec = {"turn_trigger": "exec"}
    path = jsonl(
        tmp_path / "rollout-1.jsonl",
        [
            meta(),
            rollout("event_msg", type="task_started", turn_id="t1", turn_attribution=by_exec),
            completed("UserMessage", "by a script", "t1"),
            completed("AgentMessage", "Done.", "t1"),
            rollout("event_msg", type="task_started", turn_id="t2", turn_attribution={"turn_trigger": "tui"}),
            completed("UserMessage", "by me", "t2"),
        ],
    )
    assert said(of(codex.read, path)[0]) == [("person", "by me")]
    sub = [meta(thread_source="subagent"), completed("UserMessage", "to a sub-agent", "t3")]
    assert of(codex.read, jsonl(tmp_path / "rollout-2.jsonl", sub))[0] == []


def database(path: Path, tables: dict[str, dict[str, Any]], *, journal: str = "delete") -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode={journal}")
    for table, rows in tables.items():
        connection.execute(f"CREATE TABLE {table} (key TEXT PRIMARY KEY, value BLOB)")
        connection.executemany(
            f"INSERT INTO {table} VALUES (?, ?)", [(key, json.dumps(value)) for key, value in rows.items()]
        )
    connection.commit()
    return connection


def bubble(kind: int, words: str, minute: int) -> dict[str, Any]:
    return {"type": kind, "text": words, "createdAt": f"2026-11-01T10:{minute:02}:00Z"}


def test_cursor_keeps_conversations_in_rows(tmp_path: Path) -> None:
    user = tmp_path / ".config" / "Cursor" / "User"
    heads = [{"bubbleId": name} for name in ("b1", "b2", "b3", "b4", "gone")]
    store = user / "globalStorage" / "state.vscdb"
    connection = database(
        store,
        {
            "cursorDiskKV": {
                "composerData:k1": {
                    "composerId": "k1",
                    "createdAt": 1793527200000,
                    "fullConversationHeadersOnly": heads,
                },
                "bubbleId:k1:b1": bubble(1, "rename it", 0),
                "bubbleId:k1:b2": bubble(2, "Looking.", 1),
                "bubbleId:k1:b3": bubble(2, QUESTION, 2),
                "bubbleId:k1:b4": bubble(1, ANSWER, 3),
                "composerData:k2": "not an object",
            }
        },
        journal="wal",
    )
    workspace = user / "workspaceStorage" / "w1"
    database(
        workspace / "state.vscdb", {"ItemTable": {"composer.composerData": {"allComposers": [{"composerId": "k1"}]}}}
    ).close()
    written(workspace / "workspace.json", {"folder": "file:///work/my%20shop"})
    entry = {"role": "user", "message": {"content": [{"type": "text", "text": "<user_query>\nhello\n</user_query>"}]}}
    folder = tmp_path / ".cursor" / "projects" / "work-shop" / "agent-transcripts"
    for name in ("k1", "k9"):
        jsonl(folder / name / f"{name}.jsonl", [entry, {"role": "assistant", "message": {"content": QUESTION}}])
    before = {path.name: path.read_bytes() for path in store.parent.iterdir()}
    assert "state.vscdb-wal" in before
    log, turns = Log(), []
    for path in cursor.history(Machine("linux", tmp_path)):
        turns += cursor.read(path, log)
    assert {path.name: path.read_bytes() for path in store.parent.iterdir()} == before
    connection.close()
    assert said(turns) == [*TURNS, ("person", "hello"), ("agent", QUESTION)]
    assert {turn.project for turn in turns if turn.session == "k1"} == {"/work/my shop"}
    assert log.dropped["transcripts of conversations that were read already"] == 1


def test_a_damaged_database_is_noted(tmp_path: Path) -> None:
    path = written(tmp_path / "state.vscdb", "not a database " * 100)
    turns, log = of(cursor.read, path)
    assert (turns, log.malformed > 0) == ([], True)


def test_gemini_wraps_what_was_typed(tmp_path: Path) -> None:
    records = [
        {"type": "user", "content": [{"text": "<session_context>today</session_context>"}]},
        {"type": "user", "content": [{"text": "rename it"}]},
        {"type": "gemini", "content": "Looking."},
        {"type": "gemini", "content": QUESTION},
        {"$set": {"lastUpdated": WHEN}},
        {"type": "user", "content": "/clear"},
        {"type": "user", "content": ANSWER},
    ]
    stamped = [{"id": f"g{number}", "timestamp": WHEN, **record} for number, record in enumerate(records)]
    head = {"sessionId": "g", "projectHash": "x", "startTime": WHEN, "kind": "main"}
    chats = tmp_path / ".gemini" / "tmp" / "shop" / "chats"
    old = written(chats / "session-0.json", {"sessionId": "g", "messages": stamped})
    new = jsonl(chats / "session-1.jsonl", [head, *stamped])
    assert list(gemini_cli.history(Machine("linux", tmp_path))) == [old, new]
    for path in (old, new):
        turns, log = of(gemini_cli.read, path)
        assert said(turns) == TURNS
        assert {(turn.session, turn.project) for turn in turns} == {("g", "shop")}
        assert log.dropped == {"commands and notes of the client": 2}


def test_vscode_chats_are_documents_or_changes_to_one(tmp_path: Path) -> None:
    def request(words: str, answer: str, number: int, **more: Any) -> dict[str, Any]:
        response = [{"value": answer}, {"kind": "toolInvocationSerialized", "value": "ran"}]
        own = {"requestId": f"r{number}", "timestamp": 1793527200000, "message": {"text": words}}
        return {**own, "response": response, **more}

    pressed = request("Continue", "", 2, confirmation="Continue")
    chat = {"sessionId": "v1", "requests": [request("rename it", QUESTION, 1), pressed, request(ANSWER, "", 3)]}
    storage = tmp_path / "Library" / "Application Support" / "Code" / "User" / "workspaceStorage" / "w1"
    written(storage / "workspace.json", {"folder": "file:///work/shop"})
    whole = written(storage / "chatSessions" / "v1.json", chat)
    changes = jsonl(
        storage / "chatSessions" / "v2.jsonl",
        [
            {"kind": 0, "v": {"sessionId": "v1", "requests": [request("rename it", "", 1)]}},
            {"kind": 1, "k": ["requests", 0, "response"], "v": []},
            {"kind": 2, "k": ["requests", 0, "response"], "v": [{"value": QUESTION}]},
            {"kind": 2, "k": ["requests"], "v": [pressed, request(ANSWER, "", 3)]},
            {"kind": 1, "k": ["nowhere", 5, "x"], "v": 1},
        ],
    )
    assert list(vscode.history(Machine("darwin", tmp_path))) == [whole, changes]
    for path in (whole, changes):
        turns, log = of(vscode.read, path)
        assert said(turns) == TURNS
        assert {turn.project for turn in turns} == {"/work/shop"}
        assert log.dropped == {"buttons that were pressed": 1}
        assert log.malformed == (path is changes)


def test_aider_marks_lines_by_who_wrote_them(tmp_path: Path) -> None:
    path = written(
        tmp_path / "work" / "shop" / ".aider.chat.history.md",
        "\n# aider chat started at 2026-11-01 10:00:00\n\n> Aider v0.90\n\n"
        "#### /add shop.py\n> Added\n\n#### rename it\n\n"
        f"Renamed.\n\n{QUESTION}\n\n> Applied edit\n\n#### /ask {ANSWER}\n####  and again\n",
    )
    assert list(aider.history(Machine("linux", tmp_path))) == [path]
    turns, log = of(aider.read, path)
    assert said(turns) == [
        ("person", "rename it"),
        ("agent", f"Renamed.\n\n{QUESTION}"),
        ("person", f"{ANSWER}\n and again"),
    ]
    assert {turn.project for turn in turns} == {str(path.parent)}
    assert log.dropped == {"lines of tools": 3, "commands and notes of the client": 1}


def test_specstory_heads_each_section_with_who_speaks(tmp_path: Path) -> None:
    path = written(
        tmp_path / "work" / "shop" / ".specstory" / "history" / "2026-11-01_10-00Z-rename.md",
        "<!-- Generated by SpecStory -->\n<!-- Claude Code Session 0a1b2c3d-0000 (2026-11-01 10:00:00Z) -->\n\n"
        "_**User (2026-11-01 10:00:05Z)**_\n\nrename it\n\n---\n\n"
        "_**Agent (opus 2026-11-01 10:00:09Z)**_\n\nLooking.\n\n---\n\n"
        f"_**Agent (opus 2026-11-01 10:00:20Z)**_\n\n<tool-use>ls</tool-use>\n{QUESTION}\n\n---\n\n"
        f"_**User**_\n\n<command-name>/clear</command-name>\n\n---\n\n_**User**_\n\n{ANSWER}\n",
    )
    assert list(specstory.history(Machine("linux", tmp_path))) == [path]
    turns, log = of(specstory.read, path)
    assert said(turns) == TURNS
    assert {(turn.session, turn.project) for turn in turns} == {("0a1b2c3d-0000", "shop")}
    assert turns[1].at.isoformat() == "2026-11-01T10:00:20+00:00"
    assert log.dropped == {"commands and notes of the client": 1}


def test_programs_are_looked_for_where_each_system_keeps_them(tmp_path: Path) -> None:
    windows = tmp_path / "mnt" / "me"
    for machine, place in (
        (Machine("win32", tmp_path, {"APPDATA": str(tmp_path / "R")}), tmp_path / "R" / "Cursor" / "User"),
        (Machine("darwin", tmp_path), tmp_path / "Library" / "Application Support" / "Cursor" / "User"),
        (Machine("linux", tmp_path, {"XDG_CONFIG_HOME": str(tmp_path / "x")}), tmp_path / "x" / "Cursor" / "User"),
        (Machine("linux", tmp_path, {}, (windows,)), windows / "AppData" / "Roaming" / "Cursor" / "User"),
    ):
        assert place in list(cursor.user_folders(machine))


def test_links_out_of_a_history_are_not_followed(tmp_path: Path) -> None:
    secret = jsonl(tmp_path / "elsewhere" / "rollout-9.jsonl", [meta()])
    sessions = tmp_path / ".codex" / "sessions"
    sessions.mkdir(parents=True)
    os.symlink(secret, sessions / "rollout-1.jsonl")
    os.symlink(secret.parent, sessions / "folder")
    os.mkfifo(sessions / "rollout-2.jsonl")
    assert list(codex.history(Machine("linux", tmp_path))) == []


def test_what_cannot_be_read_is_named_so_that_a_terminal_can_show_it(tmp_path: Path) -> None:
    path = tmp_path / "rollout-\x1b[2J\udcff.jsonl.zst"
    turns, log = of(codex.read, path)
    assert (turns, log.places) == (
        [],
        [f"{tmp_path}/rollout-\ufffd[2J\ufffd.jsonl.zst:0: compressed with zstd, which can't be read yet"],
    )
