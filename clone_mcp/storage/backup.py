"""Whole copies of a SQLite database, made and put back while other programs may have it open.

Never by copying the file: a part of what was acknowledged lies in the write-ahead log beside it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from clone_mcp.errors import CloneError, Conflict, Invalid, NotFound
from clone_mcp.storage import schema_version
from clone_mcp.storage.failures import translated
from clone_mcp.storage.sqlite import BUSY_MS, create_private

_BESIDE = ("", "-wal", "-shm")


def back_up(database: Path, copy: Path) -> None:
    """Write a copy as of this moment, which its owner alone may read. Raises NotFound and Conflict."""
    if not database.exists():
        raise NotFound(f"There is no database yet: {database} does not exist.")
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise Conflict(f"{copy} exists already.", hint="Name a new file: no backup is overwritten.") from None
    try:
        with _opened(database) as connection:
            connection.execute("VACUUM INTO ?", [str(copy)])
    except BaseException:
        copy.unlink()
        raise


def restore(copy: Path, database: Path) -> None:
    """Put a copy in the place of all that is in the database, at once. Raises NotFound, and Invalid for no copy."""
    _check(copy)
    try:
        with _opened(database) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except CloneError:  # damaged: it is kept, and a new one made
        _set_aside(database)
    create_private(database)
    with _opened(copy, "?mode=ro") as source, _opened(database) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=wal")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _check(copy: Path) -> None:
    if not copy.is_file():
        raise NotFound(f"There is no file {copy}.")
    try:
        with _opened(copy, "?mode=ro") as source:
            found = source.execute("SELECT version_num FROM alembic_version").fetchone()
            [state] = source.execute("PRAGMA integrity_check(1)").fetchone()
    except CloneError as exc:
        raise Invalid(f"{copy} is no backup of Clone.", hint=_MAKE) from exc
    if found is None or state != "ok":
        raise Invalid(f"{copy} is damaged.", hint="Restore an older backup.")
    schema_version.require_known(found[0])


_MAKE = "`clone-mcp db backup FILE` makes one."


def _set_aside(database: Path) -> None:
    number = next(n for n in range(1, 10_000) if not Path(f"{database}.damaged-{n}").exists())
    for ending in _BESIDE:
        if Path(f"{database}{ending}").exists():
            Path(f"{database}{ending}").rename(f"{database}.damaged-{number}{ending}")


@contextmanager
def _opened(path: Path, how: str = "") -> Generator[sqlite3.Connection]:
    """A connection by the standard library alone: nothing of Clone's schema is needed for a copy."""
    try:
        uri = path.absolute().as_uri() + how
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_MS / 1000, isolation_level=None)) as connection:
            yield connection
    except (sqlite3.Error, OSError) as exc:
        raise translated(exc) from exc
