"""Tenants and keys: the one place that is read before a tenant is known.

Users and members are in users.py, sign-ins in sign_ins.py. Whether a key is good is checked in access/keys.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.errors import Conflict, NotFound
from clone_mcp.models.access import ApiKey, Scope
from clone_mcp.storage.database import AcrossTenants, Database
from clone_mcp.storage.schema import api_keys, tenants
from clone_mcp.storage.scope import Upsert, fields_of, value_of
from clone_mcp.storage.sign_ins import SqlAttempts, SqlSignIns
from clone_mcp.storage.users import SqlMembers, SqlUsers

# On the path of every HTTP request, so it is built once.
_WITH_PREFIX = sa.select(api_keys).where(api_keys.c.prefix == sa.bindparam("beginning"))
_ADD_TENANT = Upsert.into(tenants)


def _key(row: Any) -> ApiKey:
    return value_of(ApiKey, row, tenant=row.tenant_id, scope=Scope(row.scope))


def _row(key: ApiKey) -> dict[str, Any]:
    fields = fields_of(key)
    return {"tenant_id": fields.pop("tenant"), **fields}


def _this(tenant: UUID, key_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(api_keys.c.tenant_id == tenant, api_keys.c.id == key_id)


def _no_key() -> NotFound:
    return NotFound("There is no such key.", hint="`clone-mcp keys list` shows the ids.")


class SqlDirectory(AcrossTenants):
    """The Directory port."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.users = SqlUsers(database)
        self.members = SqlMembers(database)
        self.sign_ins = SqlSignIns(database)
        self.attempts = SqlAttempts(database)

    async def add_tenant(self, tenant: UUID, name: str, at: datetime) -> None:
        row = {"id": tenant, "name": name, "created_at": at}
        await self._database.once(None, lambda connection: connection.execute(_ADD_TENANT.on(connection), row))

    async def add_key(self, key: ApiKey) -> None:
        await self._execute(sa.insert(api_keys).values(_row(key)))

    async def replace_key(self, old: ApiKey, new: ApiKey) -> None:
        in_use = sa.and_(_this(old.tenant, old.id), api_keys.c.revoked_at.is_(None))

        def within(connection: sa.Connection) -> None:
            if not connection.execute(sa.update(api_keys).where(in_use).values(revoked_at=new.created_at)).rowcount:
                raise Conflict("This key has been revoked.", hint="Make a new one.")
            connection.execute(sa.insert(api_keys), _row(new))

        await self._database.once(None, within)

    async def keys_with_prefix(self, prefix: str) -> Sequence[ApiKey]:
        return [_key(row) for row in await self._all(_WITH_PREFIX, {"beginning": prefix})]

    async def keys_of(self, tenant: UUID) -> Sequence[ApiKey]:
        of_tenant = sa.select(api_keys).where(api_keys.c.tenant_id == tenant)
        return [_key(row) for row in await self._all(of_tenant.order_by(api_keys.c.created_at.desc()))]

    async def key(self, tenant: UUID, key_id: str) -> ApiKey:
        row = await self._first(sa.select(api_keys).where(_this(tenant, key_id)))
        if row is None:
            raise _no_key()
        return _key(row)

    async def revoke_key(self, tenant: UUID, key_id: str, at: datetime) -> None:
        moment = sa.func.coalesce(api_keys.c.revoked_at, sa.bindparam("at", at, type_=api_keys.c.revoked_at.type))
        if not await self._execute(sa.update(api_keys).where(_this(tenant, key_id)).values(revoked_at=moment)):
            raise _no_key()

    async def touch_key(self, key: ApiKey, at: datetime) -> None:
        await self._execute(sa.update(api_keys).where(_this(key.tenant, key.id)).values(last_used_at=at))
