"""Gemini CLI: its extension, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.install.editing import Edit, folder
from clone_mcp.install.publishing import EXECUTABLE, KEY_HEADER, KEY_VARIABLE, Files, Server, about, as_json, packaged
from clone_mcp.models.access import Scope

TITLE = "Gemini CLI"
SCOPE = Scope.RECORDER
_EVENTS = ("SessionStart", "BeforeAgent", "AfterTool", "AfterAgent", "SessionEnd")
_LAUNCHER = f"${{extensionPath}}/{EXECUTABLE}"
_MILLISECONDS = 10_000


def plugin(server: Server | None = None) -> Files:
    """The whole extension; for this machine's Clone unless it is hosted."""
    manifest = about(mcpServers={"clone": _server(server)}, contextFileName="CLONE.md")
    return {
        "gemini-extension.json": as_json(manifest),
        "hooks/hooks.json": as_json({"hooks": {event: [_hook(event)] for event in _EVENTS}}),
        EXECUTABLE: packaged("claude_code")[EXECUTABLE],
        **packaged("gemini_cli"),
    }


def found(machine: Machine) -> bool:
    """Whether it is installed."""
    return (machine.home / ".gemini").is_dir() or machine.has("gemini")


def edits(machine: Machine, server: Server) -> Iterator[Edit]:
    """A folder that Gemini CLI loads as an extension by itself."""
    yield from folder(machine.home / ".gemini" / "extensions" / "clone", plugin(server), (EXECUTABLE,))


def then(_machine: Machine) -> str:
    """What the person does next."""
    return "Start Gemini CLI anew; `gemini extensions list` shows clone."


def _server(server: Server | None) -> dict[str, Any]:
    if server is not None and server.url:
        return {"httpUrl": server.url, "headers": {KEY_HEADER: f"${KEY_VARIABLE}"}}
    return {"command": _LAUNCHER, "args": []}


def _hook(event: str) -> dict[str, Any]:
    command = f'"{_LAUNCHER}" hook {event} --client gemini'
    return {"hooks": [{"type": "command", "name": f"clone-{event}", "command": command, "timeout": _MILLISECONDS}]}
