"""Whether the database's schema is the one this code needs, told by reading one row.

Alembic takes longer to import than everything else here to run, so whoever opens a file says how to upgrade it, and
Alembic is loaded only when a schema is behind. The upgrade itself is in migrate.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from clone_mcp.errors import Unavailable
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.storage.schema import FOUNDATION, HEAD, metadata, tenants

Upgrade = Callable[[sa.Connection], None]
"""Brings an older schema up to date, in the connection's transaction."""

_VERSION = sa.text("SELECT version_num FROM alembic_version")
_VERSION_TABLE = sa.text(  # as Alembic makes it
    "CREATE TABLE alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def current(connection: sa.Connection) -> str | None:
    """The schema's revision; None when the database is empty of ours."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return read(connection)


def read(connection: sa.Connection) -> str:
    """The revision of a schema that is known to be there."""
    return connection.execute(_VERSION).scalar_one()


def bring_up_to_date(connection: sa.Connection, upgrade: Upgrade) -> None:
    """SQLite: create what is missing, upgrade what is old, refuse what is not ours to upgrade. In one transaction."""
    found = current(connection)
    if found is None:
        create(connection)
        return
    require_known(found)
    if found != HEAD:  # another process may have been faster
        upgrade(connection)


def require_current(connection: sa.Connection) -> None:
    """Postgres: servers only look."""
    found = current(connection)
    if found is not None:
        require_known(found)
    if found != HEAD:
        raise Unavailable(
            f"The database schema is at {found or 'nothing'}, this version of Clone needs {HEAD}.",
            hint="Run `clone-mcp db upgrade` with the owner's URL.",
        )


def require_known(found: str) -> None:
    """Raises Unavailable unless this code has migrations from this revision on. They are numbered without gaps."""
    if not found.isdigit() or int(found) > int(HEAD):
        raise Unavailable(
            f"The database was written by a newer Clone (schema {found}; this one knows up to {HEAD}).",
            hint="Upgrade clone-mcp, or point CLONE_HOME or CLONE_DATABASE_URL elsewhere.",
        )
    if int(found) < int(FOUNDATION):
        raise Unavailable(
            f"The database was written by a Clone from before its first release (schema {found}). "
            f"This version upgrades schemas from {FOUNDATION} on.",
            hint="Run `clone-mcp memory export FOLDER` with the version that wrote it, then, with this one and another "
            "CLONE_HOME or CLONE_DATABASE_URL, `clone-mcp memory restore FOLDER`. Or start anew there.",
        )


def create(connection: sa.Connection) -> None:
    """All tables of a new SQLite file at once, stamped, with the one local tenant."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(_VERSION_TABLE)
    connection.execute(sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
    add_local_tenant(connection)


def add_local_tenant(connection: sa.Connection) -> None:
    """The one tenant of a single-user installation, if it is not there yet."""
    if connection.execute(sa.select(tenants.c.id).where(tenants.c.id == LOCAL_TENANT)).first() is None:
        row = {"id": LOCAL_TENANT, "name": "local", "created_at": datetime.now(UTC)}
        connection.execute(sa.insert(tenants), row)
