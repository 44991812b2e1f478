"""Replies keep what was typed, for a predictor that reads it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.types import Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("replies", sa.Column("text", Text(), server_default=sa.text("''"), nullable=False))
    # What was typed before is known by its phrase. Longer replies stay as they were counted: without a text.
    with _owner_sees(op.get_bind(), "replies", "phrases"):
        op.execute(
            "UPDATE replies SET text = COALESCE((SELECT phrases.text FROM phrases "
            "WHERE phrases.tenant_id = replies.tenant_id AND phrases.key = replies.key), '')"
        )


@contextmanager
def _owner_sees(connection: sa.Connection, *tables: str) -> Iterator[None]:
    """Postgres: row-level security is forced on the owner too, who would change no row."""
    if connection.dialect.name != "postgresql":
        yield
        return
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
