"""Jobs on Postgres: procrastinate's tables, reached in our own transactions. Its worker is loaded when one runs.

Due is what is due by the database's clock, so a time is handed over as the span from the server's own present. Every
job says in its arguments whose it is, and the random id that its tenant knows it by: procrastinate's own numbers run
through the jobs of all tenants. Its kind is its task and its queue too: a worker takes only what it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.ports.work import Handlers, JobState
from clone_mcp.storage.columns import Text
from clone_mcp.storage.database import Database
from clone_mcp.storage.jobs import no_such_job, not_to_retry

# In the order of JobState's fields.
_STATES = """
SELECT args ->> 'id' AS id, task_name AS kind, coalesce(scheduled_at, now()) AS run_at,
    attempts + (status = 'doing')::int AS attempts,
    CASE WHEN status NOT IN ('todo', 'doing') THEN
        (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type <> 'scheduled')
    END AS finished_at,
    CASE WHEN status <> 'succeeded' THEN args ->> 'error' END AS error, status = 'doing' AS running
FROM procrastinate_jobs j WHERE args ->> 'tenant' = :tenant
"""
_LISTED = sa.text(f"{_STATES} ORDER BY finished_at DESC NULLS FIRST, run_at LIMIT :most")
_ID = sa.bindparam("id", type_=Text())
_ONE = sa.text(f"{_STATES} AND args ->> 'id' = :id").bindparams(_ID)
_RETRY = sa.text(
    """
    WITH due AS (
        UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = now(), args = args - 'error'
        WHERE args ->> 'id' = :id AND args ->> 'tenant' = :tenant AND status NOT IN ('doing', 'succeeded')
        RETURNING id, queue_name
    )
    SELECT clone_wake(queue_name, id) FROM due
    """
).bindparams(_ID)


class ProcrastinateQueue:
    """The Engine port."""

    def __init__(self, database: Database, url: str, *, pooler: bool) -> None:
        self._database = database
        self._url = url
        self._pooler = pooler

    async def run(self, handlers: Handlers, *, grace: float, look_seconds: float) -> None:
        from clone_mcp.storage import procrastinate_worker  # noqa: PLC0415 (0.2 s that only a worker needs)

        await procrastinate_worker.run(self._url, handlers, pooler=self._pooler, grace=grace, look_seconds=look_seconds)

    async def drain(self, handlers: Handlers) -> int:
        from clone_mcp.storage import procrastinate_worker  # noqa: PLC0415

        return await procrastinate_worker.drain(self._url, handlers, pooler=self._pooler)

    async def listed(self, tenant: UUID, *, limit: int) -> Sequence[JobState]:
        return [JobState(*row) for row in await self._rows(_LISTED, tenant, readonly=True, most=limit)]

    async def get(self, tenant: UUID, job_id: str) -> JobState:
        for row in await self._rows(_ONE, tenant, readonly=True, id=job_id):
            return JobState(*row)
        raise no_such_job()

    async def retry(self, tenant: UUID, job_id: str, *, now: datetime) -> None:
        if not await self._rows(_RETRY, tenant, readonly=False, id=job_id):
            await self.get(tenant, job_id)
            raise not_to_retry()

    async def _rows(self, statement: sa.TextClause, tenant: UUID, *, readonly: bool, **values: Any) -> Sequence[Any]:
        def rows(connection: sa.Connection) -> Sequence[Any]:
            return connection.execute(statement, {"tenant": str(tenant), **values}).all()

        return await self._database.once(tenant, rows, readonly=readonly)
