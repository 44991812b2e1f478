"""Work for later: enqueued on either database in the transaction that makes it necessary, and leased out on SQLite.

On Postgres, procrastinate's tables hold the jobs: what reads those stands in `procrastinate_queue.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from clone_mcp.errors import Conflict, NotFound
from clone_mcp.models.events import Job
from clone_mcp.ports.work import DAILY, KEPT, JobState, LeasedJob
from clone_mcp.storage.columns import UtcDateTime
from clone_mcp.storage.database import Database
from clone_mcp.storage.schema import jobs, tenants
from clone_mcp.storage.scope import InScope, Repository, Scope, Upsert

_ENQUEUE = Upsert(
    sqlite=Upsert.into(
        jobs,
        key=("tenant_id", "dedupe_key"),
        update={"run_at": lambda new: sa.case((new.run_at < jobs.c.run_at, new.run_at), else_=jobs.c.run_at)},
        returning=(jobs.c.id,),
    ).sqlite,
    # Due is what is due by the database's clock, so the time goes as the span from our own present.
    postgresql=sa.select(
        sa.func.clone_enqueue(
            sa.bindparam("tenant_id", type_=sa.Uuid()),
            *(
                sa.bindparam(name, type_=jobs.c[name].type)
                for name in ("kind", "payload", "dedupe_key", "serialize_by")
            ),
            sa.bindparam("run_at", type_=UtcDateTime()) - sa.bindparam("created_at", type_=UtcDateTime()),
        )
    ),
)


def enqueue(scope: Scope, job: Job, *, now: datetime) -> bool:
    """Add a job; False when one with its dedupe key waits already. Of two times the earlier counts."""
    own = str(uuid4())
    waiting = scope.run(
        _ENQUEUE,
        id=own,
        kind=job.kind,
        payload=job.payload,
        dedupe_key=job.dedupe_key,
        serialize_by=job.serialize_by,
        run_at=job.run_at or now,
        created_at=now,
    )
    return waiting.scalar_one() in (own, True)


class SqlJobs(Repository):
    """The Jobs port."""

    def __init__(self, run: InScope, now: Callable[[], datetime]) -> None:
        super().__init__(run)
        self._now = now

    async def enqueue(self, job: Job) -> bool:
        return await self._run(lambda scope: enqueue(scope, job, now=self._now()))


_NOW = sa.bindparam("now", type_=UtcDateTime())
_BELIEVABLE = sa.bindparam("believable", type_=UtcDateTime())
"""No lease reaches that far, unless it was taken before the machine's clock was set back."""
_other = jobs.alias("other")
_DUE = (
    sa.select(jobs.c.tenant_id, jobs.c.id)
    .where(
        jobs.c.finished_at.is_(None),
        jobs.c.run_at <= _NOW,
        sa.or_(jobs.c.lease_until.is_(None), ~jobs.c.lease_until.between(_NOW, _BELIEVABLE)),
        jobs.c.kind.in_(sa.bindparam("kinds", expanding=True)),
        ~sa.exists().where(
            _other.c.tenant_id == jobs.c.tenant_id,
            _other.c.serialize_by == jobs.c.serialize_by,
            _other.c.finished_at.is_(None),
            _other.c.lease_until.between(_NOW, _BELIEVABLE),
        ),
    )
    .order_by(jobs.c.run_at)
    .limit(1)
)
_TODAYS_ID = sa.bindparam("todays_id", type_=jobs.c.id.type)
_BEGIN_DAY = sa.insert(jobs).from_select(
    ["tenant_id", "id", "kind", "payload", "run_at", "created_at", "attempts"],
    sa.select(
        tenants.c.id,
        _TODAYS_ID,
        sa.literal(DAILY),
        sa.bindparam("nothing", {}, type_=jobs.c.payload.type),
        _NOW,
        _NOW,
        sa.literal(0),
    ).where(~sa.exists().where(jobs.c.tenant_id == tenants.c.id, jobs.c.id == _TODAYS_ID)),
)
_STATES = sa.select(  # in the order of JobState's fields
    *(jobs.c[name] for name in ("id", "kind", "run_at", "attempts", "finished_at", "error")),
    sa.and_(jobs.c.lease_until.is_not(None), jobs.c.finished_at.is_(None)),
)
_FORGET = sa.delete(jobs).where(jobs.c.finished_at < sa.bindparam("before", type_=UtcDateTime()))


class SqliteJobs:
    """The Leases port on the jobs table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, kinds: Sequence[str], *, now: datetime, lease_until: datetime) -> LeasedJob | None:
        wanted = {"now": now, "kinds": list(kinds), "believable": lease_until + (lease_until - now)}

        def claim(connection: sa.Connection) -> LeasedJob | None:
            due = connection.execute(_DUE, wanted).first()
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
            return LeasedJob(row.tenant_id, row.id, row.kind, row.payload, row.attempts)

        # A look without the write lock first: an idle server must not take it every few seconds.
        due = await self._database.once(None, lambda c: c.execute(_DUE, wanted).first(), readonly=True)
        return None if due is None else await self._database.once(None, claim)

    async def extend(self, job: LeasedJob, *, lease_until: datetime) -> None:
        await self._set_claimed(job, lease_until=lease_until)

    async def finish(self, job: LeasedJob, *, now: datetime) -> None:
        await self._set_claimed(job, finished_at=now, lease_until=None, error=None)

    async def fail(self, job: LeasedJob, error: str, *, now: datetime, retry_at: datetime | None) -> None:
        then = {"finished_at": now} if retry_at is None else {"run_at": retry_at}
        await self._set_claimed(job, **then, lease_until=None, error=error)

    async def begin_day(self, day: date, *, now: datetime) -> None:
        def begin(connection: sa.Connection) -> None:
            connection.execute(_BEGIN_DAY, {"todays_id": f"{DAILY}:{day}", "now": now})
            connection.execute(_FORGET, {"before": now - KEPT})

        await self._database.once(None, begin)

    async def listed(self, tenant: UUID, *, limit: int) -> Sequence[JobState]:
        newest = (jobs.c.finished_at.is_not(None), jobs.c.finished_at.desc(), jobs.c.run_at)
        wanted = _STATES.where(jobs.c.tenant_id == tenant).order_by(*newest).limit(limit)
        rows = await self._database.once(tenant, lambda c: c.execute(wanted).all(), readonly=True)
        return [JobState(*row) for row in rows]

    async def get(self, tenant: UUID, job_id: str) -> JobState:
        wanted = _STATES.where(jobs.c.tenant_id == tenant, jobs.c.id == job_id)
        row = await self._database.once(tenant, lambda c: c.execute(wanted).first(), readonly=True)
        if row is None:
            raise no_such_job()
        return JobState(*row)

    async def retry(self, tenant: UUID, job_id: str, *, now: datetime) -> None:
        due = {"run_at": now, "finished_at": None, "lease_until": None, "attempts": 0, "error": None}
        idle = sa.or_(jobs.c.error.is_not(None), jobs.c.finished_at.is_(None))
        abandoned = sa.or_(jobs.c.lease_until.is_(None), jobs.c.lease_until < now)
        if not await self._set(tenant, job_id, idle, abandoned, **due):
            await self.get(tenant, job_id)
            raise not_to_retry()

    async def _set_claimed(self, job: LeasedJob, **values: Any) -> None:
        still_ours = sa.and_(jobs.c.attempts == job.attempts, jobs.c.finished_at.is_(None))
        await self._set(job.tenant, job.id, still_ours, **values)

    async def _set(self, tenant: UUID, job_id: str, *conditions: sa.ColumnElement[bool], **values: Any) -> int:
        this = sa.and_(jobs.c.tenant_id == tenant, jobs.c.id == job_id, *conditions)
        statement = sa.update(jobs).where(this).values(**values)
        return await self._database.once(tenant, lambda connection: connection.execute(statement).rowcount)


def no_such_job() -> NotFound:
    return NotFound("There is no such job.", hint="`clone-mcp jobs` lists them.")


def not_to_retry() -> Conflict:
    return Conflict("Only a job that failed or waits can be made due.", hint="This one is running or done.")
