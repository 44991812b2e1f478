"""basic-memory: notes as markdown files, with an index of them in SQLite."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.neighbours.installing import NEW_ENOUGH, done, python
from benchmarks.neighbours.neighbour import PLANTED, Neighbour, apart, finds, numbers, texts
from benchmarks.stdio import Call

_PACKAGE, _VERSION = "basic-memory", "0.23.2"
_INDEXED = 20
"""Notes that its own command indexes, some twenty a second. More get rows made like theirs, within the database."""
_PATTERN = "what the first note says"
_TABLES = ("entity", "note_content", "search_index")
_DATABASE = ".basic-memory/memory.db"


def _program() -> str:
    return str(python(_PACKAGE, _VERSION, suits=NEW_ENOUGH) / "basic-memory")


def _env(home: Path) -> dict[str, str]:
    """Its sentence model would have to be fetched, and it looks for its next version when it starts."""
    settings = {"HOME": str(home / "basic-memory"), "SEMANTIC_SEARCH_ENABLED": "false", "AUTO_UPDATE": "false"}
    own = {f"BASIC_MEMORY_{name}": value for name, value in settings.items()}
    return {**apart(home), **own, "FASTMCP_CHECK_FOR_UPDATES": "off"}


def _fill(home: Path, size: int) -> None:
    """Notes as files; some are indexed by its own command, and the rest gets the rows that this would have made."""
    said = enumerate(texts(size))
    next(said)
    first = _note(home, 0, _PATTERN)
    for number, text in islice(said, min(size, _INDEXED) - 1):
        _note(home, number, text)
    done([_program(), "reindex", "--search"], env=_env(home))
    with closing(sqlite3.connect(home / _DATABASE)) as database, database:
        database.row_factory = sqlite3.Row
        patterns = {table: _row_of(database, table, first) for table in _TABLES}
        for number, text in said:
            for table, row in _like(patterns, _note(home, number, text), number, text):
                columns, marks = ", ".join(row), ", ".join("?" * len(row))
                database.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))


def _note(home: Path, number: int, text: str) -> Path:
    """A note as it would write it. Numbers are equally long, so that one can stand for another."""
    notes = home / "basic-memory" / "notes"
    notes.mkdir(parents=True, exist_ok=True)
    file = notes / f"item-{number:05}.md"
    front = f"---\ntitle: item {number:05}\ntype: note\npermalink: main/notes/item-{number:05}\n---\n"
    file.write_text(f"{front}\n{text}\n", encoding="utf-8")
    return file


def _row_of(database: sqlite3.Connection, table: str, file: Path) -> dict[str, Any]:
    """Without the columns that the database fills in itself."""
    columns = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
    path = f"{file.parent.name}/{file.name}"
    return dict(database.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE file_path = ?", (path,)).fetchone())


def _like(
    patterns: Mapping[str, dict[str, Any]], file: Path, number: int, text: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one note, made like those of the first."""
    content, state = file.read_bytes(), file.stat()
    checksum = hashlib.sha256(content).hexdigest()
    found = {"checksum": checksum, "db_checksum": checksum, "file_checksum": checksum}
    found |= {"id": number + 1, "entity_id": number + 1, "external_id": str(uuid4())}
    found |= {"size": state.st_size, "mtime": state.st_mtime}
    for table, pattern in patterns.items():
        said = {
            name: value.replace("00000", f"{number:05}").replace(_PATTERN, text) if isinstance(value, str) else value
            for name, value in pattern.items()
        }
        yield table, {**said, **{name: value for name, value in found.items() if name in said}}


def _held(home: Path) -> int:
    return len(list((home / "basic-memory" / "notes").glob("*.md")))


def _store(text: str) -> Call:
    return "write_note", {"title": f"note {next(numbers)}", "content": text, "directory": "notes"}


BASIC_MEMORY = Neighbour(
    name=f"{_PACKAGE} {_VERSION}",
    command=lambda: (_program(), "mcp"),
    env=_env,
    fill=_fill,
    found=finds(("search_notes", {"query": PLANTED})),
    store=_store,
    fetch=lambda word: ("search_notes", {"query": word}),
    held=_held,
)
