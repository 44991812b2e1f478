"""Addresses that other services may send to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.access import Webhook
from clone_mcp.storage.schema import webhooks
from clone_mcp.storage.scope import InScope, Upsert, change, rows

_ADD = Upsert.into(webhooks)
_ONE = rows(webhooks).where(webhooks.c.id == sa.bindparam("webhook"))
_ALL = rows(webhooks).order_by(webhooks.c.created_at.desc(), webhooks.c.id)
_THIS = change(webhooks).where(webhooks.c.id == sa.bindparam("webhook"))
_USED = _THIS.values(used_at=sa.bindparam("when"))
_RESEALED = _THIS.values(secret=sa.bindparam("sealed"))
_REVOKED = _THIS.values(
    revoked_at=sa.func.coalesce(webhooks.c.revoked_at, sa.bindparam("when", type_=webhooks.c.revoked_at.type))
)


def _webhook(row: Any) -> Webhook:
    return Webhook(
        id=row.id,
        connector=row.connector,
        name=row.name,
        digest=row.digest,
        secret=row.secret,
        created_at=row.created_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


class SqlWebhooks:
    """The Webhooks port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def add(self, webhook: Webhook) -> None:
        row = {name: getattr(webhook, name) for name in Webhook.__dataclass_fields__}
        await self._run(lambda scope: scope.run(_ADD, **row))

    async def get(self, webhook_id: str) -> Webhook:
        row = await self._run(lambda scope: scope.run(_ONE, webhook=webhook_id).first())
        if row is None:
            raise NotFound("There is no such webhook.")
        return _webhook(row)

    async def all(self) -> Sequence[Webhook]:
        return [_webhook(row) for row in await self._run(lambda scope: scope.run(_ALL).all())]

    async def used(self, webhook_id: str, at: datetime) -> None:
        await self._run(lambda scope: scope.run(_USED, webhook=webhook_id, when=at))

    async def revoke(self, webhook_id: str, at: datetime) -> None:
        if not await self._run(lambda scope: scope.run(_REVOKED, webhook=webhook_id, when=at).rowcount):
            raise NotFound("There is no such webhook.")

    async def reseal(self, webhook_id: str, secret: bytes) -> None:
        await self._run(lambda scope: scope.run(_RESEALED, webhook=webhook_id, sealed=secret))
