"""Which project a conversation of Cursor's belongs to: workspaces name their conversations and their folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clone_mcp.clients.database_files import opened, rows
from clone_mcp.clients.lines import items, record, regular, text
from clone_mcp.clients.turns import Log
from clone_mcp.clients.workspaces import folder_of

_OF_WORKSPACE = "SELECT value FROM ItemTable WHERE key = 'composer.composerData' AND length(value) < 67108864"


def projects(database: Path, log: Log) -> dict[str, str]:
    """The project of each conversation that a workspace names."""
    user = database.parent.parent
    if database.parent.name == "globalStorage":
        workspaces = sorted(user.glob("workspaceStorage/*/state.vscdb"))
    else:
        workspaces = [database]
    found: dict[str, str] = {}
    for workspace in workspaces:
        folder = folder_of(workspace.parent)
        if folder and regular(workspace):
            found |= dict.fromkeys(_conversations(workspace, log), folder)
    return found


def _conversations(workspace: Path, log: Log) -> list[str]:
    with opened(workspace, log) as connection:
        if connection is None:
            return []
        [*found] = rows(connection, workspace, log, _OF_WORKSPACE)
    return [own for (value,) in found for own in _named(value)]


def _named(value: Any) -> list[str]:
    try:
        listed = items(record(json.loads(value)).get("allComposers"))
    except (ValueError, TypeError, RecursionError):
        return []
    return [own for each in listed if (own := text(record(each).get("composerId")))]
