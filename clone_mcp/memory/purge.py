"""Making what was erased unreadable in the database's own files: now, or once nobody reads what was before."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from clone_mcp.models.events import Job
from clone_mcp.ports import Clock, Storage, UnitOfWork

PURGE = "purge"
_AGAIN = timedelta(minutes=1)


class Purge:
    """Ends erasures. A job sees to those that could not be ended at once, or whose process died before it tried."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self.waits = False
        """Whether the last try found another process still reading what was there before."""

    @asynccontextmanager
    async def erasing(self, tenant: UUID) -> AsyncGenerator[UnitOfWork]:
        """A transaction, alone with this tenant's memory. What it takes away is then purged."""
        async with self._storage.begin(tenant) as uow:
            await uow.memory.alone(erasing=True)
            yield uow
            await self._later(uow)
        await self(tenant)

    async def __call__(self, tenant: UUID) -> None:
        """Purge now, or see to it that it is tried again."""
        self.waits = not await self._storage.purge()
        if self.waits:
            async with self._storage.begin(tenant) as uow:
                await self._later(uow)

    async def _later(self, uow: UnitOfWork) -> None:
        await uow.jobs.enqueue(Job(PURGE, dedupe_key=PURGE, run_at=self._clock.now() + _AGAIN))
