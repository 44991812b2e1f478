"""An export that was killed half-way: its files are no edits of the person's, and the next one writes over them.

A note beside the files, there for as long as an export is under way, says what it may leave at each path.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clone_mcp.memory.markdown.base import OURS, digest

NOTE = ".clone.exporting.json"
_GONE = ""
"""For what an export takes away."""

Left = Mapping[str, Sequence[str]]


def left(folder: Path) -> Left:
    """What exports that never came to their end may have left, by path; nothing if there were none."""
    try:
        if (folder / NOTE).is_symlink():
            return {}
        found: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return {path: [str(each) for each in found[path]] for path in found if OURS.fullmatch(path)}
    except (ValueError, TypeError, RecursionError, OSError):
        return {}


def note_of(before: Left, rendered: Mapping[str, str], doomed: Sequence[str]) -> str:
    """The note's text, with what earlier ones said."""
    now = {**{path: digest(text) for path, text in rendered.items()}, **dict.fromkeys(doomed, _GONE)}
    return json.dumps({path: [*before.get(path, ()), now.get(path, _GONE)] for path in {*before, *now}}) + "\n"


def is_of(before: Left, path: str, hashed: str | None) -> bool:
    """Whether an export left this there: a file with that digest, or none."""
    return (hashed or _GONE) in before.get(path, ())
