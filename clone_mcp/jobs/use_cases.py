"""What Jobs offers to everybody outside it: one bundle, its smallest parts, and how it is built.

Which use case a kind of job calls is in handlers.py. Layers put jobs into the queue in their own transactions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from clone_mcp.access.limits import Quota
from clone_mcp.hooks.hook_call import SPOOL
from clone_mcp.hooks.spool import Spool
from clone_mcp.jobs.deliver import Deliver
from clone_mcp.jobs.handlers import Daily, handlers
from clone_mcp.jobs.worker import Worker, worker_for
from clone_mcp.memory.use_cases import Memory
from clone_mcp.ports import Clock, Storage
from clone_mcp.ports.work import JobState
from clone_mcp.prediction.use_cases import Prediction
from clone_mcp.recording.use_cases import Recording
from clone_mcp.settings import Settings


class Health:
    """Asks the database, for probes, `doctor` and the command line."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def check(self) -> None:
        """Reach the database. Raises Unavailable."""
        await self._storage.check()

    async def revision(self) -> str:
        """The schema's revision."""
        return await self._storage.revision()


class InspectJobs:
    """Lists a tenant's jobs, and makes one due again. Unknown ids and other people's are answered alike."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def listed(self, tenant: UUID, *, limit: int) -> Sequence[JobState]:
        """What is not finished first, by when it is due, then the newest finished."""
        return await self._storage.work.listed(tenant, limit=limit)

    async def one(self, tenant: UUID, job_id: str) -> JobState:
        """One job. Raises NotFound."""
        return await self._storage.work.get(tenant, job_id)

    async def retry(self, tenant: UUID, job_id: str) -> JobState:
        """Make a job due now that failed or waits. Raises NotFound, Conflict."""
        await self._storage.work.retry(tenant, job_id, now=self._clock.now())
        return await self.one(tenant, job_id)


@dataclass(frozen=True, slots=True)
class Jobs:
    """What is done later, and how the server itself is doing."""

    worker: Worker
    inspect: InspectJobs
    deliver: Deliver
    """What hooks left, to be taken in."""
    health: Health


def jobs_over(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    quota: Quota,
    *,
    recording: Recording,
    memory: Memory,
    prediction: Prediction,
) -> Jobs:
    """The work of these layers that nobody waits for."""
    daily = Daily(storage, clock, model=memory.steps.daily is not None, quota=quota)
    return Jobs(
        worker=worker_for(storage.work, clock, handlers(memory, prediction, daily)),
        inspect=InspectJobs(storage, clock),
        deliver=Deliver(Spool(str(settings.home / SPOOL)), recording.ingest, prediction.feedback),
        health=Health(storage),
    )
