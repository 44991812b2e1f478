"""mcp-memory-service: memories and their vectors in SQLite."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.neighbours.installing import LOADS_EXTENSIONS, done, python
from benchmarks.neighbours.neighbour import PLANTED, Neighbour, apart, finds, rows, texts

_PACKAGE, _VERSION = "mcp-memory-service", "12.2.0"
_BATCH = """
import asyncio, json, sys
from mcp_memory_service.config import SQLITE_VEC_PATH
from mcp_memory_service.models.memory import Memory
from mcp_memory_service.storage.factory import create_storage_instance
from mcp_memory_service.utils.hashing import generate_content_hash

async def main():
    storage = await create_storage_instance(SQLITE_VEC_PATH)
    await storage.initialize()
    texts = json.load(sys.stdin)
    memories = [Memory(content=text, content_hash=generate_content_hash(text)) for text in texts]
    refused = [why for stored, why in await storage.store_batch(memories) if not stored]
    await storage.close()
    sys.exit(f"{len(refused)} were refused: {refused[0]}" if refused else 0)

asyncio.run(main())
"""
"""Its own storage, in its own environment: many at once, with a vector for each as its tool makes it."""


def _bin() -> Path:
    return python(_PACKAGE, _VERSION, suits=LOADS_EXTENSIONS)


def _env(home: Path) -> dict[str, str]:
    """Its sentence model would have to be fetched. Without, it hashes words instead, which is quicker than it really
    is."""
    settings = {"MCP_MEMORY_STORAGE_BACKEND": "sqlite_vec", "MCP_MEMORY_ALLOW_HASH_EMBEDDINGS": "true"}
    return {**apart(home), **settings}


def _fill(home: Path, size: int) -> None:
    done([str(_bin() / "python"), "-c", _BATCH], env=_env(home), given=json.dumps(list(texts(size))))


MCP_MEMORY_SERVICE = Neighbour(
    name=f"{_PACKAGE} {_VERSION}",
    command=lambda: (str(_bin() / "memory"), "server"),
    env=_env,
    fill=_fill,
    found=finds(("memory_search", {"query": PLANTED, "mode": "exact"})),  # hashed words don't lie near each other
    store=lambda text: ("memory_store", {"content": text}),
    fetch=lambda word: ("memory_search", {"query": word}),
    held=rows("SELECT count(*) FROM memories", ".local/share/mcp-memory/sqlite_vec.db"),
)
