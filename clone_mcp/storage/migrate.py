"""Migrations with Alembic, from the scripts that ship inside the package.

Whether an upgrade is due is told without Alembic, in schema_version.py. The tables as they are now are in schema.py.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from clone_mcp.errors import Forbidden
from clone_mcp.storage import schema_version
from clone_mcp.storage.failures import lacks_a_right, translated
from clone_mcp.storage.postgres import engine_for

_AS_OWNER = (
    "Run it as the owner of the database: "
    "`CLONE_DB_DIRECT_URL=postgresql://OWNER:PASSWORD@HOST/NAME clone-mcp db upgrade`."
)
_LOCK = 0x_C10E_DB  # any number, as long as every Clone takes the same


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Bring the schema up to date in the connection's transaction. Servers that start at once take turns.

    Raises Unavailable, and changes nothing, where the schema is newer than this code or older than its foundation.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = schema_version.current(connection)
    if found is not None:
        schema_version.require_known(found)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


async def upgrade_postgres(url: str) -> str:
    """As the owner: upgrade, and say which revision the schema is at now. Raises Forbidden for any other login."""
    engine = engine_for(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
            await connection.run_sync(schema_version.add_local_tenant)
            return await connection.run_sync(schema_version.current) or ""
    except (SQLAlchemyError, OSError) as exc:
        if lacks_a_right(exc):
            raise Forbidden("This database login may not change the schema.", hint=_AS_OWNER) from exc
        raise translated(exc) from exc
    finally:
        await engine.dispose()
