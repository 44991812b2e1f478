"""`clone-mcp db upgrade` and `current`, on both databases."""

from __future__ import annotations

import asyncio

import pytest

from clone_mcp.settings import Settings
from clone_mcp.storage.schema import HEAD
from tests.support.command import Command, Ran
from tests.support.postgres import Postgres

on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)


def test_the_schema_is_brought_up_to_date_and_told(command: Command) -> None:
    assert command("db", "upgrade") == Ran(0, f"The schema is at {HEAD}.\n", "")
    assert command("db", "current") == Ran(0, f"{HEAD}\n", "")


@on_postgres
def test_an_empty_postgres_asks_for_the_upgrade_which_then_makes_it(
    command: Command, postgres: Postgres, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = settings.database_url.rpartition("/")[2].partition("?")[0]
    drop = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"
    asyncio.run(postgres.execute(drop, database=name))
    refused = command("db", "current")
    assert (refused.code, refused.out) == (2, "")
    assert "Run `clone-mcp db upgrade` with the owner's URL." in refused.err
    assert command("db", "upgrade") == Ran(0, f"The schema is at {HEAD}.\n", "")
    assert command("db", "current") == Ran(0, f"{HEAD}\n", "")
