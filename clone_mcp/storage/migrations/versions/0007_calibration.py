"""Calibration: fits and what holds at the moment, and what became of a prediction without anybody reporting it."""

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.row_security import protect
from clone_mcp.storage.types import Json, Text, UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
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
    op.add_column("predictions", sa.Column("fit", sa.Integer(), nullable=True))
    op.add_column("predictions", sa.Column("asked_model", Text(), nullable=True))
    op.add_column("predictions", sa.Column("recency_minutes", sa.Integer(), nullable=True))
    op.add_column("predictions", sa.Column("settled_at", UtcDateTime(), nullable=True))
    op.add_column("predictions", sa.Column("stood", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("feedback", sa.Column("event_id", Text(), nullable=True))
    protect(op.get_bind(), tenants_tables=("fits", "standing"))
