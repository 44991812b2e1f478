"""`clone-mcp ingest`: records CloneEvents from a file. What clients' histories hold is for `import`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from clone_mcp.cli.running import OWNER, everything_typed, with_clone
from clone_mcp.cli.terminal import as_json, command, show_json
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.recording.ingest import MAX_BATCH


def add(actions: Any) -> None:
    """The command and its options."""
    what = "record CloneEvents from a file: a JSON array or one event a line"
    ingest = command(actions, "ingest", what, _ingest)
    ingest.add_argument("file", help="path, or - for standard input")
    as_json(ingest, "print the result as JSON")


def _ingest(arguments: argparse.Namespace) -> int:
    """Record a file's events, a thousand at a time. Fails when any of them was refused."""
    items = _events(_piped() if arguments.file == "-" else _read(Path(arguments.file)))
    result = with_clone(lambda clone: _record(clone, items))
    if arguments.json:
        show_json(result)
    else:
        print(f"{result['accepted']} accepted, {result['duplicates']} known already, {len(result['invalid'])} refused")
        for refusal in result["invalid"]:
            print(f"  event {refusal['index']}: {'; '.join(refusal['errors'])}", file=sys.stderr)
    return 1 if result["invalid"] else 0


async def _record(clone: Clone, items: list[Any]) -> dict[str, Any]:
    total: dict[str, Any] = {"accepted": 0, "duplicates": 0, "invalid": []}
    for start in range(0, len(items), MAX_BATCH):
        batch = await clone.recording.ingest.batch(OWNER, items[start : start + MAX_BATCH])
        total["accepted"] += batch.accepted
        total["duplicates"] += batch.duplicates
        total["invalid"] += [
            {"index": start + refusal.index, "errors": list(refusal.errors)} for refusal in batch.invalid
        ]
        if len(items) > MAX_BATCH and sys.stderr.isatty():
            print(f"\r{min(start + MAX_BATCH, len(items)):,} of {len(items):,}", end="", file=sys.stderr)
    return total


def _events(text: str) -> list[Any]:
    try:
        if text.lstrip().startswith("["):
            return json.loads(text)
        # By line feeds alone: JSON may hold other line separators within a string.
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as exc:
        raise Invalid(f"That is neither a JSON array nor one JSON event a line: {exc}.") from exc


def _piped() -> str:
    try:
        return everything_typed()
    except UnicodeDecodeError as exc:
        raise Invalid("Standard input is not UTF-8.", hint="Convert it, or name the file.") from exc


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise Invalid(f"{path} can't be read: {exc}.") from exc
