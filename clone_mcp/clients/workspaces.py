"""Workspaces as VS Code and its relatives keep them: a folder each, with the project's address in it."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

from clone_mcp.clients.lines import record, text

_LARGEST = 1024 * 1024


def folder_of(workspace: Path) -> str | None:
    """The project's folder, or None when it can't be told."""
    file = workspace / "workspace.json"
    try:
        if file.stat().st_size > _LARGEST:
            return None
        named = record(json.loads(file.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return None
    address = text(named.get("folder")) or text(named.get("workspace"))
    try:
        return unquote(urlsplit(address).path) or None
    except ValueError:
        return None
