"""The loop that works jobs off. Any process may run it, several at once; leases keep them out of each other's way."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from clone_mcp.clone import Clone
from clone_mcp.jobs.handlers import HANDLERS
from clone_mcp.ports.work import Claimed

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
_FIRST_RETRY = timedelta(seconds=30)
_LOOK_SECONDS = 5.0
"""Other processes enqueue too, and nothing tells of it."""


class Worker:
    """Works jobs off, one after the other."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone

    async def run(self) -> None:
        """Until cancelled. A job under way is then left to its lease."""
        while True:
            try:
                if not await self.one():
                    await asyncio.sleep(_LOOK_SECONDS)
            except Exception:
                log.exception("The worker could not look for jobs.")
                await asyncio.sleep(_LOOK_SECONDS)

    async def drain(self) -> int:
        """Do everything that is due now; how many jobs that was."""
        done = 0
        while await self.one():
            done += 1
        return done

    async def one(self) -> bool:
        """Do one job that is due. False when there is none."""
        now = self._clone.clock.now()
        job = await self._clone.storage.work.claim(list(HANDLERS), now=now, lease_until=now + LEASE)
        if job is None:
            return False
        try:
            await HANDLERS[job.kind](self._clone, job.tenant, job.payload)
        except Exception as exc:
            log.exception("Job %s failed, try %s", job.kind, job.attempts)
            await self._failed(job, exc)
        else:
            await self._clone.storage.work.finish(job, now=self._clone.clock.now())
        return True

    async def _failed(self, job: Claimed, exc: Exception) -> None:
        now = self._clone.clock.now()
        again = job.attempts < MOST_ATTEMPTS
        retry_at = now + _FIRST_RETRY * 4 ** (job.attempts - 1) if again else None
        await self._clone.storage.work.fail(job, type(exc).__name__, now=now, retry_at=retry_at)
