"""Looking at a database past the ports: raw rows, and the statements that reach it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import sqlalchemy as sa

from clone_mcp.app import is_sqlite, sqlite_path
from clone_mcp.settings import Settings


async def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """What a query finds, on Postgres as the superuser who sees every tenant."""
    if is_sqlite(settings.url):
        with closing(sqlite3.connect(sqlite_path(settings.url))) as connection:
            return connection.execute(query).fetchall()
    connection = await asyncpg.connect(settings.db_direct_url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


@dataclass
class Seen:
    """Transactions and statements, the latter without what opens a transaction."""

    transactions: int = 0
    statements: list[str] = field(default_factory=list)


@contextmanager
def seen() -> Iterator[Seen]:
    """Everything that any engine of this process sends while the block runs."""
    watch = Seen()

    def begin(_connection: sa.Connection) -> None:
        watch.transactions += 1

    def execute(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        if not re.match(r"SET LOCAL|DO \$\$ BEGIN SET LOCAL", statement):
            watch.statements.append(statement)

    sa.event.listen(sa.Engine, "begin", begin)
    sa.event.listen(sa.Engine, "before_cursor_execute", execute)
    try:
        yield watch
    finally:
        sa.event.remove(sa.Engine, "begin", begin)
        sa.event.remove(sa.Engine, "before_cursor_execute", execute)
