"""The file that remembers what was exported: a digest of every file, and what must not come back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from clone_mcp.errors import Invalid
from clone_mcp.models.memory import Layer, Tombstone

NAME = ".clone.json"
OURS = re.compile(r"(?:(?:facts|episodes|raw)/[^/\\\x00]{1,120}|profile|soul-card|README|tags)\.md")
"""Paths that an export writes. Whatever a file says, no other is touched."""


@dataclass(frozen=True, slots=True)
class Base:
    """What was exported."""

    files: Mapping[str, str]
    buried: Sequence[Tombstone] = ()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def base_of(rendered: Mapping[str, str], buried: Sequence[Tombstone]) -> str:
    """The file's text."""
    files = {path: digest(text) for path, text in sorted(rendered.items())}
    stones = [[stone.layer, stone.digest, stone.at.isoformat()] for stone in buried]
    return json.dumps({"files": files, "buried": stones}, indent=1) + "\n"


def is_export(folder: Path) -> bool:
    return (folder / NAME).is_file() and not (folder / NAME).is_symlink()


def read_base(folder: Path) -> Base:
    """What was exported into the folder. Raises Invalid when it is no export."""
    if not is_export(folder):
        raise Invalid(f"{folder} holds no {NAME}: it is no export of Clone's memory.")
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        files = {str(path): str(value) for path, value in found["files"].items() if OURS.fullmatch(str(path))}
        return Base(files, [_stone(each) for each in found.get("buried", [])])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as exc:
        raise Invalid(f"{folder / NAME} can't be read. Export again.") from exc


def _stone(value: Any) -> Tombstone:
    layer, hashed, at = value
    if not re.fullmatch("[0-9a-f]{64}", hashed):
        raise ValueError(hashed)
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError(at)
    return Tombstone(Layer(layer), hashed, moment)
