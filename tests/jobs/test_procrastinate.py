"""The copy of procrastinate's schema that our migration applies is that of the package we use."""

from __future__ import annotations

from pathlib import Path

from procrastinate import schema

from clone_mcp.storage import migrate

COPY = Path(migrate.__file__).parent / "migrations" / "procrastinate_3_10.sql"


def test_the_schema_we_migrate_to_is_that_of_the_installed_package():
    # When this fails after an update: add a migration with what the new version changes, and its schema as a new copy.
    assert COPY.read_text(encoding="utf-8") == schema.SchemaManager.get_schema()
