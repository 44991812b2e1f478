"""Codex: its side of the plugin, and its configuration.

The plugin's other half is in claude_code.py. The hooks themselves run in hooks/codex.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.install.editing import Client, Edit, items, toml_block
from clone_mcp.install.publishing import COMMAND, EXECUTABLE, KEY_VARIABLE, Files, Server, about, as_json

_EVENTS = {
    "SessionStart": 5,
    "UserPromptSubmit": 5,
    "PreToolUse": 5,
    "PostToolUse": 5,
    "Stop": 10,
    "SessionEnd": 3,  # it allows no more
}
_OURS = "mcp__clone__predict_.*"


def plugin() -> Files:
    """What Codex reads of the plugin that it shares with Claude Code. Its MCP configuration knows no plugin root."""
    manifest = about(
        skills="./skills/",
        mcpServers="./codex-mcp.json",
        hooks="./hooks/codex.json",
        interface={"displayName": "Clone"},
    )
    return {
        ".codex-plugin/plugin.json": as_json(manifest),
        "codex-mcp.json": as_json({"mcpServers": {"clone": {"command": COMMAND, "args": []}}}),
        "hooks/codex.json": as_json({"hooks": dict(_hooks(f'"${{PLUGIN_ROOT}}/{EXECUTABLE}"'))}),
    }


def _edits(machine: Machine, server: Server) -> Iterator[Edit]:
    """A table in config.toml, and entries in hooks.json."""
    quoted = json.dumps(server.command)
    if server.url:
        table = f'[mcp_servers.clone]\nurl = {json.dumps(server.url)}\nbearer_token_env_var = "{KEY_VARIABLE}"\n'
    else:
        table = f"[mcp_servers.clone]\ncommand = {quoted}\n"
    yield toml_block(_home(machine) / "config.toml", "mcp_servers.clone", table)
    entries = [(["hooks", event], entry) for event, [entry] in _hooks(quoted)]
    yield items(_home(machine) / "hooks.json", entries)


def _home(machine: Machine) -> Path:
    named = machine.environ.get("CODEX_HOME")
    return Path(named).expanduser() if named else machine.home / ".codex"


def _hooks(command: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for event, seconds in _EVENTS.items():
        hook = {"type": "command", "command": f"{command} hook {event} --client codex", "timeout": seconds}
        yield event, [{**({"matcher": _OURS} if event == "PreToolUse" else {}), "hooks": [hook]}]


CLIENT = Client(
    "Codex",
    folder=_home,
    program="codex",
    edits=_edits,
    then="Start Codex and trust the new hooks: it lists them under /hooks.",
)
