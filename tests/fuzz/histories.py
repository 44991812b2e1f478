"""The readers of people's histories that read one file of text."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clone_mcp.clients.turns import Log
from clone_mcp.sources.registry import BY_NAME

ENDINGS = {
    **dict.fromkeys(("claude-code", "codex", "gemini-cli", "vscode"), ".jsonl"),
    **dict.fromkeys(("aider", "specstory"), ".md"),
    **dict.fromkeys(("chatgpt", "claude-ai", "telegram", "discord"), ".json"),
    "whatsapp": ".txt",
}
AT = "2026-11-20T09:00:00Z"


def _lines(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


SEEDS = {
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
    "codex": _lines({"timestamp": AT, "type": "event_msg", "payload": {"type": "user_message", "message": "yes"}}),
    "gemini-cli": _lines(
        {"sessionId": "s", "startTime": AT}, {"id": "1", "timestamp": AT, "type": "user", "content": "yes"}
    ),
    "aider": "# aider chat started at 2026-11-20 09:00:00\n\n#### yes\n\nDone.\n",
    "specstory": "_**User**_\n\nyes\n\n---\n\n_**Agent**_\n\nDone.\n",
    "chatgpt": json.dumps(
        [
            {
                "title": "t",
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


def _read(name: str, text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"rollout-x{ENDINGS[name]}")
        path.write_bytes(text.encode(errors="surrogatepass"))
        for turn in BY_NAME[name].read(path, Log(), "Mira"):
            assert isinstance(turn.text, str)


TARGETS: dict[str, Callable[[str], None]] = {name: partial(_read, name) for name in ENDINGS}
