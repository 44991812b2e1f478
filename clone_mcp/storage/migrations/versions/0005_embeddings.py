"""Embeddings of raw rows, for those who ask for them."""

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.row_security import protect
from clone_mcp.storage.types import Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "embeddings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("embedder", Text(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["events.tenant_id", "events.id"],
            name=op.f("fk_embeddings_tenant_id_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_embeddings")),
    )
    protect(op.get_bind(), tenants_tables=("embeddings",))
