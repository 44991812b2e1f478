"""What hooks noted, as it lies in the spool."""

from __future__ import annotations

import json
from typing import Any

from clone_mcp.hooks.spool import Spool


def notes(spool: Spool) -> list[dict[str, Any]]:
    """Every note, taken out."""
    found: list[dict[str, Any]] = []
    for file in spool.claimed():
        found += [json.loads(line) for line in file.lines()]
        file.delivered = True
    return found


def said(spool: Spool) -> list[tuple[str, str, str]]:
    """The notes of what was typed and said: kind, label and text."""
    return [(note["kind"], note["label"], note["text"]) for note in notes(spool) if note["text"]]
