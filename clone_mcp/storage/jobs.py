"""Work for later, kept in the transaction that makes it necessary."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from clone_mcp.models.events import Job
from clone_mcp.storage.procrastinate_queue import ENQUEUE
from clone_mcp.storage.schema import jobs
from clone_mcp.storage.scope import Scope, Upsert

_ENQUEUE = Upsert(
    sqlite=Upsert.into(
        jobs,
        key=("tenant_id", "dedupe_key"),
        update={"run_at": lambda new: sa.case((new.run_at < jobs.c.run_at, new.run_at), else_=jobs.c.run_at)},
        returning=(jobs.c.id,),
    ).sqlite,
    postgresql=ENQUEUE,
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
        lease_until=None,
        attempts=0,
        finished_at=None,
        error=None,
    )
    return waiting.scalar_one() in (own, True)


class SqlJobs:
    """The Jobs port."""

    def __init__(self, run: Callable[[Callable[[Scope], Any]], Awaitable[Any]], now: Callable[[], datetime]) -> None:
        self._run = run
        self._now = now

    async def enqueue(self, job: Job) -> bool:
        return await self._run(lambda scope: enqueue(scope, job, now=self._now()))
