"""Claude Code's plugin, which Codex can install too, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.install import codex
from clone_mcp.install.editing import Client, Edit, folder
from clone_mcp.install.publishing import (
    EXECUTABLE,
    HERE,
    KEY_HEADER,
    KEY_VARIABLE,
    KEYWORDS,
    SIGNED,
    Files,
    Server,
    about,
    as_json,
    packaged,
)

_LAUNCHER = f"${{CLAUDE_PLUGIN_ROOT}}/{EXECUTABLE}"
_ASKS_SECONDS, _NOTES_SECONDS = 10, 5
_OURS = "AskUserQuestion|mcp__(plugin_clone_)?clone__predict_.*"


def plugin(server: Server = HERE) -> Files:
    """The whole plugin; for this machine's Clone unless it is hosted."""
    manifest = about(**SIGNED, keywords=KEYWORDS)
    return {
        ".claude-plugin/plugin.json": as_json(manifest),
        ".mcp.json": as_json({"mcpServers": {"clone": _server(server)}}),
        "hooks/hooks.json": as_json(_hooks()),
        **packaged("claude_code"),
        **codex.plugin(),
    }


def _edits(machine: Machine, server: Server) -> Iterator[Edit]:
    """A folder that Claude Code loads as a plugin by itself. No file of its own is touched."""
    yield from folder(_home(machine) / "skills" / "clone", plugin(server), executable=EXECUTABLE)


def _home(machine: Machine) -> Path:
    named = machine.environ.get("CLAUDE_CONFIG_DIR")
    return Path(named).expanduser() if named else machine.home / ".claude"


def _server(server: Server) -> dict[str, Any]:
    if server.url:
        return {"type": "http", "url": server.url, "headers": {KEY_HEADER: f"${{{KEY_VARIABLE}}}"}, "alwaysLoad": True}
    return {"command": _LAUNCHER, "args": [], "alwaysLoad": True}


def _hooks() -> dict[str, Any]:
    return {
        "description": "Records what is said, asks Clone where there is something to answer, and waits for nobody.",
        "hooks": {
            "SessionStart": [_hook("SessionStart")],
            "UserPromptSubmit": [_hook("UserPromptSubmit")],
            "PreToolUse": [{"matcher": _OURS, **_hook("PreToolUse", _ASKS_SECONDS)}],
            "PermissionRequest": [{"matcher": "*", **_hook("PermissionRequest")}],
            "PostToolUse": [{"matcher": "*", **_hook("PostToolUse")}],
            "Stop": [_hook("Stop", _ASKS_SECONDS)],
            "SessionEnd": [_hook("SessionEnd")],
        },
        "modules": ["./suggest.ts"],
    }


def _hook(event: str, seconds: int = _NOTES_SECONDS) -> dict[str, Any]:
    return {"hooks": [{"type": "command", "command": _LAUNCHER, "args": ["hook", event], "timeout": seconds}]}


CLIENT = Client(
    "Claude Code",
    folder=_home,
    program="claude",
    edits=_edits,
    then="Start Claude Code anew. Clone records and suggests; `/clone:status` says what it does.",
)
