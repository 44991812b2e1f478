"""Work for later: enqueued by units of work, done by a worker.

Storage either leases its jobs out, and a loop of ours works them off, or it comes with an engine that does so itself.
Which kinds of jobs there are is decided in jobs/handlers.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from clone_mcp.models.events import Job

Handlers = Mapping[str, Callable[[UUID, dict[str, Any]], Awaitable[object]]]
"""What does each kind of job, given whose it is and its payload."""

DAILY = "daily"
"""The kind of job that every tenant gets once a day, if there is a handler for it."""

MOST_ATTEMPTS = 5
"""With the waits between them, a job is given up after three quarters of an hour: 30 s, 2, 8 and 32 minutes."""
KEPT = timedelta(days=30)
"""How long a finished job is still listed."""
_FIRST_RETRY = timedelta(seconds=30)


def retry_after(attempts: int) -> timedelta | None:
    """How long a job waits that has failed so many times; None when it is given up."""
    return _FIRST_RETRY * 4 ** (attempts - 1) if attempts < MOST_ATTEMPTS else None


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """A job this process is working on, until its lease ends."""

    tenant: UUID
    id: str
    kind: str
    payload: dict[str, Any]
    attempts: int
    """Which try this is, from 1."""


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as the person sees it."""

    id: str
    kind: str
    run_at: datetime
    attempts: int
    """How many tries have begun."""
    finished_at: datetime | None
    error: str | None
    """What went wrong with the last try, if it did."""
    running: bool


class Jobs(Protocol):
    """Work for later, enqueued in this transaction."""

    async def enqueue(self, job: Job) -> bool:
        """Add the job, or hurry the one with its dedupe key that waits already. Says whether it was added."""
        ...


class Queue(Protocol):
    """Jobs as a tenant sees its own. A foreign id and an unknown one are answered alike."""

    async def listed(self, tenant: UUID, *, limit: int) -> Sequence[JobState]:
        """The tenant's jobs: those not finished first, by when they are due, then the newest finished."""
        ...

    async def get(self, tenant: UUID, job_id: str) -> JobState: ...

    async def retry(self, tenant: UUID, job_id: str, *, now: datetime) -> None:
        """Make a job that failed or waits due now, with all its tries. Raises NotFound, and Conflict on any other."""
        ...


class Leases(Queue, Protocol):
    """Jobs of all tenants, leased. At least once: a lease that ends before the job is finished hands it to the next."""

    async def claim(self, kinds: Sequence[str], *, now: datetime, lease_until: datetime) -> LeasedJob | None:
        """The job that has been due longest, or None. Of jobs with one `serialize_by` only one is out at a time."""
        ...

    async def extend(self, job: LeasedJob, *, lease_until: datetime) -> None:
        """It takes longer. Does nothing once the lease has gone to somebody else."""
        ...

    async def finish(self, job: LeasedJob, *, now: datetime) -> None:
        """It is done. Does nothing once the lease has gone to somebody else."""
        ...

    async def fail(self, job: LeasedJob, error: str, *, now: datetime, retry_at: datetime | None) -> None:
        """It failed; try again at the time given, or never."""
        ...

    async def begin_day(self, day: date, *, now: datetime) -> None:
        """Give every tenant its DAILY job for this day, once however often it is called, and forget old jobs."""
        ...


@runtime_checkable
class Engine(Queue, Protocol):
    """Jobs of all tenants, worked off by the engine that keeps them. At least once, tried again as `retry_after` says.

    The DAILY jobs are the engine's to give.
    """

    async def run(self, handlers: Handlers, *, grace: float, look_seconds: float) -> None:
        """Until cancelled; jobs under way then have `grace` seconds.

        Looks every `look_seconds` for jobs that it was not told of, and for a database that is out of reach.
        """
        ...

    async def drain(self, handlers: Handlers) -> int:
        """Do everything that is due now; how many tries that was. Raises Unavailable."""
        ...


Work = Leases | Engine
