"""`clone-mcp db …`: the database as a whole. What is in it is for the other commands."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from clone_mcp.app import is_sqlite, sqlite_path
from clone_mcp.cli.running import settings, with_clone
from clone_mcp.cli.terminal import confirmed, owner_at_the_terminal
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.settings import Settings


def add(actions: Any) -> None:
    """`db` and its verbs."""
    group = actions.add_parser("db", help="the database: back it up, restore it, upgrade its schema")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    verbs.add_parser("upgrade", help="bring its schema up to date").set_defaults(function=_upgrade)
    verbs.add_parser("current", help="show what its schema is at").set_defaults(function=_current)
    backup = verbs.add_parser("backup", help="write a copy of the SQLite database; Clone may go on meanwhile")
    backup.add_argument("file", type=Path, help="a new file, which you alone may read")
    backup.set_defaults(function=_backup)
    restore = verbs.add_parser("restore", help="put a backup in the place of the SQLite database")
    restore.add_argument("file", type=Path, help="as `db backup` wrote it")
    confirmed(restore)
    restore.set_defaults(function=_restore)


def _upgrade(_arguments: argparse.Namespace) -> int:
    """Bring the schema up to date. SQLite does so on opening; Postgres only here, as the owner."""
    read = settings()
    if is_sqlite(read.url):
        revision = with_clone(_revision)
    else:
        from clone_mcp.app import upgrade_postgres

        revision = asyncio.run(upgrade_postgres(read))
    print(f"The schema is at {revision}.")
    return 0


def _current(_arguments: argparse.Namespace) -> int:
    """Show the schema's revision."""
    print(with_clone(_revision))
    return 0


async def _revision(clone: Clone) -> str:
    return await clone.jobs.health.revision()


def _backup(arguments: argparse.Namespace) -> int:
    """Copy the database, and say what else to keep."""
    from clone_mcp.app import back_up

    read = settings()
    back_up(_file(read), arguments.file)
    secret = "CLONE_SECRET" if read.secret else str(read.home / "secret")
    print(f"The backup is in {arguments.file}.")
    print(f"Keep a copy of the secret in another place, too: {secret}.")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    """Replace the database by a copy, once the person agrees."""
    from clone_mcp.app import restore

    database = _file(settings())
    owner_at_the_terminal(arguments, f"This replaces all that Clone keeps in {database}.")
    restore(arguments.file, database)
    print(f"{database} is as it was in the backup. Restart your clients.")
    return 0


def _file(read: Settings) -> Path:
    if is_sqlite(read.url):
        return sqlite_path(read.url)
    raise Invalid("This works on SQLite only.", hint="For Postgres use `pg_dump`: see docs/howto/back-up.md.")
