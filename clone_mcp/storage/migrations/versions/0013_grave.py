"""Predictions say whether their first candidate would begin something that only the person may.

Nothing is known of older ones: nobody suggests or acts on those any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("predictions", sa.Column("grave", sa.Boolean()))
