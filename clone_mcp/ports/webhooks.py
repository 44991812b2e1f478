"""What webhooks need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from clone_mcp.models.access import Webhook


class Webhooks(Protocol):
    """Addresses, within one tenant's transaction."""

    async def add(self, webhook: Webhook) -> None:
        """Store a new one."""
        ...

    async def get(self, webhook_id: str) -> Webhook:
        """The webhook. Raises NotFound."""
        ...

    async def all(self) -> Sequence[Webhook]:
        """Newest first, revoked ones included."""
        ...

    async def used(self, webhook_id: str, at: datetime) -> None:
        """Note that something came in."""
        ...

    async def revoke(self, webhook_id: str, at: datetime) -> None:
        """Take nothing from it any more. Raises NotFound; again, and nothing changes."""
        ...

    async def reseal(self, webhook_id: str, secret: bytes) -> None:
        """Keep its signing secret as it is encrypted now."""
        ...
