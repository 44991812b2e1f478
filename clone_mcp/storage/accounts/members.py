"""Who belongs to an account, and who has been invited to one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.errors import Conflict, NotFound
from clone_mcp.models.access import Invite, Member, Role, Standing
from clone_mcp.storage.accounts.transactions import Transactions, unless_taken
from clone_mcp.storage.accounts_schema import invites, members, users

MEMBER = sa.select(members, users.c.email).join_from(members, users, members.c.user_id == users.c.id)
_JOIN = unless_taken(members)


def member(row: Any) -> Member:
    """A member from a row of the above."""
    return Member(row.tenant_id, row.user_id, row.email, Role(row.role), Standing(row.standing), row.since)


def use_up(connection: sa.Connection, invite: Invite) -> None:
    """Take the invite out of the world. Raises NotFound if somebody else did."""
    this = sa.delete(invites).where(invites.c.tenant_id == invite.tenant, invites.c.id == invite.id)
    if not connection.execute(this).rowcount:
        raise NotFound("This invitation has been used.")


def _invite(row: Any) -> Invite:
    return Invite(
        id=row.id,
        tenant=row.tenant_id,
        email=row.email,
        role=Role(row.role) if row.role else None,
        digest=row.digest,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _one(tenant: UUID, user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(members.c.tenant_id == tenant, members.c.user_id == user_id)


class SqlMembers:
    """The Members port."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def of_tenant(self, tenant: UUID) -> Sequence[Member]:
        return [member(row) for row in await self._all(MEMBER.where(members.c.tenant_id == tenant))]

    async def of_user(self, user_id: str) -> Sequence[Member]:
        return [member(row) for row in await self._all(MEMBER.where(members.c.user_id == user_id))]

    async def get(self, tenant: UUID, user_id: str) -> Member:
        found = await self._all(MEMBER.where(_one(tenant, user_id)))
        if not found:
            raise NotFound("There is no such member.")
        return member(found[0])

    async def approve(self, tenant: UUID, user_id: str, at: datetime) -> bool:
        waiting = sa.update(members).where(_one(tenant, user_id), members.c.standing == Standing.PENDING)
        return bool(await self._execute(waiting.values(standing=Standing.ACTIVE, since=at)))

    async def remove(self, tenant: UUID, user_id: str, *, pending: bool) -> bool:
        standing = Standing.PENDING if pending else Standing.ACTIVE
        return bool(
            await self._execute(sa.delete(members).where(_one(tenant, user_id), members.c.standing == standing))
        )

    async def add_invite(self, invite: Invite) -> None:
        row = {
            "tenant_id": invite.tenant,
            "id": invite.id,
            "email": invite.email,
            "role": invite.role,
            "digest": invite.digest,
            "created_at": invite.created_at,
            "expires_at": invite.expires_at,
        }
        await self._execute(sa.insert(invites).values(row))

    async def invites(self, tenant: UUID) -> Sequence[Invite]:
        of_tenant = sa.select(invites).where(invites.c.tenant_id == tenant)
        newest = of_tenant.order_by(invites.c.created_at.desc(), invites.c.id)
        return [_invite(row) for row in await self._rows(newest)]

    async def invite(self, digest: bytes) -> Invite | None:
        found = await self._rows(sa.select(invites).where(invites.c.digest == digest))
        return _invite(found[0]) if found else None

    async def revoke_invite(self, tenant: UUID, invite_id: str) -> None:
        this = sa.delete(invites).where(invites.c.tenant_id == tenant, invites.c.id == invite_id)
        if not await self._execute(this):
            raise NotFound("There is no such invitation.")

    async def join(self, user_id: str, invite: Invite, role: Role, at: datetime) -> None:
        row = {
            "tenant_id": invite.tenant,
            "user_id": user_id,
            "role": role,
            "standing": Standing.PENDING,
            "since": at,
        }

        def within(connection: sa.Connection) -> None:
            use_up(connection, invite)
            if connection.execute(_JOIN.on(connection), row).first() is None:
                raise Conflict("You are a member of that account already, or wait to be let in.")

        await self._database.once(None, within)

    async def _all(self, statement: sa.Select[Any]) -> Sequence[Any]:
        return await self._rows(statement.order_by(members.c.since, members.c.tenant_id, members.c.user_id))

    async def _rows(self, statement: sa.Select[Any]) -> Sequence[Any]:
        return await self._database.once(None, lambda c: c.execute(statement).all(), readonly=True)

    async def _execute(self, statement: sa.UpdateBase) -> int:
        return await self._database.once(None, lambda connection: connection.execute(statement).rowcount)
