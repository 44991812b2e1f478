"""Tenants and keys: the one place that is read before a tenant is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.errors import Conflict, NotFound
from clone_mcp.models.access import ApiKey, Scope
from clone_mcp.storage.database import Run
from clone_mcp.storage.schema import api_keys, tenants
from clone_mcp.storage.scope import Upsert
from clone_mcp.storage.sign_ins import SqlAttempts, SqlSignIns
from clone_mcp.storage.users import SqlMembers, SqlUsers

T = TypeVar("T")

_WITH_PREFIX = sa.select(api_keys).where(api_keys.c.prefix == sa.bindparam("beginning"))
_ADD_TENANT = Upsert.into(tenants)


class _Transactions(Protocol):
    def transaction(self, tenant: UUID | None, *, readonly: bool) -> AbstractAsyncContextManager[Run]: ...

    async def once(
        self, tenant: UUID | None, function: Callable[[sa.Connection], T], *, readonly: bool = False
    ) -> T: ...


def _key(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        tenant=row.tenant_id,
        name=row.name,
        prefix=row.prefix,
        digest=row.digest,
        scope=Scope(row.scope),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def _columns(key: ApiKey) -> dict[str, Any]:
    return {
        "tenant_id": key.tenant,
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "digest": key.digest,
        "scope": key.scope,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }


def _no_key() -> NotFound:
    return NotFound("There is no such key.", hint="`clone-mcp keys list` shows the ids.")


class SqlDirectory:
    """The Directory port."""

    def __init__(self, database: _Transactions) -> None:
        self._database = database
        self.users = SqlUsers(database)
        self.members = SqlMembers(database)
        self.sign_ins = SqlSignIns(database)
        self.attempts = SqlAttempts(database)

    async def add_tenant(self, tenant: UUID, name: str, at: datetime) -> None:
        row = {"id": tenant, "name": name, "created_at": at}
        async with self._database.transaction(None, readonly=False) as run:
            await run(lambda connection: connection.execute(_ADD_TENANT.on(connection), row))

    async def add_key(self, key: ApiKey) -> None:
        await self._execute(sa.insert(api_keys).values(_columns(key)))

    async def replace_key(self, old: ApiKey, new: ApiKey) -> None:
        in_use = sa.and_(api_keys.c.tenant_id == old.tenant, api_keys.c.id == old.id, api_keys.c.revoked_at.is_(None))

        def within(connection: sa.Connection) -> None:
            if not connection.execute(sa.update(api_keys).where(in_use).values(revoked_at=new.created_at)).rowcount:
                raise Conflict("This key has been revoked.", hint="Make a new one.")
            connection.execute(sa.insert(api_keys), _columns(new))

        await self._database.once(None, within)

    async def keys_with_prefix(self, prefix: str) -> Sequence[ApiKey]:
        # On the path of every HTTP request, so the statement is built once.
        values = {"beginning": prefix}
        found = await self._database.once(None, lambda c: c.execute(_WITH_PREFIX, values).all(), readonly=True)
        return [_key(row) for row in found]

    async def keys_of(self, tenant: UUID) -> Sequence[ApiKey]:
        of_tenant = sa.select(api_keys).where(api_keys.c.tenant_id == tenant)
        return await self._keys(of_tenant.order_by(api_keys.c.created_at.desc()))

    async def key(self, tenant: UUID, key_id: str) -> ApiKey:
        found = await self._keys(sa.select(api_keys).where(api_keys.c.tenant_id == tenant, api_keys.c.id == key_id))
        if not found:
            raise _no_key()
        return found[0]

    async def revoke_key(self, tenant: UUID, key_id: str, at: datetime) -> None:
        this = sa.and_(api_keys.c.tenant_id == tenant, api_keys.c.id == key_id)
        moment = sa.func.coalesce(api_keys.c.revoked_at, sa.bindparam("at", at, type_=api_keys.c.revoked_at.type))
        if not await self._execute(sa.update(api_keys).where(this).values(revoked_at=moment)):
            raise _no_key()

    async def touch_key(self, key: ApiKey, at: datetime) -> None:
        this = sa.and_(api_keys.c.tenant_id == key.tenant, api_keys.c.id == key.id)
        await self._execute(sa.update(api_keys).where(this).values(last_used_at=at))

    async def _keys(self, statement: sa.Select[Any]) -> Sequence[ApiKey]:
        async with self._database.transaction(None, readonly=True) as run:
            return [_key(row) for row in await run(lambda connection: connection.execute(statement).all())]

    async def _execute(self, statement: sa.UpdateBase) -> int:
        async with self._database.transaction(None, readonly=False) as run:
            return await run(lambda connection: connection.execute(statement).rowcount)
