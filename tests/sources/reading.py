"""Files as other programs write them, and what is read from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from clone_mcp.clients.turns import Log, Turn

Said = tuple[str, str]
"""Who, and what."""


def jsonl(path: Path, records: Iterable[Any]) -> Path:
    """A file with a record a line, as compact as programs write them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(each, separators=(",", ":")) + "\n" for each in records), encoding="utf-8")
    return path


def written(path: Path, value: Any) -> Path:
    """A file with text, or with one JSON document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def said(turns: Iterable[Turn]) -> list[Said]:
    """Authors and words."""
    return [(str(turn.author), turn.text) for turn in turns]


def of(read: Callable[..., Iterator[Turn]], path: Path, *more: Any) -> tuple[list[Turn], Log]:
    """Everything in a file, and what was left out."""
    log = Log()
    return list(read(path, log, *more)), log
