"""Limits of tenants, their own keys for a model, and what they used up of the limits."""

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.row_security import protect
from clone_mcp.storage.types import Text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "tenant_settings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("requests_per_minute", sa.BigInteger(), nullable=True),
        sa.Column("tokens_per_day", sa.BigInteger(), nullable=True),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=True),
        sa.Column("model_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_tenant_settings_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_tenant_settings")),
    )
    op.create_table(
        "meters",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_meters_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "name", "period", name=op.f("pk_meters")),
    )
    protect(op.get_bind(), tenants_tables=("tenant_settings",), directory=("meters",))
