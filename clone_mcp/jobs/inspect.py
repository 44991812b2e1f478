"""Background work as its owner sees it. Unknown ids and other people's are answered alike."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from clone_mcp.ports import Clock, Storage
from clone_mcp.ports.work import JobState


class InspectJobs:
    """Lists a tenant's jobs, and makes one due again."""

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
