"""The loop that works jobs off.

Any process may run it, several at once; leases keep them out of each other's way. Which kinds there are is decided in
handlers.py.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, timedelta

from clone_mcp.logs import log_failure
from clone_mcp.ports import Clock
from clone_mcp.ports.work import DAILY, Engine, Handlers, LeasedJob, Leases, Work, retry_after

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""After so long without a word from its worker, a job is anybody's."""
GRACE = 1.5
"""Seconds that a job under way has when a server stops: less than the server waits. It is then due again."""
EXTEND_SECONDS = LEASE.total_seconds() / 4  # so that two extensions may fail
LOOK_SECONDS = 5.0
"""Other processes enqueue too, and nothing tells of it."""


class LeaseWorker:
    """Works jobs off, one after the other. Looks for new ones every `look_seconds` while there are none, and extends
    the lease of the one under way every `extend_seconds`."""

    def __init__(
        self,
        leases: Leases,
        clock: Clock,
        handlers: Handlers,
        *,
        look_seconds: float = LOOK_SECONDS,
        extend_seconds: float = EXTEND_SECONDS,
    ) -> None:
        self._leases = leases
        self._clock = clock
        self._handlers = handlers
        self._look_seconds = look_seconds
        self._extend_seconds = extend_seconds
        self._day: date | None = None

    async def run(self, *, grace: float = GRACE) -> None:
        """Until cancelled. A job under way then has `grace` seconds to end, and is left to its lease after that."""
        while True:
            step = asyncio.create_task(self._step())
            try:
                worked = await asyncio.shield(step)
            except asyncio.CancelledError:
                await asyncio.wait([step], timeout=grace)
                step.cancel()
                await asyncio.wait([step])
                raise
            if not worked:
                await asyncio.sleep(self._look_seconds)

    async def _step(self) -> bool:
        """Do one job. False when there was none, or no way to look for one."""
        try:
            await self.look_at_the_calendar()
            return await self.one()
        except Exception as exc:
            log_failure(log, "Looking for jobs", exc)
            return False

    async def drain(self) -> int:
        """Do everything that is due now; how many tries that was."""
        done = 0
        while await self.one():
            done += 1
        return done

    async def one(self) -> bool:
        """Do one job that is due. False when there is none."""
        now = self._clock.now()
        job = await self._leases.claim(list(self._handlers), now=now, lease_until=now + LEASE)
        if job is None:
            return False
        try:
            async with self._keep_lease(job):
                await self._handlers[job.kind](job.tenant, job.payload)
        except Exception as exc:
            log_failure(log, f"Job {job.kind}, try {job.attempts},", exc)
            await self._failed(job, exc)
        else:
            await self._leases.finish(job, now=self._clock.now())
        return True

    async def look_at_the_calendar(self) -> None:
        """The first look of a day, at start or after sleep too, gives every tenant its daily job."""
        now = self._clock.now()
        if DAILY in self._handlers and self._day != now.date():
            await self._leases.begin_day(now.date(), now=now)
            self._day = now.date()

    @asynccontextmanager
    async def _keep_lease(self, job: LeasedJob) -> AsyncGenerator[None]:
        """The job stays ours for as long as the block runs."""
        task = asyncio.create_task(self._extend(job))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _extend(self, job: LeasedJob) -> None:
        while True:
            await asyncio.sleep(self._extend_seconds)
            try:
                await self._leases.extend(job, lease_until=self._clock.now() + LEASE)
            except Exception as exc:
                log_failure(log, f"Extending the lease of job {job.kind}", exc)

    async def _failed(self, job: LeasedJob, exc: Exception) -> None:
        now = self._clock.now()
        wait = retry_after(job.attempts)
        await self._leases.fail(job, type(exc).__name__, now=now, retry_at=None if wait is None else now + wait)


class EngineWorker:
    """Lets the storage's own engine work them off."""

    def __init__(self, engine: Engine, handlers: Handlers, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._engine = engine
        self._handlers = handlers
        self._look_seconds = look_seconds

    async def run(self, *, grace: float = GRACE) -> None:
        """Until cancelled. Jobs under way then have `grace` seconds, and are tried again if that is too little."""
        await self._engine.run(self._handlers, grace=grace, look_seconds=self._look_seconds)

    async def drain(self) -> int:
        """Do everything that is due now; how many tries that was."""
        return await self._engine.drain(self._handlers)


Worker = LeaseWorker | EngineWorker


def worker_for(work: Work, clock: Clock, handlers: Handlers, *, look_seconds: float = LOOK_SECONDS) -> Worker:
    """The worker that suits the storage. It looks for jobs that it was not told of every `look_seconds`."""
    if isinstance(work, Engine):
        return EngineWorker(work, handlers, look_seconds=look_seconds)
    return LeaseWorker(work, clock, handlers, look_seconds=look_seconds)
