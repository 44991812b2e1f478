"""How much each tenant may use and does use, held to without a write for each request.

A server counts by itself and every few seconds adds its counts to the database's, from which it learns what the others
counted. So with several servers a limit gives way by what the others answer between two such moments, and no more.
What is worth guessing at is counted one by one, in throttle.py; what models cost, in spending.py.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from clone_mcp.errors import CloneError, RateLimited
from clone_mcp.models.access import Limits
from clone_mcp.ports import Clock, Storage
from clone_mcp.ports.hosting import Meter

FLUSH_SECONDS = 2.0
"""How often counts are added up. What a server that is killed had not added yet is not counted."""
REQUESTS, REQUESTS_OF_DAY, BYTES = "requests", "requests of day", "bytes"
STORED: Meter = (BYTES, 0)
_LEARN_AGAIN_SECONDS = 30.0
"""How soon a server notices that an operator changed a limit, or that something was deleted."""
_MINUTES_KEPT = 10
"""Only the present minute is ever read; the others are for servers whose clocks are behind."""
_DAY = 24 * 60
"""In minutes."""


@dataclass(slots=True)
class _Known:
    """What this server knows of a tenant."""

    limits: Limits
    minute: int
    requests: int
    stored: int
    learned: float
    recounted: float = float("-inf")


class Quota:
    """Counts what tenants use, and says no when it is too much."""

    def __init__(self, storage: Storage, clock: Clock, default: Limits) -> None:
        self._storage = storage
        self._clock = clock
        self.default = default
        self._known: dict[UUID, _Known] = {}
        self._pending: defaultdict[tuple[UUID, Meter], int] = defaultdict(int)

    async def admit(self, tenant: UUID) -> None:
        """Count a request. Raises RateLimited, with when to come again, if it is over the minute's limit."""
        known, minute = await self._of(tenant), self.minute()
        if known.minute != minute:
            known.minute, known.requests = minute, 0
        most = known.limits.requests_per_minute
        if most and known.requests >= most:
            raise RateLimited(
                f"This account may make {most:,} requests a minute.",
                hint="Wait for the next one, or ask the operator for more.",
                retry_after=(minute + 1) * 60 - self._clock.now().timestamp(),
            )
        known.requests += 1
        self._pending[tenant, (REQUESTS, minute)] += 1
        self._pending[tenant, (REQUESTS_OF_DAY, minute // _DAY)] += 1

    async def room(self, tenant: UUID, size: int) -> None:
        """See that so many bytes may still be stored. Raises RateLimited if they may not.

        Holds for requests that were admitted: what a person does on their own machine has no limits to look up.
        """
        known = self._known.get(tenant)
        most = known.limits.stored_bytes if known else 0
        if known is None or not most or known.stored + size <= most:
            return
        if self._clock.monotonic() - known.recounted > _LEARN_AGAIN_SECONDS:  # something may have been deleted
            known.stored, known.recounted = await self.recount(tenant), self._clock.monotonic()
        if known.stored + size > most:
            raise RateLimited(
                f"This account may store {most:,} bytes, and they are used up.",
                hint="Delete what is not needed, or ask the operator for more.",
            )

    def stored(self, tenant: UUID, size: int) -> None:
        """Count bytes that were stored."""
        self._pending[tenant, STORED] += size
        if known := self._known.get(tenant):
            known.stored += size

    async def recount(self, tenant: UUID) -> int:
        """Count a tenant's bytes anew, from what is there."""
        self._pending.pop((tenant, STORED), None)
        async with self._storage.begin(tenant, readonly=True) as uow:
            size = await uow.events.size()
        await self._storage.meters.put(tenant, STORED, size)
        return size

    async def flush(self) -> None:
        """Add this server's counts to the database's, and learn the others'. What can't be added now is kept."""
        pending, self._pending = self._pending, defaultdict(int)
        if not pending:
            return
        try:
            await self._storage.meters.add(pending)
        except CloneError:
            for key, amount in pending.items():
                self._pending[key] += amount
            raise
        await self._learn({tenant for tenant, _ in pending})

    async def forget(self) -> None:
        """Drop what is long past: minutes here and in the database, and tenants that are quiet."""
        now = self._clock.monotonic()
        self._known = {key: it for key, it in self._known.items() if now - it.learned <= _LEARN_AGAIN_SECONDS}
        await self._storage.meters.forget(REQUESTS, before=self.minute() - _MINUTES_KEPT)

    def minute(self) -> int:
        """The present minute, counted from 1970."""
        return int(self._clock.now().timestamp()) // 60

    async def _of(self, tenant: UUID) -> _Known:
        known = self._known.get(tenant)
        if known is not None and self._clock.monotonic() - known.learned <= _LEARN_AGAIN_SECONDS:
            return known
        async with self._storage.begin(tenant, readonly=True) as uow:
            own = await uow.settings.limits()
        recounted = self._known[tenant].recounted if tenant in self._known else float("-inf")
        limits = own.over(self.default)
        self._known[tenant] = _Known(limits, self.minute(), 0, 0, self._clock.monotonic(), recounted)
        await self._learn({tenant})
        return self._known[tenant]

    async def _learn(self, tenants: set[UUID]) -> None:
        """Take the database's counts over, with what has not been added to them yet."""
        minute = self.minute()
        found = await self._storage.meters.read(tenants, [(REQUESTS, minute), STORED])
        for tenant in tenants & self._known.keys():
            known = self._known[tenant]
            requests = (tenant, (REQUESTS, minute))
            known.minute, known.requests = minute, found.get(requests, 0) + self._pending.get(requests, 0)
            known.stored = found.get((tenant, STORED), 0) + self._pending.get((tenant, STORED), 0)


@dataclass(frozen=True, slots=True)
class TenantUsage:
    """A tenant's figures. Those of requests and bytes may lag behind by some seconds."""

    requests_this_minute: int
    requests_today: int
    model_calls_today: int
    tokens_today: int
    """Of every kind, calls under way counted at the most they can use."""
    stored_bytes: int
    limits: Limits
    """In force: the tenant's own, and the server's where they have none. 0 is any amount."""


class ReadUsage:
    """Tells a tenant's usage. Days are UTC's."""

    def __init__(self, storage: Storage, clock: Clock, quota: Quota) -> None:
        self._storage = storage
        self._clock = clock
        self._quota = quota

    async def __call__(self, tenant: UUID) -> TenantUsage:
        minute = self._quota.minute()
        this_minute, today = (REQUESTS, minute), (REQUESTS_OF_DAY, minute // _DAY)
        midnight = self._clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        async with self._storage.begin(tenant, readonly=True) as uow:
            calls = await uow.usage.since(midnight)
            own = await uow.settings.limits()
        counts = await self._storage.meters.read([tenant], [this_minute, today, STORED])
        return TenantUsage(
            requests_this_minute=counts.get((tenant, this_minute), 0),
            requests_today=counts.get((tenant, today), 0),
            model_calls_today=len(calls),
            tokens_today=sum(call.usage.total for call in calls),
            stored_bytes=counts.get((tenant, STORED), 0),
            limits=own.over(self._quota.default),
        )
