"""Settings of tenants, what they used up, and all of them for the operator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.access import LOCAL_TENANT, Limits, Tenant
from clone_mcp.ports.hosting import PAGE_SIZE, Meter
from clone_mcp.storage import schema_version
from clone_mcp.storage.accounts_schema import invites, users
from clone_mcp.storage.database import Database
from clone_mcp.storage.schema import api_keys, metadata, tenant_settings, webhooks
from clone_mcp.storage.schema import meters as table_of_meters
from clone_mcp.storage.schema import tenants as table_of_tenants
from clone_mcp.storage.scope import InScope, Scope, Upsert, rows

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

_LIMITS = ("requests_per_minute", "tokens_per_day", "stored_bytes")
_SETTINGS = rows(tenant_settings)
_SET_LIMITS = Upsert.replacing(tenant_settings, _LIMITS)
_SET_KEY = Upsert.replacing(tenant_settings, ("model_key",))
_NOTHING = dict.fromkeys((*_LIMITS, "model_key"))

_THERE = sa.exists(
    sa.select(table_of_tenants.c.id).where(table_of_tenants.c.id == sa.bindparam("tenant_id", type_=sa.Uuid()))
)
_ADD = Upsert.into(table_of_meters, update={"value": lambda new: table_of_meters.c.value + new.value}, unless=~_THERE)
_PUT = Upsert.into(table_of_meters, update={"value": lambda new: new.value}, unless=~_THERE)

_THEIRS = "FROM procrastinate_jobs WHERE args ->> 'tenant' = :tenant"
_RUNNING = sa.text(f"SELECT count(*) {_THEIRS} AND status = 'doing'")
_DROP_IDLE = sa.text(f"DELETE {_THEIRS} AND status <> 'doing'")
_DROP_JOBS = sa.text(f"DELETE {_THEIRS}")


class SqlTenantSettings:
    """The TenantSettings port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def limits(self) -> Limits:
        row = await self._row()
        return Limits() if row is None else Limits(*(getattr(row, name) for name in _LIMITS))

    async def set_limits(self, limits: Limits) -> None:
        values = {**_NOTHING, **{name: getattr(limits, name) for name in _LIMITS}}
        await self._run(lambda scope: scope.run(_SET_LIMITS, **values))

    async def model_key(self) -> bytes | None:
        row = await self._row()
        return None if row is None else row.model_key

    async def set_model_key(self, sealed: bytes | None) -> None:
        await self._run(lambda scope: scope.run(_SET_KEY, **{**_NOTHING, "model_key": sealed}))

    async def _row(self) -> Any:
        return await self._run(lambda scope: scope.run(_SETTINGS).first())


class SqlMeters:
    """The Meters port. One trip for all tenants: it is no tenant's secret how busy they were this minute."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, amounts: Mapping[tuple[UUID, Meter], int]) -> None:
        # In one order, so that two servers never wait for each other.
        given = [_row(tenant, meter, value) for (tenant, meter), value in sorted(amounts.items())]
        if given:
            await self._database.once(None, lambda connection: connection.execute(_ADD.on(connection), given))

    async def put(self, tenant: UUID, meter: Meter, value: int) -> None:
        given = _row(tenant, meter, value)
        await self._database.once(None, lambda connection: connection.execute(_PUT.on(connection), given))

    async def read(self, tenants: Collection[UUID], meters: Collection[Meter]) -> Mapping[tuple[UUID, Meter], int]:
        wanted = sa.select(table_of_meters).where(
            table_of_meters.c.tenant_id.in_(tenants),
            sa.tuple_(table_of_meters.c.name, table_of_meters.c.period).in_(list(meters)),
        )
        found = await self._database.once(None, lambda connection: connection.execute(wanted).all(), readonly=True)
        return {(row.tenant_id, (row.name, row.period)): row.value for row in found}

    async def forget(self, name: str, *, before: int) -> None:
        past = sa.delete(table_of_meters).where(table_of_meters.c.name == name, table_of_meters.c.period < before)
        await self._database.once(None, lambda connection: connection.execute(past))


class SqlTenants:
    """The Tenants port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[Tenant]:
        every = sa.select(table_of_tenants).order_by(table_of_tenants.c.created_at, table_of_tenants.c.id)
        found = await self._database.once(None, lambda connection: connection.execute(every).all(), readonly=True)
        return [Tenant(row.id, row.name, row.created_at) for row in found]

    async def get(self, tenant: UUID) -> Tenant:
        this = sa.select(table_of_tenants).where(table_of_tenants.c.id == tenant)
        row = await self._database.once(None, lambda connection: connection.execute(this).first(), readonly=True)
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
    connection.execute(sa.delete(table_of_tenants).where(table_of_tenants.c.id == scope.tenant))
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


def _row(tenant: UUID, meter: Meter, value: int) -> dict[str, Any]:
    return {"tenant_id": tenant, "name": meter[0], "period": meter[1], "value": value}
