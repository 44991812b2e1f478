"""`clone-mcp db …`: the database as a whole. What is in it is for the other commands."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from clone_mcp.app import back_up, is_sqlite, restore, sqlite_path, upgrade_postgres
from clone_mcp.cli.running import settings, with_clone
from clone_mcp.cli.terminal import command, confirmed, owner_at_the_terminal, verbs
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.settings import Settings


def add(actions: Any) -> None:
    """`db` and its verbs."""
    database = verbs(actions, "db", "the database: back it up, restore it, upgrade its schema")
    command(database, "upgrade", "bring its schema up to date", _upgrade)
    command(database, "current", "show what its schema is at", _current)
    copy = command(database, "backup", "write a copy of the SQLite database; Clone may go on meanwhile", _backup)
    copy.add_argument("file", type=Path, help="a new file, which you alone may read")
    back = command(database, "restore", "put a backup in the place of the SQLite database", _restore)
    back.add_argument("file", type=Path, help="as `db backup` wrote it")
    confirmed(back)


def _upgrade(_arguments: argparse.Namespace) -> None:
    """Bring the schema up to date. SQLite does so on opening; Postgres only here, as the owner."""
    read = settings()
    revision = with_clone(_revision) if is_sqlite(read.url) else asyncio.run(upgrade_postgres(read))
    print(f"The schema is at {revision}.")


def _current(_arguments: argparse.Namespace) -> None:
    print(with_clone(_revision))


async def _revision(clone: Clone) -> str:
    return await clone.jobs.health.revision()


def _backup(arguments: argparse.Namespace) -> None:
    read = settings()
    back_up(_file(read), arguments.file)
    secret = "CLONE_SECRET" if read.secret else str(read.home / "secret")
    print(f"The backup is in {arguments.file}.")
    print(f"Keep a copy of the secret in another place, too: {secret}.")


def _restore(arguments: argparse.Namespace) -> None:
    """Replace the database by a copy, once the person agrees."""
    database = _file(settings())
    owner_at_the_terminal(arguments, f"This replaces all that Clone keeps in {database}.")
    restore(arguments.file, database)
    print(f"{database} is as it was in the backup. Restart your clients.")


def _file(read: Settings) -> Path:
    if is_sqlite(read.url):
        return sqlite_path(read.url)
    raise Invalid("This works on SQLite only.", hint="For Postgres use `pg_dump`: see docs/howto/back-up.md.")
