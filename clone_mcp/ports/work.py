"""Claiming and finishing jobs: the worker's side of what units of work enqueue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Claimed:
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
    finished_at: datetime | None
    error: str | None
    running: bool


class Work(Protocol):
    """Jobs of all tenants. At least once: a lease that ends before the job is finished hands it to the next."""

    async def claim(self, kinds: Sequence[str], *, now: datetime, lease_until: datetime) -> Claimed | None:
        """The job that has been due longest, or None."""
        ...

    async def finish(self, job: Claimed, *, now: datetime) -> None:
        """It is done."""
        ...

    async def fail(self, job: Claimed, error: str, *, now: datetime, retry_at: datetime | None) -> None:
        """It failed; try again at the time given, or never."""
        ...

    async def listed(self, tenant: UUID, *, limit: int) -> Sequence[JobState]:
        """The tenant's jobs: waiting ones first, then the newest finished."""
        ...

    async def retry(self, tenant: UUID, job_id: str, *, now: datetime) -> None:
        """Make a failed job due now. Raises NotFound."""
        ...
