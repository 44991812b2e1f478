"""Tenants as the operator of a server deals with them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from clone_mcp.models.access import Limits, Tenant
from clone_mcp.ports import Clock, Storage


class Tenants:
    """Adds, lists, limits and deletes them. No caller's scope allows this: it is for the command line alone."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def add(self, name: str) -> Tenant:
        """A new tenant, with nothing in it."""
        tenant = Tenant(uuid4(), name, self._clock.now())
        await self._storage.directory.add_tenant(tenant.id, name, tenant.created_at)
        return tenant

    async def all(self) -> Sequence[Tenant]:
        """Every tenant, oldest first."""
        return await self._storage.tenants.all()

    async def get(self, tenant: UUID) -> Tenant:
        """The tenant. Raises NotFound."""
        return await self._storage.tenants.get(tenant)

    async def limit(self, tenant: UUID, limits: Limits) -> None:
        """Replace a tenant's own limits. Servers know of it within half a minute. Raises NotFound."""
        await self._storage.tenants.get(tenant)
        async with self._storage.begin(tenant) as uow:
            await uow.settings.set_limits(limits)

    async def delete(self, tenant: UUID) -> None:
        """Delete a tenant and all that was ever kept of them. Raises NotFound."""
        await self._storage.tenants.delete(tenant)
