"""Jobs on our own table, leased: for SQLite, where no job engine lives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.ports.work import Claimed, JobState
from clone_mcp.storage.database import Database
from clone_mcp.storage.schema import jobs

_DUE = (
    sa.select(jobs.c.tenant_id, jobs.c.id)
    .where(
        jobs.c.finished_at.is_(None),
        jobs.c.run_at <= sa.bindparam("now", type_=jobs.c.run_at.type),
        sa.or_(jobs.c.lease_until.is_(None), jobs.c.lease_until < sa.bindparam("now", type_=jobs.c.run_at.type)),
        jobs.c.kind.in_(sa.bindparam("kinds", expanding=True)),
    )
    .order_by(jobs.c.run_at)
    .limit(1)
)
_TAKE = _DUE.with_for_update(skip_locked=True)


class SqlWork:
    """The Work port on the jobs table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, kinds: Sequence[str], *, now: datetime, lease_until: datetime) -> Claimed | None:
        def claim(connection: sa.Connection) -> Claimed | None:
            due = connection.execute(_TAKE, {"now": now, "kinds": list(kinds)}).first()
            if due is None:
                return None
            # Taken out of the queue: what is enqueued from now on is a job of its own and is not swallowed by this one.
            taken = (
                sa.update(jobs)
                .where(jobs.c.tenant_id == due.tenant_id, jobs.c.id == due.id)
                .values(lease_until=lease_until, attempts=jobs.c.attempts + 1, dedupe_key=None)
                .returning(jobs.c.tenant_id, jobs.c.id, jobs.c.kind, jobs.c.payload, jobs.c.attempts)
            )
            row = connection.execute(taken).one()
            return Claimed(row.tenant_id, row.id, row.kind, row.payload, row.attempts)

        # A look without the write lock first: an idle server must not take it every few seconds.
        async with self._database.transaction(None, readonly=True) as run:
            due = await run(lambda connection: connection.execute(_DUE, {"now": now, "kinds": list(kinds)}).first())
        if due is None:
            return None
        async with self._database.transaction(None, readonly=False) as run:
            return await run(claim)

    async def finish(self, job: Claimed, *, now: datetime) -> None:
        await self._set(job.tenant, job.id, finished_at=now, lease_until=None, error=None)

    async def fail(self, job: Claimed, error: str, *, now: datetime, retry_at: datetime | None) -> None:
        if retry_at is None:
            await self._set(job.tenant, job.id, finished_at=now, lease_until=None, error=error)
        else:
            await self._set(job.tenant, job.id, run_at=retry_at, lease_until=None, error=error)

    async def listed(self, tenant: UUID, *, limit: int) -> Sequence[JobState]:
        wanted = (
            sa.select(jobs)
            .where(jobs.c.tenant_id == tenant)
            .order_by(jobs.c.finished_at.is_not(None), jobs.c.finished_at.desc(), jobs.c.run_at)
            .limit(limit)
        )
        async with self._database.transaction(tenant, readonly=True) as run:
            return [_state(row) for row in await run(lambda connection: connection.execute(wanted).all())]

    async def retry(self, tenant: UUID, job_id: str, *, now: datetime) -> None:
        if not await self._set(tenant, job_id, run_at=now, finished_at=None, lease_until=None, attempts=0):
            raise NotFound("There is no such job.", hint="`clone-mcp jobs` lists them.")

    async def _set(self, tenant: UUID, job_id: str, **values: Any) -> int:
        this = sa.and_(jobs.c.tenant_id == tenant, jobs.c.id == job_id)
        statement = sa.update(jobs).where(this).values(**values)
        async with self._database.transaction(tenant, readonly=False) as run:
            return await run(lambda connection: connection.execute(statement).rowcount)


def _state(row: Any) -> JobState:
    return JobState(
        id=row.id,
        kind=row.kind,
        run_at=row.run_at,
        attempts=row.attempts,
        finished_at=row.finished_at,
        error=row.error,
        running=row.lease_until is not None and row.finished_at is None,
    )
