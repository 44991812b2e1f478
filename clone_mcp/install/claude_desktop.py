"""Claude Desktop: its bundle and its configuration. Claude Desktop has no hooks, so hooks/ has no file for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clone_mcp import __version__
from clone_mcp.clients.machine import Machine
from clone_mcp.errors import Invalid
from clone_mcp.install.editing import Client, Edit, member
from clone_mcp.install.publishing import COMMAND, SIGNED, Files, Server, about, as_json
from clone_mcp.models.access import Scope


def bundle() -> Files:
    """What `mcpb pack` makes a .mcpb of. uv fetches the program, so that nothing is vendored."""
    manifest: dict[str, Any] = {
        "manifest_version": "0.4",
        **about(display_name="Clone", **SIGNED),
        "server": {
            "type": "uv",
            "entry_point": "server.py",
            "mcp_config": {"command": "uv", "args": ["run", "--directory", "${__dirname}", "server.py"]},
        },
        "compatibility": {"platforms": ["darwin", "win32", "linux"], "runtimes": {"python": ">=3.11"}},
    }
    project = (
        f'[project]\nname = "clone-bundle"\nversion = "{__version__}"\nrequires-python = ">=3.11"\n'
        f'dependencies = ["{COMMAND}=={__version__}"]\n'
    )
    start = '"""Starts clone-mcp over stdio."""\n\nfrom clone_mcp.__main__ import main\n\nmain()\n'
    return {"manifest.json": as_json(manifest), "pyproject.toml": project, "server.py": start}


def _edits(machine: Machine, server: Server) -> Iterator[Edit]:
    """An entry in claude_desktop_config.json."""
    if server.url:
        raise Invalid(
            "Claude Desktop's file knows no servers elsewhere.", hint="Add it in Settings → Connectors instead."
        )
    path = machine.own_data("Claude") / "claude_desktop_config.json"
    yield member(path, ["mcpServers", "clone"], {"command": server.command, "args": []})


CLIENT = Client(
    "Claude Desktop",
    folder=lambda machine: machine.own_data("Claude"),
    edits=_edits,
    then="Quit Claude Desktop and start it anew. It has no hooks, so it only records what the agent reports.",
    scope=Scope.AGENT,
)
