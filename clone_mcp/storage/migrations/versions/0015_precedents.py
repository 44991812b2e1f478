"""What the person's answers decided on acts, and what predictions would set in motion.

Every tenant gets a job that counts the answers that are there. Nothing is known of the acts of older predictions.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.columns import Json, Text, UtcDateTime
from clone_mcp.storage.row_security import protect

revision = "0015"
down_revision = "0014"

KIND = "precedents"  # the job's kind when this was written, whatever it may be called later
_UNCOUNTED = sa.text("counted IS NULL")
_TENANTS = sa.table("tenants", sa.column("id", sa.Uuid()))
_JOBS = sa.table(
    "jobs",
    sa.column("tenant_id", sa.Uuid()),
    sa.column("id", Text()),
    sa.column("kind", Text()),
    sa.column("payload", Json),
    sa.column("dedupe_key", Text()),
    sa.column("run_at", UtcDateTime()),
    sa.column("created_at", UtcDateTime()),
)


def _goes_with(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{table}.tenant_id", f"{table}.id"],
        name=f"fk_precedents_tenant_id_{column}",
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.add_column("predictions", sa.Column("acts", Json))
    op.add_column("predictions", sa.Column("leave", Json))
    op.add_column("replies", sa.Column("counted", sa.Boolean()))
    op.create_index(
        "ix_replies_uncounted",
        "replies",
        ["tenant_id", "at"],
        sqlite_where=_UNCOUNTED,
        postgresql_where=_UNCOUNTED,
    )
    op.create_table(
        "precedents",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", Text(), nullable=False),
        sa.Column("key", Text(), nullable=False),
        sa.Column("session_id", Text(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("attested", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reply_id", Text()),
        sa.Column("prediction_id", Text()),
        sa.PrimaryKeyConstraint("tenant_id", "source_id", "key", name="pk_precedents"),
        _goes_with("replies", "reply_id"),
        _goes_with("predictions", "prediction_id"),
    )
    for columns in (["key", "at"], ["reply_id"], ["prediction_id"]):
        op.create_index(f"ix_precedents_tenant_id_{'_'.join(columns)}", "precedents", ["tenant_id", *columns])
    connection = op.get_bind()
    protect(connection, tenants_tables=["precedents"])
    _enqueue(connection)


def _enqueue(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        each = sa.text("SELECT clone_enqueue(id, :kind, '{}', :kind, NULL, interval '0') FROM tenants")
        connection.execute(each.bindparams(sa.bindparam("kind", KIND, Text())))
        return
    now = datetime.now(UTC)
    job = {"kind": KIND, "payload": {}, "dedupe_key": KIND, "run_at": now, "created_at": now}
    for tenant in list(connection.execute(sa.select(_TENANTS.c.id)).scalars()):
        connection.execute(sa.insert(_JOBS), {**job, "tenant_id": tenant, "id": str(uuid4())})
