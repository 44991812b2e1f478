"""Language models: what they used up, which predictions they made, which episodes they have read."""

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.row_security import protect
from clone_mcp.storage.types import Json, Text, UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
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
    op.add_column("predictions", sa.Column("degraded", Text(), nullable=True))
    op.add_column("predictions", sa.Column("usage", Json, nullable=True))
    op.add_column("episodes", sa.Column("distilled_at", UtcDateTime(), nullable=True))
    protect(op.get_bind(), tenants_tables=("usage",))
