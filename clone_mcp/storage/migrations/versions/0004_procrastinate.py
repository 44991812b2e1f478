"""Jobs on Postgres: procrastinate's tables as of 3.10, with what Clone adds. SQLite keeps to its own table."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

FOLDER = Path(__file__).parents[1]


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        # Copies: what a migration does must not change with the package that is installed.
        for script in ("procrastinate_3_10.sql", "clone_jobs.sql"):
            run(connection, (FOLDER / script).read_text(encoding="utf-8"))


def run(connection: sa.Connection, script: str) -> None:
    """Many statements at once, which the driver takes only past SQLAlchemy. In the same transaction all the same."""
    driver: Any = connection.connection.dbapi_connection
    driver.run_async(lambda raw: raw.execute(script))
