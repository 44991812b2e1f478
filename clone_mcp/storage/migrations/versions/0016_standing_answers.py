"""Standing answers, with the answers they rest on and the predictions that were answered by them.

Every tenant gets a job that looks for what was answered the same way again and again.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.columns import Json, Text, UtcDateTime
from clone_mcp.storage.row_security import protect

revision = "0016"
down_revision = "0015"

KIND = "standing"  # the job's kind when this was written, whatever it may be called later
_UNSIGNED = sa.text("sign IS NULL")
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


def _goes_with(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{of}.tenant_id", f"{of}.id"],
        name=f"fk_{table}_tenant_id_{column}",
        ondelete="CASCADE",
    )


def _of_tenant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=f"fk_{table}_tenant_id", ondelete="CASCADE")


def upgrade() -> None:
    op.add_column("replies", sa.Column("sign", Text()))
    op.create_index(
        "ix_replies_unsigned", "replies", ["tenant_id", "at"], sqlite_where=_UNSIGNED, postgresql_where=_UNSIGNED
    )
    op.create_index("ix_replies_tenant_id_sign", "replies", ["tenant_id", "sign"])
    _create_answers()
    _create_examples()
    _create_uses()
    connection = op.get_bind()
    protect(connection, tenants_tables=["standing_answers", "standing_examples", "standing_uses"])
    _enqueue(connection)


def _create_answers() -> None:
    op.create_table(
        "standing_answers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        *(sa.Column(name, Text(), nullable=False) for name in ("status", "origin", "wording", "kind", "sign")),
        sa.Column("first_very", Text(), nullable=False),
        sa.Column("marks", Json, nullable=False),
        sa.Column("reply", Text(), nullable=False),
        *(sa.Column(name, Json, nullable=False) for name in ("taken", "limits", "very")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("evidence", "sessions")),
        sa.Column("reason", Text(), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("confirmed_at", UtcDateTime()),
        _of_tenant("standing_answers"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_standing_answers"),
    )
    for column in ("sign", "status"):
        op.create_index(f"ix_standing_answers_tenant_id_{column}", "standing_answers", ["tenant_id", column])


def _create_examples() -> None:
    op.create_table(
        "standing_examples",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, Text(), nullable=False) for name in ("standing_id", "answer_id", "session_id")),
        sa.Column("at", UtcDateTime(), nullable=False),
        *(sa.Column(name, Text(), nullable=False) for name in ("wording", "reply", "kind", "very")),
        sa.PrimaryKeyConstraint("tenant_id", "standing_id", "answer_id", name="pk_standing_examples"),
        _goes_with("standing_examples", "standing_id", "standing_answers"),
        _goes_with("standing_examples", "answer_id", "replies"),
    )
    op.create_index("ix_standing_examples_tenant_id_answer_id", "standing_examples", ["tenant_id", "answer_id"])


def _create_uses() -> None:
    op.create_table(
        "standing_uses",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, Text(), nullable=False) for name in ("prediction_id", "standing_id")),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "prediction_id", name="pk_standing_uses"),
        _goes_with("standing_uses", "standing_id", "standing_answers"),
        _goes_with("standing_uses", "prediction_id", "predictions"),
    )
    op.create_index("ix_standing_uses_tenant_id_standing_id_at", "standing_uses", ["tenant_id", "standing_id", "at"])


def _enqueue(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        each = sa.text("SELECT clone_enqueue(id, :kind, '{}', :kind, NULL, interval '0') FROM tenants")
        connection.execute(each.bindparams(sa.bindparam("kind", KIND, Text())))
        return
    now = datetime.now(UTC)
    job = {"kind": KIND, "payload": {}, "dedupe_key": KIND, "run_at": now, "created_at": now}
    for tenant in list(connection.execute(sa.select(_TENANTS.c.id)).scalars()):
        connection.execute(sa.insert(_JOBS), {**job, "tenant_id": tenant, "id": str(uuid4())})
