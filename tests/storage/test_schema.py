"""The schema: its rules, its two ways into being, and what happens when it is not the one this code needs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.pool import NullPool

from clone_mcp.app import SystemClock, open_storage
from clone_mcp.errors import Unavailable
from clone_mcp.settings import Settings
from clone_mcp.storage import migrate, schema, schema_version
from clone_mcp.storage import postgres as postgres_storage
from clone_mcp.storage import sqlite as sqlite_storage
from tests.support.postgres import dsn

TABLES = schema.metadata.sorted_tables
TENANTS_TABLES = [table for table in TABLES if table not in schema.NOBODYS]


@pytest.mark.parametrize("table", TENANTS_TABLES, ids=lambda table: table.name)
def test_every_key_of_a_tenants_table_starts_with_the_tenant(table):
    keys = [
        [column.name for column in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint | sa.ForeignKeyConstraint)
    ]
    to_nobodys = [["user_id"]] if table.name == "members" else []  # a reference table, on Citus
    assert {key[0] for key in keys if key not in to_nobodys} == {"tenant_id"}
    targets = [constraint.elements[0].target_fullname for constraint in table.foreign_key_constraints]
    assert all(target in ("tenants.id", "users.id") or target.endswith(".tenant_id") for target in targets)
    assert targets


@pytest.mark.parametrize("table", TENANTS_TABLES, ids=lambda table: table.name)
def test_every_index_starts_with_the_tenant_except_those_by_which_the_directory_finds_it(table):
    finding = {("api_keys", "prefix"), ("jobs", "finished_at"), ("invites", "digest")}
    finding |= {("members", "user_id"), ("sign_ins", "user_id")}
    found_by = finding if table in schema.DIRECTORY else set()
    first = {(table.name, index.columns[0].name) for index in table.indexes} - found_by
    assert first <= {(table.name, "tenant_id")}


def test_no_id_comes_from_a_sequence():
    assert [c.name for table in TABLES for c in table.columns if c.autoincrement is True or c.default is not None] == []


def test_the_revision_this_code_needs_is_where_the_migrations_lead():
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [schema.HEAD]
    numbers = [revision.revision for revision in scripts.walk_revisions()]
    assert numbers == [f"{number:04}" for number in range(int(schema.HEAD), int(schema.FOUNDATION) - 3, -1)]


def shape(connection: sa.Connection) -> dict:
    """Everything a schema consists of, as the database tells it."""
    look = sa.inspect(connection)
    return {
        table: {
            "columns": [{**column, "type": str(column["type"])} for column in look.get_columns(table)],
            "primary key": look.get_pk_constraint(table),
            "foreign keys": sorted(look.get_foreign_keys(table), key=str),
            "unique": sorted(look.get_unique_constraints(table), key=str),
            "indexes": sorted(map(_index, look.get_indexes(table)), key=str),
        }
        for table in sorted(look.get_table_names())
        if is_ours(table)
    }


def _index(told: Any) -> dict[str, Any]:
    return {**told, "dialect_options": {name: str(value) for name, value in told.get("dialect_options", {}).items()}}


def is_ours(table: str) -> bool:
    """Whether our metadata is to know it. Procrastinate's tables are its own."""
    return not table.startswith("procrastinate_")


def drift(connection: sa.Connection) -> list:
    opts = {
        "compare_type": True,
        "compare_server_default": True,
        "include_name": lambda name, kind, _parents: kind != "table" or is_ours(name),
    }
    context = MigrationContext.configure(connection, opts=opts)
    return compare_metadata(context, schema.metadata)


def test_on_sqlite_a_new_file_and_a_migrated_one_are_alike(tmp_path):
    shapes = []
    for number, prepare in enumerate((schema_version.create, migrate.upgrade)):
        with sqlite_storage.engine_for(tmp_path / f"{number}.db").begin() as connection:
            prepare(connection)
            assert drift(connection) == []
            assert schema_version.current(connection) == schema.HEAD
            shapes.append(shape(connection))
    assert shapes[0] == shapes[1]


async def test_on_postgres_what_the_metadata_says_and_what_the_migrations_make_are_alike(postgres):
    shapes = []
    for prepare in (schema_version.create, migrate.upgrade):
        async with blank(postgres) as url:
            engine = postgres_storage.engine_for(url, poolclass=NullPool)
            async with engine.begin() as connection:
                await connection.run_sync(prepare)
                assert await connection.run_sync(drift) == []
                shapes.append(await connection.run_sync(shape))
            await engine.dispose()
    assert shapes[0] == shapes[1]


class blank:
    """A database on the test server with nothing in it, for its owner."""

    def __init__(self, postgres) -> None:
        self._postgres = postgres
        self._name = f"clone_blank_{id(self)}"

    async def __aenter__(self) -> str:
        await self._postgres.execute(f"CREATE DATABASE {self._name}")
        return dsn(self._postgres.owner.set(database=self._name))

    async def __aexit__(self, *_exc) -> None:
        await self._postgres.execute(f"DROP DATABASE {self._name} WITH (FORCE)")


async def test_servers_that_upgrade_one_postgres_at_once_take_turns(postgres):
    async with blank(postgres) as url:
        assert await asyncio.gather(*(migrate.upgrade_postgres(url) for _ in range(4))) == [schema.HEAD] * 4


async def test_a_postgres_without_our_schema_is_refused_with_what_to_do(postgres):
    async with blank(postgres) as url:
        with pytest.raises(Unavailable) as refused:
            await open_storage(Settings(database_url=url), SystemClock())
    assert str(refused.value) == (
        f"The database schema is at nothing, this version of Clone needs {schema.HEAD}. "
        "Run `clone-mcp db upgrade` with the owner's URL."
    )


async def stamp(settings: Settings, revision: str) -> None:
    statement = sa.text(f"UPDATE alembic_version SET version_num = '{revision}'")
    if not settings.database_url:
        with sqlite_storage.engine_for(settings.home / "clone.db").begin() as connection:
            connection.execute(statement)
        return
    engine = postgres_storage.engine_for(settings.db_direct_url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(statement)
    await engine.dispose()


@pytest.mark.parametrize("revision", ["9999", "of somebody else"])
async def test_a_newer_schema_is_refused_and_left_alone(settings, storage, revision):
    await stamp(settings, revision)
    with pytest.raises(Unavailable) as refused:
        await open_storage(settings, SystemClock())
    assert str(refused.value) == (
        f"The database was written by a newer Clone (schema {revision}; this one knows up to {schema.HEAD}). "
        "Upgrade clone-mcp, or point CLONE_HOME or CLONE_DATABASE_URL elsewhere."
    )
    assert await storage.revision() == revision


@pytest.mark.parametrize("revision", ["0001", "0010"])
async def test_a_schema_from_before_the_foundation_is_refused_with_what_to_do(settings, storage, revision):
    await stamp(settings, revision)
    with pytest.raises(Unavailable) as refused:
        await open_storage(settings, SystemClock())
    assert f"before its first release (schema {revision}). This version upgrades schemas from 0011 on." in str(
        refused.value
    )
    assert "`clone-mcp memory export FOLDER`" in (refused.value.hint or "")
    assert "start anew" in (refused.value.hint or "")
    assert await storage.revision() == revision


async def test_upgrading_such_a_schema_is_refused_too_and_changes_nothing(postgres):
    async with blank(postgres) as url:
        await migrate.upgrade_postgres(url)
        await stamp(Settings(database_url=url, db_direct_url=url), "0004")
        with pytest.raises(Unavailable, match="before its first release"):
            await migrate.upgrade_postgres(url)


async def test_a_file_without_a_schema_is_given_one_even_when_something_else_is_in_it(tmp_path):
    settings = Settings(home=tmp_path)
    with sqlite_storage.engine_for(tmp_path / "clone.db").begin() as connection:
        connection.execute(sa.text("CREATE TABLE somebodys (x)"))
    storage = await open_storage(settings, SystemClock())
    assert await storage.revision() == schema.HEAD
    await storage.close()
