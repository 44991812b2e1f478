"""What was used up: by calls of language models, one by one, and by tenants, as sums to hold their limits against.

The limits are stored in tenants.py, and held to in access/limits.py and access/spending.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.models.usage import ModelCall, Purpose, Usage
from clone_mcp.ports.hosting import Meter
from clone_mcp.storage.database import AcrossTenants
from clone_mcp.storage.schema import meters, tenants, usage
from clone_mcp.storage.scope import Repository, Scope, Upsert, fields_of, rows

_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
_BOOK = Upsert.replacing(usage, (*_TOKENS, "estimated"))
_SINCE = rows(usage).where(usage.c.at >= sa.bindparam("moment")).order_by(usage.c.at, usage.c.id)
_LAST = rows(usage, sa.func.max(usage.c.at).label("at")).where(usage.c.purpose == sa.bindparam("what_for"))


def _call(row: Any) -> ModelCall:
    used = Usage(**{name: getattr(row, name) for name in _TOKENS})
    return ModelCall(row.id, row.at, Purpose(row.purpose), row.model, used, row.estimated)


def _since(scope: Scope, moment: datetime) -> list[Any]:
    scope.take_turn()
    return list(scope.run(_SINCE, moment=moment).all())


class SqlModelCalls(Repository):
    """The ModelCalls port."""

    async def since(self, moment: datetime) -> Sequence[ModelCall]:
        return [_call(row) for row in await self._run(lambda scope: _since(scope, moment))]

    async def book(self, call: ModelCall) -> None:
        fields = fields_of(call)
        await self._execute(_BOOK, **fields_of(fields.pop("usage")), **fields)

    async def last(self, purpose: Purpose) -> datetime | None:
        return await self._scalar(_LAST, what_for=purpose)


_counts = meters.c
_EVERY = sa.select(meters)
_THERE = sa.exists(sa.select(tenants.c.id).where(tenants.c.id == sa.bindparam("tenant_id", type_=sa.Uuid())))
_ADD = Upsert.into(meters, update={"value": lambda new: meters.c.value + new.value}, unless=~_THERE)
_PUT = Upsert.into(meters, update={"value": lambda new: new.value}, unless=~_THERE)


class SqlMeters(AcrossTenants):
    """The Meters port. One trip for all tenants: it is no tenant's secret how busy they were this minute."""

    async def add(self, amounts: Mapping[tuple[UUID, Meter], int]) -> None:
        # In one order, so that two servers never wait for each other.
        given = [_counted(tenant, meter, value) for (tenant, meter), value in sorted(amounts.items())]
        if given:
            await self._database.once(None, lambda connection: connection.execute(_ADD.on(connection), given))

    async def put(self, tenant: UUID, meter: Meter, value: int) -> None:
        given = _counted(tenant, meter, value)
        await self._database.once(None, lambda connection: connection.execute(_PUT.on(connection), given))

    async def read(self, tenants: Collection[UUID], meters: Collection[Meter]) -> Mapping[tuple[UUID, Meter], int]:
        wanted = _EVERY.where(
            _counts.tenant_id.in_(tenants),
            sa.tuple_(_counts.name, _counts.period).in_(list(meters)),
        )
        return {(row.tenant_id, (row.name, row.period)): row.value for row in await self._all(wanted)}

    async def forget(self, name: str, *, before: int) -> None:
        past = sa.and_(meters.c.name == name, meters.c.period < before)
        await self._execute(sa.delete(meters).where(past))


def _counted(tenant: UUID, meter: Meter, value: int) -> dict[str, Any]:
    return {"tenant_id": tenant, "name": meter[0], "period": meter[1], "value": value}
