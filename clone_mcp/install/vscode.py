"""VS Code: its configuration and its link.

VS Code gets no hooks. Copilot's chats in it are read in clients/vscode.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from clone_mcp.clients.machine import Machine
from clone_mcp.install.editing import Client, Edit, items, member
from clone_mcp.install.publishing import HERE, KEY_HEADER, Files, Server, as_json
from clone_mcp.models.access import Scope

_KEY = {"type": "promptString", "id": "clone-key", "description": "Key of your Clone (scope agent)", "password": True}


def plugin() -> Files:
    """A configuration to copy into a project's `.vscode`."""
    return {"mcp.json": as_json({"servers": {"clone": _server(HERE)}})}


def link(server: Server) -> str:
    """A link that offers to install the server."""
    return f"vscode:mcp/install?{quote(json.dumps({'name': 'clone', **_server(server)}))}"


def _edits(machine: Machine, server: Server) -> Iterator[Edit]:
    """An entry in the user's mcp.json. The key of a hosted Clone is asked for by VS Code, which keeps it."""
    path = _folder(machine) / "mcp.json"
    yield member(path, ["servers", "clone"], _server(server))
    if server.url:
        yield items(path, [(["inputs"], _KEY)])


def _folder(machine: Machine) -> Path:
    return machine.own_data("Code") / "User"


def _server(server: Server) -> dict[str, Any]:
    if server.url:
        return {"type": "http", "url": server.url, "headers": {KEY_HEADER: "${input:clone-key}"}}
    return {"type": "stdio", "command": server.command, "args": []}


CLIENT = Client(
    "VS Code",
    folder=_folder,
    program="code",
    edits=_edits,
    then="In VS Code, `MCP: List Servers` shows clone.",
    scope=Scope.AGENT,
)
