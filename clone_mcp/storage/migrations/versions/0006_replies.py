"""Replies keep what was typed, for a predictor that reads it."""

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.row_security import owner_sees
from clone_mcp.storage.types import Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("replies", sa.Column("text", Text(), server_default=sa.text("''"), nullable=False))
    # What was typed before is known by its phrase. Longer replies stay as they were counted: without a text.
    with owner_sees(op.get_bind(), "replies", "phrases"):
        op.execute(
            "UPDATE replies SET text = COALESCE((SELECT phrases.text FROM phrases "
            "WHERE phrases.tenant_id = replies.tenant_id AND phrases.key = replies.key), '')"
        )
