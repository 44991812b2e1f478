"""The readers of people's histories, each on a history in which a stranger has put one text where they can."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clone_mcp.clients.turns import Log
from clone_mcp.sources.archive import damage_noted
from clone_mcp.sources.importing import ending_of, history_event
from clone_mcp.sources.recognise import recognised
from clone_mcp.sources.registry import BY_NAME

AT = "2026-11-20T09:00:00Z"


def _lines(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


SEEDS: dict[str, str] = {
    "claude-code": _lines(
        {
            "type": "user",
            "uuid": "u",
            "sessionId": "s",
            "timestamp": AT,
            "cwd": "/w",
            "promptSource": "typed",
            "message": {"role": "user", "content": "yes"},
        }
    ),
    "codex": _lines(
        {"timestamp": AT, "type": "session_meta", "payload": {"id": "c", "source": "cli", "originator": "codex_tui"}},
        {"timestamp": AT, "type": "event_msg", "payload": {"type": "user_message", "message": "yes"}},
    ),
    "vscode": _lines(
        {"kind": 0, "v": {"sessionId": "v", "requests": [{"timestamp": 1793527200000, "message": {"text": "no"}}]}},
        {"kind": 1, "k": ["requests", 0, "message"], "v": {"text": "yes"}},
        {"kind": 2, "k": ["requests", 0, "response"], "v": [{"value": "Done."}]},
    ),
    "gemini-cli": _lines(
        {"sessionId": "s", "startTime": AT}, {"id": "1", "timestamp": AT, "type": "user", "content": "yes"}
    ),
    "aider": "# aider chat started at 2026-11-20 09:00:00\n\n#### yes\n\nDone.\n",
    "specstory": "_**User**_\n\nyes\n\n---\n\n_**Agent**_\n\nDone.\n",
    "chatgpt": json.dumps(
        [
            {
                "id": "c",
                "mapping": {
                    "a": {
                        "message": {"author": {"role": "user"}, "content": {"parts": ["yes"]}, "create_time": 1},
                        "parent": None,
                        "children": [],
                    }
                },
                "current_node": "a",
            }
        ]
    ),
    "claude-ai": json.dumps(
        [{"uuid": "u", "chat_messages": [{"uuid": "m", "text": "yes", "sender": "human", "created_at": AT}]}]
    ),
    "whatsapp": "[20/11/2026, 09:00:00] Mira: yes\n[20/11/2026, 09:00:10] Tom: ok\n",
    "telegram": json.dumps(
        {
            "personal_information": {"user_id": 1},
            "messages": [
                {"id": 1, "type": "message", "date": "2026-11-20T09:00:00", "from_id": "user1", "text": "yes"}
            ],
        }
    ),
    "discord": json.dumps(
        {"messages": [{"id": "1", "type": "Default", "timestamp": AT, "content": "yes", "author": {"name": "Mira"}}]}
    ),
}


def _zip(member: str, text: str) -> str:
    """A zip's bytes, as text that `raw` turns into them again."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(member), text)
    return file.getvalue().decode(errors="surrogateescape")


SEEDS |= {
    "cursor": json.dumps({"createdAt": AT, "composerId": "c", "conversation": [{"type": 1, "text": "yes"}]}),
    "cursor transcript": _lines({"role": "user", "message": {"content": "yes"}}),
    "slack": json.dumps([{"type": "message", "user": "Mira", "text": "yes", "ts": "1793527200.0001"}]),
    "signal": _lines({"date": "2026-11-20 09:00:00", "sender": "Mira", "body": "yes"}),
    "signal chat": "[2026-11-20, 09:00] Mira: yes\n",
    "imessage": "streamtyped NSString\x01\x01+\x03yes",
    "zip": _zip("conversations.json", SEEDS["chatgpt"]),
    "zip of slack": _zip(
        "general/2026-11-20.json", '[{"type": "message", "user": "Mira", "text": "yes", "ts": "9.1"}]'
    ),
}
ENDINGS = {
    **dict.fromkeys(("claude-code", "codex", "gemini-cli", "vscode", "cursor transcript"), "rollout-x.jsonl"),
    **dict.fromkeys(("aider", "specstory"), "x.md"),
    **dict.fromkeys(("chatgpt", "claude-ai", "telegram", "discord"), "x.json"),
    **dict.fromkeys(("zip", "zip of slack"), "x.zip"),
    "whatsapp": "x.txt",
    "slack": "general/2026-11-20.json",
    "signal": "Mira/data.json",
    "signal chat": "Mira/chat.md",
}
"""Where the text is the whole file."""
SOURCES = {
    "cursor transcript": "cursor",
    "signal chat": "signal",
    "zip": "chatgpt",
    "zip of slack": "slack",
}


def raw(text: str) -> bytes:
    """The bytes that a text stands for, which need not be of any encoding."""
    return text.encode(errors="surrogateescape")


def _file(name: str, folder: Path, text: str) -> Path:
    path = folder / ENDINGS[name]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw(text))
    return folder if path.parent != folder else path


def _rows(_name: str, folder: Path, text: str) -> Path:
    """Cursor's database: a conversation, a message and a tab."""
    path = folder / "state.vscdb"
    headed = json.dumps({"composerId": "h", "createdAt": AT, "fullConversationHeadersOnly": [{"bubbleId": "b"}]})
    conversations = [("composerData:c", raw(text)), ("composerData:h", headed), ("bubbleId:h:b", raw(text))]
    tabs = [("workbench.panel.aichat.view.aichat.chatdata", raw(text)), ("composer.composerData", raw(text))]
    with closing(sqlite3.connect(path)) as database, database:
        for table, rows in (("cursorDiskKV", conversations), ("ItemTable", tabs)):
            database.execute(f"CREATE TABLE {table} (key TEXT PRIMARY KEY, value BLOB)")
            database.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
    return path


def _messages(_name: str, folder: Path, text: str) -> Path:
    """The database of Messages: once in words, once packed."""
    path = folder / "chat.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            "CREATE TABLE message (guid, text, attributedBody, date, is_from_me, associated_message_type);"
            "CREATE TABLE chat (guid); CREATE TABLE chat_message_join (chat_id, message_id);"
        )
        rows = [("1", text.encode(errors="replace").decode(), None, 10**18), ("2", None, raw(text), len(text))]
        database.executemany("INSERT INTO message VALUES (?, ?, ?, ?, 1, 0)", rows)
    return path


MADE: dict[str, Callable[[str, Path, str], Path]] = {
    **dict.fromkeys(ENDINGS, _file),
    "cursor": _rows,
    "imessage": _messages,
}
"""What writes a history with the text in it, and says where it is."""


def read(name: str, text: str) -> int:
    """How many turns an import would take from it."""
    source, taken = BY_NAME[SOURCES.get(name, name)], 0
    with TemporaryDirectory() as folder:
        path, log = MADE[name](name, Path(folder), text), Log()
        recognised(path)
        with damage_noted(path, log):
            if source.names:
                source.names(path, log)
            for turn in source.read(path, log, "Mira"):
                if turn.text.strip():
                    history_event(source, turn)
                    ending_of(source, turn)
                    taken += 1
    return taken


def _tried(name: str, text: str) -> None:
    read(name, text)


TARGETS: dict[str, Callable[[str], None]] = {name: partial(_tried, name) for name in MADE}
