"""What a tenant uses, beside what they may."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from clone_mcp.access.limits import REQUESTS, REQUESTS_OF_DAY, STORED, Quota
from clone_mcp.models.access import Limits
from clone_mcp.ports import Clock, Storage

_DAY = 24 * 60


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
