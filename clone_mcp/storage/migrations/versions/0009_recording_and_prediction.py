"""What is recorded, what is predicted from it, and the jobs; with the tenants and keys that all of it belongs to.

0009, 0010 and 0011 are the foundation: one for each concern, always run together. Before the first release there were
eleven revisions. These three make the same schema as those did at 0011, so a database at 0011 needs nothing, and the
next revision is 0012.
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.columns import Json, Text, UtcDateTime
from clone_mcp.storage.row_security import protect

revision = "0009"
down_revision = None

UNDER_ROW_SECURITY = (
    "sessions",
    "events",
    "replies",
    "phrases",
    "counters",
    "predictions",
    "feedback",
    "fits",
    "standing",
    "usage",
)
DIRECTORY = ("tenants", "api_keys", "jobs")


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
    )
    op.create_table(
        "api_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("prefix", Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scope", Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_api_keys_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_api_keys")),
    )
    op.create_index(op.f("ix_api_keys_prefix"), "api_keys", ["prefix"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("source", Text(), nullable=False),
        sa.Column("source_detail", Text(), nullable=True),
        sa.Column("project", Text(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("active_at", UtcDateTime(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=True),
        sa.Column("last_key", Text(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("summarised_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_sessions_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_tenant_id_active_at"), "sessions", ["tenant_id", "active_at"], unique=False)
    op.create_table(
        "events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("session_id", Text(), nullable=False),
        sa.Column("type", Text(), nullable=False),
        sa.Column("source", Text(), nullable=False),
        sa.Column("source_detail", Text(), nullable=True),
        sa.Column("label", Text(), nullable=True),
        sa.Column("author", Text(), nullable=False),
        sa.Column("channel", Text(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("redactions", sa.Integer(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("sentence", Text(), nullable=True),
        sa.Column("sketch", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "session_id"],
            ["sessions.tenant_id", "sessions.id"],
            name=op.f("fk_events_tenant_id_session_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_tenant_id_occurred_at"), "events", ["tenant_id", "occurred_at"], unique=False)
    op.create_index(
        op.f("ix_events_tenant_id_session_id_occurred_at"),
        "events",
        ["tenant_id", "session_id", "occurred_at"],
        unique=False,
    )
    op.create_table(
        "replies",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("session_id", Text(), nullable=False),
        sa.Column("key", Text(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("previous", Text(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("text", Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("attested", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_replies_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_replies")),
    )
    op.create_index(op.f("ix_replies_tenant_id_at"), "replies", ["tenant_id", "at"], unique=False)
    op.create_index(op.f("ix_replies_tenant_id_key"), "replies", ["tenant_id", "key"], unique=False)
    op.create_table(
        "phrases",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key", Text(), nullable=False),
        sa.Column("text", Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_phrases_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_phrases")),
    )
    op.create_index(
        op.f("ix_phrases_tenant_id_times_last_at"), "phrases", ["tenant_id", "times", "last_at"], unique=False
    )
    op.create_table(
        "counters",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_counters_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "name", name=op.f("pk_counters")),
    )
    op.create_table(
        "jobs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("dedupe_key", Text(), nullable=True),
        sa.Column("serialize_by", Text(), nullable=True),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("error", Text(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_jobs_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("tenant_id", "dedupe_key", name=op.f("uq_jobs_tenant_id_dedupe_key")),
    )
    op.create_index("ix_jobs_due", "jobs", ["finished_at", "run_at"], unique=False)
    op.create_index(op.f("ix_jobs_tenant_id_run_at"), "jobs", ["tenant_id", "run_at"], unique=False)
    op.create_table(
        "predictions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("agent", Text(), nullable=False),
        sa.Column("session_id", Text(), nullable=True),
        sa.Column("agent_input", Text(), nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("candidates", Json, nullable=False),
        sa.Column("decision", Text(), nullable=False),
        sa.Column("acted_at", UtcDateTime(), nullable=True),
        sa.Column("abstained", Text(), nullable=True),
        sa.Column("stop_recommended", sa.Boolean(), nullable=False),
        sa.Column("model", Text(), nullable=False),
        sa.Column("cited_facts", Json, nullable=False),
        sa.Column("snapshot", Json, nullable=False),
        sa.Column("latency_ms", sa.Double(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", Text(), nullable=True),
        sa.Column("outcome_by", Text(), nullable=True),
        sa.Column("outcome_at", UtcDateTime(), nullable=True),
        sa.Column("actual_response", Text(), nullable=True),
        sa.Column("degraded", Text(), nullable=True),
        sa.Column("usage", Json, nullable=True),
        sa.Column("fit", sa.Integer(), nullable=True),
        sa.Column("asked_model", Text(), nullable=True),
        sa.Column("recency_minutes", sa.Integer(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("stood", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_predictions_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_predictions")),
    )
    op.create_index(
        op.f("ix_predictions_tenant_id_created_at"), "predictions", ["tenant_id", "created_at"], unique=False
    )
    op.create_index(
        op.f("ix_predictions_tenant_id_session_id_created_at"),
        "predictions",
        ["tenant_id", "session_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "feedback",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("prediction_id", Text(), nullable=False),
        sa.Column("outcome", Text(), nullable=False),
        sa.Column("actual_response", Text(), nullable=True),
        sa.Column("by", Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("event_id", Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "prediction_id"],
            ["predictions.tenant_id", "predictions.id"],
            name=op.f("fk_feedback_tenant_id_prediction_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_feedback")),
    )
    op.create_index(
        op.f("ix_feedback_tenant_id_prediction_id"), "feedback", ["tenant_id", "prediction_id"], unique=False
    )
    op.create_table(
        "fits",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("predictor", Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("a", sa.Double(), nullable=False),
        sa.Column("b", sa.Double(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("fitted_at", UtcDateTime(), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_fits_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "predictor", "version", name=op.f("pk_fits")),
    )
    op.create_table(
        "standing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("subject", Text(), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_standing_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "name", "subject", name=op.f("pk_standing")),
    )
    op.create_table(
        "usage",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("purpose", Text(), nullable=False),
        sa.Column("model", Text(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cache_read_tokens", sa.Integer(), nullable=False),
        sa.Column("cache_write_tokens", sa.Integer(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_usage_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_usage")),
    )
    op.create_index(op.f("ix_usage_tenant_id_at"), "usage", ["tenant_id", "at"], unique=False)
    protect(op.get_bind(), tenants_tables=UNDER_ROW_SECURITY, directory=DIRECTORY)
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps to the table `jobs`
        _make_job_tables(op.get_bind())


def _make_job_tables(connection: sa.Connection) -> None:
    """procrastinate's tables as the installed version brings them, and what Clone adds to them."""
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 (a quarter of a second, and only Postgres needs it)

    ours = Path(__file__).parents[1] / "clone_jobs.sql"
    # Many statements at once, which the driver takes only past SQLAlchemy. In the same transaction all the same.
    driver: Any = connection.connection.dbapi_connection
    for script in (SchemaManager.get_schema(), ours.read_text(encoding="utf-8")):
        driver.run_async(lambda raw, script=script: raw.execute(script))
