"""Replies remember whether somebody vouches for them or an agent only claims them."""

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.row_security import owner_sees

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("replies", sa.Column("attested", sa.Boolean(), server_default=sa.false(), nullable=False))
    # By how the event came, or who told of it. Of what has neither any more nobody knows: that stays claimed.
    with owner_sees(op.get_bind(), "replies", "events", "feedback"):
        op.execute(
            "UPDATE replies SET attested = true WHERE EXISTS (SELECT 1 FROM events "
            "WHERE events.tenant_id = replies.tenant_id AND events.id = replies.id AND events.channel = 'attested')"
        )
        op.execute(
            "UPDATE replies SET attested = true WHERE "
            "EXISTS (SELECT 1 FROM feedback WHERE feedback.tenant_id = replies.tenant_id AND feedback.prediction_id "
            "= replies.id AND actual_response IS NOT NULL AND \"by\" IN ('owner', 'recorder')) AND NOT "
            "EXISTS (SELECT 1 FROM feedback WHERE feedback.tenant_id = replies.tenant_id AND feedback.prediction_id "
            "= replies.id AND actual_response IS NOT NULL AND \"by\" = 'agent')"
        )
