"""The reference memory server of the Model Context Protocol: a graph in one file of JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.neighbours.installing import node
from benchmarks.neighbours.neighbour import PLANTED, Neighbour, apart, finds, numbers, texts
from benchmarks.stdio import Call

_PACKAGE, _VERSION = "@modelcontextprotocol/server-memory", "2026.8.31"
_FILE = "memory.jsonl"


def _fill(home: Path, size: int) -> None:
    with (home / _FILE).open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts(size)):
            entity = {"type": "entity", "name": f"item-{number}", "entityType": "note", "observations": [text]}
            file.write(json.dumps(entity) + "\n")


def _held(home: Path) -> int:
    file = home / _FILE
    return len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0


def _store(text: str) -> Call:
    entity = {"name": f"new-{next(numbers)}", "entityType": "note", "observations": [text]}
    return "create_entities", {"entities": [entity]}


SERVER_MEMORY = Neighbour(
    name=f"server-memory {_VERSION}",
    command=lambda: node(_PACKAGE, _VERSION, "dist/index.js"),
    env=lambda home: {**apart(home), "MEMORY_FILE_PATH": str(home / _FILE)},
    fill=_fill,
    found=finds(("search_nodes", {"query": PLANTED})),
    store=_store,
    fetch=lambda word: ("search_nodes", {"query": word}),
    held=_held,
)
