"""Claude Code's plugin, which Codex can install too, and where it goes.

It only registers the hooks. What they do when Claude Code calls them is in hooks/claude_code.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.install import codex, publishing
from clone_mcp.install.editing import Client, Edit, folder

_LAUNCHER = f"${{CLAUDE_PLUGIN_ROOT}}/{publishing.EXECUTABLE}"
_ASKS_SECONDS, _NOTES_SECONDS = 10, 5
"""For hooks that ask Clone, and for those that only note. Claude Code waits no longer and goes on without them."""
_OURS = "AskUserQuestion|mcp__(plugin_clone_)?clone__predict_.*"


def plugin(server: publishing.Server) -> publishing.Files:
    """The whole plugin; for this machine's Clone unless it is hosted."""
    manifest = publishing.about(**publishing.SIGNED, keywords=publishing.KEYWORDS)
    return {
        ".claude-plugin/plugin.json": publishing.as_json(manifest),
        ".mcp.json": publishing.as_json({"mcpServers": {"clone": _server(server)}}),
        "hooks/hooks.json": publishing.as_json(_hooks()),
        **publishing.packaged("claude_code"),
        **codex.plugin(),
    }


def _edits(machine: Machine, server: publishing.Server) -> Iterator[Edit]:
    """A folder that Claude Code loads as a plugin by itself. No file of its own is touched."""
    yield from folder(_home(machine) / "skills" / "clone", plugin(server), executable=publishing.EXECUTABLE)


def _home(machine: Machine) -> Path:
    named = machine.environ.get("CLAUDE_CONFIG_DIR")
    return Path(named).expanduser() if named else machine.home / ".claude"


def _server(server: publishing.Server) -> dict[str, Any]:
    if server.url:
        return {
            "type": "http",
            "url": server.url,
            "headers": {publishing.KEY_HEADER: f"${{{publishing.KEY_VARIABLE}}}"},
            "alwaysLoad": True,
        }
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
