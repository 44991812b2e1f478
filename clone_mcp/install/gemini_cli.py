"""Gemini CLI: its extension, and where it goes.

The hooks that it registers run in hooks/gemini_cli.py. Shared parts of plugins are in publishing.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.install.editing import Client, Edit, folder
from clone_mcp.install.publishing import EXECUTABLE, KEY_HEADER, KEY_VARIABLE, Files, Server, about, as_json, packaged

_EVENTS = ("SessionStart", "BeforeAgent", "AfterTool", "AfterAgent", "SessionEnd")
_LAUNCHER = f"${{extensionPath}}/{EXECUTABLE}"
_MILLISECONDS = 10_000
"""Before it goes on without the hook."""


def plugin(server: Server) -> Files:
    """The whole extension; for this machine's Clone unless it is hosted."""
    manifest = about(mcpServers={"clone": _server(server)}, contextFileName="CLONE.md")
    return {
        "gemini-extension.json": as_json(manifest),
        "hooks/hooks.json": as_json({"hooks": {event: [_hook(event)] for event in _EVENTS}}),
        EXECUTABLE: packaged("claude_code")[EXECUTABLE],
        **packaged("gemini_cli"),
    }


def _edits(machine: Machine, server: Server) -> Iterator[Edit]:
    """A folder that Gemini CLI loads as an extension by itself."""
    yield from folder(machine.home / ".gemini" / "extensions" / "clone", plugin(server), executable=EXECUTABLE)


def _server(server: Server) -> dict[str, Any]:
    if server.url:
        return {"httpUrl": server.url, "headers": {KEY_HEADER: f"${KEY_VARIABLE}"}}
    return {"command": _LAUNCHER, "args": []}


def _hook(event: str) -> dict[str, Any]:
    command = f'"{_LAUNCHER}" hook {event} --client gemini'
    return {"hooks": [{"type": "command", "name": f"clone-{event}", "command": command, "timeout": _MILLISECONDS}]}


CLIENT = Client(
    "Gemini CLI",
    folder=lambda machine: machine.home / ".gemini",
    program="gemini",
    edits=_edits,
    then="Start Gemini CLI anew; `gemini extensions list` shows clone.",
)
