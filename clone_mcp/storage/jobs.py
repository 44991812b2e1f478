"""Work for later, kept in the transaction that makes it necessary."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from clone_mcp.models.events import Job
from clone_mcp.storage.schema import jobs
from clone_mcp.storage.scope import Scope, Upsert

_ENQUEUE = Upsert.into(jobs, key=("tenant_id", "dedupe_key"), returning=(jobs.c.id,))


def enqueue(scope: Scope, job: Job, *, now: datetime) -> bool:
    """Add a job; False when one with its dedupe key waits already."""
    added = scope.run(
        _ENQUEUE,
        id=str(uuid4()),
        kind=job.kind,
        payload=job.payload,
        dedupe_key=job.dedupe_key,
        serialize_by=job.serialize_by,
        run_at=job.run_at or now,
        created_at=now,
    )
    return added.first() is not None


class SqlJobs:
    """The Jobs port."""

    def __init__(self, run: Callable[[Callable[[Scope], Any]], Awaitable[Any]], now: Callable[[], datetime]) -> None:
        self._run = run
        self._now = now

    async def enqueue(self, job: Job) -> bool:
        return await self._run(lambda scope: enqueue(scope, job, now=self._now()))
