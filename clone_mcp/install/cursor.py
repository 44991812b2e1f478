"""Cursor: its plugin, its link and its configuration.

No file is written here: installing.py does that. The hooks themselves run in hooks/cursor.py.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.install import publishing
from clone_mcp.install.editing import Client, Edit, items, member

_EVENTS = ("sessionStart", "beforeSubmitPrompt", "postToolUse", "afterAgentResponse", "stop", "sessionEnd")
_LOOP_LIMIT = 5
"""Cursor's own limit, above ours."""


def plugin() -> publishing.Files:
    """The whole plugin."""
    shared = publishing.packaged("claude_code")
    manifest = publishing.about(
        displayName="Clone",
        **publishing.SIGNED,
        keywords=publishing.KEYWORDS,
        skills="./skills/",
        hooks="./hooks/hooks.json",
        mcpServers="./mcp.json",
    )
    hooks = {event: [entry] for event, entry in _hooks(f'"${{CURSOR_PLUGIN_ROOT}}/{publishing.EXECUTABLE}"')}
    return {
        ".cursor-plugin/plugin.json": publishing.as_json(manifest),
        "mcp.json": publishing.as_json({"mcpServers": {"clone": {"command": publishing.COMMAND, "args": []}}}),
        "hooks/hooks.json": publishing.as_json({"version": 1, "hooks": hooks}),
        **{name: shared[name] for name in (publishing.EXECUTABLE, "skills/clone/SKILL.md")},
        **publishing.packaged("cursor"),
    }


def link(server: publishing.Server) -> str:
    """A link that offers to install the server."""
    config = base64.urlsafe_b64encode(json.dumps(_server(server)).encode()).decode()
    return f"cursor://anysphere.cursor-deeplink/mcp/install?name=clone&config={config}"


def _edits(machine: Machine, server: publishing.Server) -> Iterator[Edit]:
    """An entry in mcp.json, and entries in hooks.json."""
    folder = machine.home / ".cursor"
    yield member(folder / "mcp.json", ["mcpServers", "clone"], _server(server))
    entries = [(["hooks", event], entry) for event, entry in _hooks(json.dumps(server.command))]
    yield items(folder / "hooks.json", entries, alone={"version": 1})


def _server(server: publishing.Server) -> dict[str, Any]:
    if server.url:
        return {"url": server.url, "headers": {publishing.KEY_HEADER: f"${{env:{publishing.KEY_VARIABLE}}}"}}
    return {"command": server.command, "args": []}


def _hooks(command: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for event in _EVENTS:
        limit = {"loop_limit": _LOOP_LIMIT} if event == "stop" else {}
        yield event, {"command": f"{command} hook {event} --client cursor", "timeout": 10, **limit}


CLIENT = Client(
    "Cursor",
    folder=lambda machine: machine.home / ".cursor",
    program="cursor",
    edits=_edits,
    then="Start Cursor anew; Settings → MCP lists clone.",
)
