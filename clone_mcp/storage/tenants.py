"""What a tenant has set up, its limits, its own model key and its webhooks; and all tenants, for the operator.

What tenants use up stands in `usage.py`, their keys and members in `directory.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.access import LOCAL_TENANT, Limits, Tenant, Webhook
from clone_mcp.ports.hosting import PAGE_SIZE
from clone_mcp.storage import schema_version
from clone_mcp.storage.accounts_schema import invites, users
from clone_mcp.storage.database import AcrossTenants
from clone_mcp.storage.schema import api_keys, metadata, tenant_settings, tenants, webhooks
from clone_mcp.storage.scope import Repository, Scope, Upsert, change, fields_of, rows

SECRETS = {
    api_keys.c.digest,
    tenant_settings.c.model_key,
    webhooks.c.digest,
    webhooks.c.secret,
    users.c.password,
    invites.c.digest,
}
"""What an export leaves out."""
_WAITS, _WAIT_SECONDS = 20, 0.5
"""How often, and for how long, a deletion waits for the tenant's jobs under way: ten seconds, then they go, too."""

_LIMITS = ("requests_per_minute", "tokens_per_day", "stored_bytes")
_SETTINGS = rows(tenant_settings)
_SET_LIMITS = Upsert.replacing(tenant_settings, _LIMITS)
_SET_KEY = Upsert.replacing(tenant_settings, ("model_key",))

_ADD = Upsert.into(webhooks)
_FIELDS = [webhooks.c[name] for name in Webhook.__dataclass_fields__]
_ONE = rows(webhooks, *_FIELDS).where(webhooks.c.id == sa.bindparam("webhook"))
_ALL = rows(webhooks, *_FIELDS).order_by(webhooks.c.created_at.desc(), webhooks.c.id)
_THIS = change(webhooks).where(webhooks.c.id == sa.bindparam("webhook"))
_USED = _THIS.values(used_at=sa.bindparam("when"))
_RESEALED = _THIS.values(secret=sa.bindparam("sealed"))
_REVOKED = _THIS.values(
    revoked_at=sa.func.coalesce(webhooks.c.revoked_at, sa.bindparam("when", type_=webhooks.c.revoked_at.type))
)

_THEIRS = "FROM procrastinate_jobs WHERE args ->> 'tenant' = :tenant"
_RUNNING = sa.text(f"SELECT count(*) {_THEIRS} AND status = 'doing'")
_DROP_IDLE = sa.text(f"DELETE {_THEIRS} AND status <> 'doing'")
_DROP_JOBS = sa.text(f"DELETE {_THEIRS}")


class SqlTenantSettings(Repository):
    """The TenantSettings port."""

    async def limits(self) -> Limits:
        row = await self._first(_SETTINGS)
        return Limits() if row is None else Limits(*(getattr(row, name) for name in _LIMITS))

    async def set_limits(self, limits: Limits) -> None:
        await self._execute(_SET_LIMITS, **fields_of(limits), model_key=None)

    async def model_key(self) -> bytes | None:
        row = await self._first(_SETTINGS)
        return None if row is None else row.model_key

    async def set_model_key(self, sealed: bytes | None) -> None:
        await self._execute(_SET_KEY, **fields_of(Limits()), model_key=sealed)


class SqlWebhooks(Repository):
    """The Webhooks port."""

    async def add(self, webhook: Webhook) -> None:
        await self._execute(_ADD, **fields_of(webhook))

    async def get(self, webhook_id: str) -> Webhook:
        row = await self._first(_ONE, webhook=webhook_id)
        if row is None:
            raise NotFound("There is no such webhook.")
        return Webhook(*row)

    async def all(self) -> Sequence[Webhook]:
        return [Webhook(*row) for row in await self._all(_ALL)]

    async def used(self, webhook_id: str, at: datetime) -> None:
        await self._execute(_USED, webhook=webhook_id, when=at)

    async def revoke(self, webhook_id: str, at: datetime) -> None:
        if not await self._execute(_REVOKED, webhook=webhook_id, when=at):
            raise NotFound("There is no such webhook.")

    async def reseal(self, webhook_id: str, secret: bytes) -> None:
        await self._execute(_RESEALED, webhook=webhook_id, sealed=secret)


class SqlTenants(AcrossTenants):
    """The Tenants port."""

    async def all(self) -> Sequence[Tenant]:
        every = sa.select(tenants).order_by(tenants.c.created_at, tenants.c.id)
        return [Tenant(row.id, row.name, row.created_at) for row in await self._all(every)]

    async def get(self, tenant: UUID) -> Tenant:
        row = await self._first(sa.select(tenants).where(tenants.c.id == tenant))
        if row is None:
            raise NotFound("There is no such tenant.", hint="`clone-mcp tenants list` shows the ids.")
        return Tenant(row.id, row.name, row.created_at)

    async def delete(self, tenant: UUID) -> None:
        await self.get(tenant)
        await self._database.once(tenant, lambda connection: _delete(Scope(connection, tenant)))
        await self._drop_jobs(tenant)
        await self._database.purge()

    async def everything(
        self, tenant: UUID, *, page_size: int = PAGE_SIZE
    ) -> AsyncGenerator[tuple[str, Sequence[Mapping[str, Any]]]]:
        async with self._database.transaction(tenant, readonly=True) as run:
            for table in metadata.sorted_tables:
                if "tenant_id" not in table.c:
                    continue
                last: tuple[Any, ...] | None = None
                while page := await run(_page(table, tenant, last, page_size)):
                    yield table.name, [_shown(row) for row in page]
                    last = tuple(page[-1][column.name] for column in table.primary_key)

    async def _drop_jobs(self, tenant: UUID) -> None:
        """A job under way finds nothing any more and ends; its worker must still find it to say so."""
        whose = {"tenant": str(tenant)}
        for _ in range(_WAITS):
            if not await self._database.once(None, lambda connection: _running(connection, whose), readonly=True):
                break
            await asyncio.sleep(_WAIT_SECONDS)
        await self._database.once(None, lambda connection: _on_postgres(connection, _DROP_JOBS, whose))


def _delete(scope: Scope) -> None:
    """Every row goes with the tenant's own: each table refers to it, or to one that does."""
    scope.take_memory()
    scope.take_turn()
    connection = scope.connection
    _on_postgres(connection, _DROP_IDLE, {"tenant": str(scope.tenant)})
    connection.execute(sa.delete(tenants).where(tenants.c.id == scope.tenant))
    if scope.tenant == LOCAL_TENANT:
        schema_version.add_local_tenant(connection)


def _on_postgres(connection: sa.Connection, statement: sa.TextClause, values: dict[str, str]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(statement, values)


def _running(connection: sa.Connection, whose: dict[str, str]) -> int:
    return connection.execute(_RUNNING, whose).scalar_one() if connection.dialect.name == "postgresql" else 0


def _page(
    table: sa.Table, tenant: UUID, last: tuple[Any, ...] | None, page_size: int
) -> Callable[[sa.Connection], Sequence[Any]]:
    key = list(table.primary_key)
    shown = [column for column in table.c if column not in SECRETS]
    wanted = sa.select(*shown).where(table.c.tenant_id == tenant).order_by(*key).limit(page_size)
    if last is not None:
        after = sa.tuple_(*key[1:]) > sa.tuple_(
            *(sa.literal(v, c.type) for v, c in zip(last[1:], key[1:], strict=True))
        )
        wanted = wanted.where(after) if key[1:] else wanted.where(sa.false())
    return lambda connection: connection.execute(wanted).mappings().all()


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "tenant_id"}
