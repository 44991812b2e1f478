"""Who is signed in, and how often somebody tried to: counted for all servers together.

How many tries are too many is decided in access/throttle.py, and whether a sign-in holds in access/signing_in.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.models.access import Member, SignIn
from clone_mcp.storage.accounts_schema import attempts, members, sign_ins, users
from clone_mcp.storage.database import AcrossTenants
from clone_mcp.storage.scope import Upsert, fields_of, value_of
from clone_mcp.storage.users import member

_THIS = sa.and_(
    sign_ins.c.tenant_id == sa.bindparam("of_tenant", type_=sa.Uuid()), sign_ins.c.id == sa.bindparam("this")
)
# On the path of every request with an access token, so it is built once.
_WITH_MEMBER = (
    sa.select(sign_ins, members.c.role, members.c.standing, members.c.since, users.c.email)
    .join_from(
        sign_ins,
        members,
        sa.and_(sign_ins.c.tenant_id == members.c.tenant_id, sign_ins.c.user_id == members.c.user_id),
    )
    .join(users, users.c.id == sign_ins.c.user_id)
    .where(_THIS)
)
_KEPT = timedelta(days=1)
"""How long one that is over is kept, so that a late reuse of its tokens is told as what it is."""


def _sign_in(row: Any) -> SignIn:
    return value_of(SignIn, row, tenant=row.tenant_id, user=row.user_id)


class SqlSignIns(AcrossTenants):
    """The SignIns port."""

    async def begin(self, sign_in: SignIn) -> None:
        fields = fields_of(sign_in)
        row = {"tenant_id": fields.pop("tenant"), "user_id": fields.pop("user"), **fields}
        past = sign_in.created_at - _KEPT
        over = sa.or_(sign_ins.c.expires_at < past, sign_ins.c.ended_at < past)

        def write(connection: sa.Connection) -> None:
            connection.execute(sa.delete(sign_ins).where(sign_ins.c.user_id == sign_in.user, over))
            connection.execute(sa.insert(sign_ins), row)

        await self._database.once(None, write)

    async def with_member(self, tenant: UUID, sign_in_id: str) -> tuple[SignIn, Member] | None:
        row = await self._first(_WITH_MEMBER, {"of_tenant": tenant, "this": sign_in_id})
        return None if row is None else (_sign_in(row), member(row))

    async def advance(self, sign_in: SignIn, at: datetime) -> bool:
        this = sa.and_(
            sign_ins.c.tenant_id == sign_in.tenant,
            sign_ins.c.id == sign_in.id,
            sign_ins.c.generation == sign_in.generation,
            sign_ins.c.ended_at.is_(None),
        )
        lasting = at + (sign_in.expires_at - sign_in.refreshed_at)
        change = {"generation": sign_in.generation + 1, "refreshed_at": at, "expires_at": lasting}
        return bool(await self._execute(sa.update(sign_ins).where(this).values(change)))

    async def end(self, tenant: UUID, sign_in_id: str, at: datetime) -> None:
        this = sa.and_(sign_ins.c.tenant_id == tenant, sign_ins.c.id == sign_in_id, sign_ins.c.ended_at.is_(None))
        await self._execute(sa.update(sign_ins).where(this).values(ended_at=at))

    async def end_all(self, user_id: str, at: datetime, *, but: str | None = None) -> None:
        theirs = sa.and_(sign_ins.c.user_id == user_id, sign_ins.c.ended_at.is_(None), sign_ins.c.id != (but or ""))
        await self._execute(sa.update(sign_ins).where(theirs).values(ended_at=at))


_COUNT = Upsert.into(attempts, update={"tries": lambda _new: attempts.c.tries + 1}, returning=(attempts.c.tries,))
# Few at a time, and none that another server is at: tidying up must not keep anybody waiting.
_OVER = (
    sa.select(attempts.c.bucket)
    .where(attempts.c.expires_at <= sa.bindparam("now", type_=attempts.c.expires_at.type))
    .limit(50)
    .with_for_update(skip_locked=True)
)
_TIDY = sa.delete(attempts).where(attempts.c.bucket.in_(_OVER))


class SqlAttempts(AcrossTenants):
    """The Attempts port."""

    async def count(self, buckets: Sequence[tuple[str, datetime]], now: datetime) -> Sequence[int]:
        def within(connection: sa.Connection) -> list[int]:
            connection.execute(_TIDY, {"now": now})
            tries: dict[str, int] = {}
            for bucket, expires in sorted(buckets):  # in one order everywhere, so that no two wait for each other
                row = {"bucket": bucket, "tries": 1, "expires_at": expires}
                tries[bucket] = connection.execute(_COUNT.on(connection), row).scalar_one()
            return [tries[bucket] for bucket, _ in buckets]

        return await self._database.once(None, within)
