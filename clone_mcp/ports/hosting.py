"""What a server of many tenants needs to know of them. Their keys, users and members are in accounts.py."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from clone_mcp.models.access import Limits, Tenant

Meter = tuple[str, int]
"""What is counted, and in which period: the minute or the day since 1970, or 0 for what has none."""


PAGE_SIZE = 500
"""Rows that an export holds in memory at once."""


class TenantSettings(Protocol):
    """What is set for one tenant. Absent settings are the server's."""

    async def limits(self) -> Limits:
        """The tenant's own limits; None in them where they have none."""
        ...

    async def set_limits(self, limits: Limits) -> None: ...

    async def model_key(self) -> bytes | None:
        """The tenant's own key for a model, as it was sealed."""
        ...

    async def set_model_key(self, sealed: bytes | None) -> None: ...


class Meters(Protocol):
    """What tenants used up, added up over all servers."""

    async def add(self, amounts: Mapping[tuple[UUID, Meter], int]) -> None:
        """Add to the counts of many tenants at once. Tenants that are gone are passed over."""
        ...

    async def put(self, tenant: UUID, meter: Meter, value: int) -> None:
        """Set a count that was taken anew."""
        ...

    async def read(self, tenants: Collection[UUID], meters: Collection[Meter]) -> Mapping[tuple[UUID, Meter], int]: ...

    async def forget(self, name: str, *, before: int) -> None:
        """Drop counts of periods that are long past, of every tenant."""
        ...


class Tenants(Protocol):
    """The tenants, as the operator of a server sees them."""

    async def all(self) -> Sequence[Tenant]:
        """Every tenant, oldest first."""
        ...

    async def get(self, tenant: UUID) -> Tenant: ...

    async def delete(self, tenant: UUID) -> None:
        """Remove the tenant with every row of theirs, in one transaction. Raises NotFound.

        A job of theirs that is being done is given some seconds to end first.
        """
        ...

    def everything(
        self, tenant: UUID, *, page_size: int = PAGE_SIZE
    ) -> AsyncGenerator[tuple[str, Sequence[Mapping[str, Any]]]]:
        """Every row of theirs, by table, at most `page_size` at a time: all columns but those that hold a secret."""
        ...
