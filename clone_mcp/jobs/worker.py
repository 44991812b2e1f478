"""The loop that works jobs off. Any process may run it, several at once; leases keep them out of each other's way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta

from clone_mcp.jobs.handlers import Handler
from clone_mcp.ports import Clock
from clone_mcp.ports.work import Claimed, Work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
_FIRST_RETRY = timedelta(seconds=30)
_LOOK_SECONDS = 5.0
"""Other processes enqueue too, and nothing tells of it."""


class Worker:
    """Works jobs off, one after the other."""

    def __init__(self, work: Work, clock: Clock, handlers: Mapping[str, Handler]) -> None:
        self._work = work
        self._clock = clock
        self._handlers = handlers

    async def run(self) -> None:
        """Until cancelled. A job under way is then left to its lease."""
        while True:
            try:
                if await self.one():
                    continue
            except Exception:
                log.exception("The worker could not look for jobs")
            await asyncio.sleep(_LOOK_SECONDS)

    async def drain(self) -> int:
        """Do everything that is due now; how many jobs that was."""
        done = 0
        while await self.one():
            done += 1
        return done

    async def one(self) -> bool:
        """Do one job that is due. False when there is none."""
        now = self._clock.now()
        job = await self._work.claim(list(self._handlers), now=now, lease_until=now + LEASE)
        if job is None:
            return False
        try:
            await self._handlers[job.kind](job.tenant, job.payload)
        except Exception as exc:
            log.exception("Job %s failed, try %s", job.kind, job.attempts)
            await self._failed(job, exc)
        else:
            await self._work.finish(job, now=self._clock.now())
        return True

    async def _failed(self, job: Claimed, exc: Exception) -> None:
        now = self._clock.now()
        again = job.attempts < MOST_ATTEMPTS
        retry_at = now + _FIRST_RETRY * 4 ** (job.attempts - 1) if again else None
        await self._work.fail(job, type(exc).__name__, now=now, retry_at=retry_at)
