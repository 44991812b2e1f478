"""Opens other programs' SQLite files without ever writing to them.

Which tables to read is each client's own part. Clone's own database is opened in storage/sqlite.py.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from clone_mcp.clients.turns import Log, regular


@contextmanager
def opened(path: Path, log: Log) -> Generator[sqlite3.Connection | None]:
    """A connection that reads; None, with a note, when the file is no database.

    A file with a write-ahead log is copied together with it: opening it in place would write beside it.
    """
    with tempfile.TemporaryDirectory(prefix="clone-import-", ignore_cleanup_errors=True) as folder:
        try:
            connection = sqlite3.connect(_address(path, Path(folder), log), uri=True)
        except (sqlite3.Error, OSError) as exc:
            log.bad(path, 0, str(exc))
            yield None
            return
        with closing(connection):
            connection.text_factory = _lenient
            yield connection


def rows(
    connection: sqlite3.Connection, path: Path, log: Log, statement: str, *values: Any
) -> Iterator[tuple[Any, ...]]:
    """What a statement finds. A table that isn't there holds nothing; a file that is damaged ends early."""
    try:
        yield from connection.execute(statement, values)
    except sqlite3.OperationalError as exc:
        if "no such table" not in str(exc) and "no such column" not in str(exc):
            log.bad(path, 0, str(exc))
    except sqlite3.Error as exc:
        log.bad(path, 0, str(exc))


def _address(path: Path, folder: Path, log: Log) -> str:
    if not regular(path):
        raise OSError("not a regular file")
    log.bytes_read += path.stat().st_size
    ahead = path.with_name(f"{path.name}-wal")
    if not (regular(ahead) and ahead.stat().st_size):
        return f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    copy = folder / "copy.db"
    shutil.copyfile(path, copy)
    shutil.copyfile(ahead, folder / "copy.db-wal")
    return f"{copy.as_uri()}?mode=rw"


def _lenient(value: bytes) -> str:
    return value.decode("utf-8", "replace")
