"""How often something was tried, counted for all servers together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from clone_mcp.storage.accounts.transactions import Transactions
from clone_mcp.storage.accounts_schema import attempts
from clone_mcp.storage.scope import Upsert

_COUNT = Upsert.into(attempts, update={"tries": lambda _new: attempts.c.tries + 1}, returning=(attempts.c.tries,))
# Few at a time, and none that another server is at: tidying up must not keep anybody waiting.
_OVER = (
    sa.select(attempts.c.bucket)
    .where(attempts.c.expires_at <= sa.bindparam("now", type_=attempts.c.expires_at.type))
    .limit(50)
    .with_for_update(skip_locked=True)
)
_TIDY = sa.delete(attempts).where(attempts.c.bucket.in_(_OVER))


class SqlAttempts:
    """The Attempts port."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def count(self, buckets: Sequence[tuple[str, datetime]], now: datetime) -> Sequence[int]:
        def within(connection: sa.Connection) -> list[int]:
            connection.execute(_TIDY, {"now": now})
            tries: dict[str, int] = {}
            for bucket, expires in sorted(buckets):  # in one order everywhere, so that no two wait for each other
                row = {"bucket": bucket, "tries": 1, "expires_at": expires}
                tries[bucket] = connection.execute(_COUNT.on(connection), row).scalar_one()
            return [tries[bucket] for bucket, _ in buckets]

        return await self._database.once(None, within)
