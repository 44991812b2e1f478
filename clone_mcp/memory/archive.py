"""All that is kept of one tenant, in one folder: each table as JSON lines, and memory as markdown to read.

The folder that a person edits and applies is written by markdown/apply.py. storage/backup.py copies whole databases.
"""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from clone_mcp import __version__
from clone_mcp.errors import Invalid
from clone_mcp.memory.markdown.apply import Markdown
from clone_mcp.models.access import Caller, Scope
from clone_mcp.ports import Clock, Storage

_MOST_JOBS = 10_000
"""More than ever wait for one person."""


class Archive:
    """Writes it."""

    def __init__(self, storage: Storage, clock: Clock, markdown: Markdown) -> None:
        self._storage = storage
        self._clock = clock
        self._markdown = markdown

    async def __call__(self, tenant: UUID, folder: Path) -> Mapping[str, int]:
        """How many rows of each table. Raises NotFound, and Invalid when the folder has something in it."""
        about = await self._storage.tenants.get(tenant)
        _prepare(folder)
        counts: Counter[str] = Counter()
        async for table, rows in self._storage.tenants.everything(tenant):
            counts[table] += len(rows)
            _append(folder / "tables" / f"{table}.jsonl", rows)
        jobs = [asdict(job) for job in await self._storage.work.listed(tenant, limit=_MOST_JOBS)]
        counts["jobs"] = len(jobs)
        _append(folder / "tables" / "jobs.jsonl", jobs, anew=True)
        await self._markdown.export(Caller(tenant, Scope.OWNER), folder / "memory")
        told = {
            "clone": __version__,
            "schema": await self._storage.revision(),
            "tenant": {"id": str(tenant), "name": about.name, "created_at": about.created_at.isoformat()},
            "exported_at": self._clock.now().isoformat(),
            "rows": dict(counts),
        }
        with _private(folder / "archive.json", anew=True) as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return counts


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.iterdir()):
            raise Invalid(f"{folder} is not empty.", hint="Name a new folder.")
        (folder / "tables").mkdir(mode=0o700)
    except OSError as exc:
        raise Invalid(f"{folder} can't be written: {exc.strerror}.", hint="Name another folder.") from exc


def _append(path: Path, rows: Any, *, anew: bool = False) -> None:
    with _private(path, anew=anew) as file:
        file.writelines(json.dumps(row, ensure_ascii=False, default=_plain) + "\n" for row in map(dict, rows))


@contextmanager
def _private(path: Path, *, anew: bool = False) -> Generator[TextIO]:
    how = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if anew else os.O_APPEND)
    try:
        with os.fdopen(os.open(path, how, 0o600), "w" if anew else "a", encoding="utf-8", newline="\n") as file:
            yield file
    except OSError as exc:
        raise Invalid(f"{path} can't be written: {exc.strerror}.", hint="Name another folder.") from exc


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return value.isoformat()
        case Enum():
            return value.value
        case _:
            return str(value)
