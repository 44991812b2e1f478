"""Outcomes say whether they were judged by meaning. Every tenant gets a job that judges those that are there again.

Earlier versions took words that were alike for the same answer. Until the job has come by, such outcomes are no labels.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.columns import Json, Text, UtcDateTime

revision = "0014"
down_revision = "0013"

KIND = "rejudge"  # the job's kind when this was written, whatever it may be called later
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


def upgrade() -> None:
    op.add_column("predictions", sa.Column("by_meaning", sa.Boolean()))
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        each = sa.text("SELECT clone_enqueue(id, :kind, '{}', :kind, NULL, interval '0') FROM tenants")
        connection.execute(each.bindparams(sa.bindparam("kind", KIND, Text())))
        return
    now = datetime.now(UTC)
    job = {"kind": KIND, "payload": {}, "dedupe_key": KIND, "run_at": now, "created_at": now}
    for tenant in list(connection.execute(sa.select(_TENANTS.c.id)).scalars()):
        connection.execute(sa.insert(_JOBS), {**job, "tenant_id": tenant, "id": str(uuid4())})
