"""VS Code: its configuration and its link."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from clone_mcp.clients.machine import Machine
from clone_mcp.install.editing import Edit, items, member
from clone_mcp.install.publishing import COMMAND, KEY_HEADER, Files, Server, as_json
from clone_mcp.models.access import Scope

TITLE = "VS Code"
SCOPE = Scope.AGENT
_KEY = {"type": "promptString", "id": "clone-key", "description": "Key of your Clone (scope agent)", "password": True}


def plugin() -> Files:
    """A configuration to copy into a project's `.vscode`."""
    return {"mcp.json": as_json({"servers": {"clone": _server(Server(COMMAND))}})}


def link(server: Server) -> str:
    """A link that offers to install the server."""
    return f"vscode:mcp/install?{quote(json.dumps({'name': 'clone', **_server(server)}))}"


def found(machine: Machine) -> bool:
    """Whether it is installed."""
    return _folder(machine).is_dir() or machine.has("code")


def edits(machine: Machine, server: Server) -> Iterator[Edit]:
    """An entry in the user's mcp.json. The key of a hosted Clone is asked for by VS Code, which keeps it."""
    path = _folder(machine) / "mcp.json"
    yield member(path, ["servers", "clone"], _server(server))
    if server.url:
        yield items(path, [(["inputs"], _KEY)])


def then(_machine: Machine) -> str:
    """What the person does next."""
    return "In VS Code, `MCP: List Servers` shows clone."


def _folder(machine: Machine) -> Path:
    return machine.own_data("Code") / "User"


def _server(server: Server) -> dict[str, Any]:
    if server.url:
        return {"type": "http", "url": server.url, "headers": {KEY_HEADER: "${input:clone-key}"}}
    return {"type": "stdio", "command": server.command, "args": []}
