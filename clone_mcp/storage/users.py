"""Who can sign in, who belongs to whose account, and who has been invited or waits to be.

Who is signed in at the moment stands in `sign_ins.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.errors import Conflict, NotFound
from clone_mcp.models.access import Identity, Invite, Member, Role, Standing, User
from clone_mcp.storage.accounts_schema import invites, members, users, waitlist
from clone_mcp.storage.database import AcrossTenants
from clone_mcp.storage.schema import tenants
from clone_mcp.storage.scope import Upsert, fields_of, unless_taken, value_of

_ADD_TENANT = Upsert.into(tenants)
_ADD_USER = unless_taken(users)
_WAIT = unless_taken(waitlist)


def _user(row: Any) -> User:
    identity = Identity(row.issuer, row.subject) if row.issuer else None
    return value_of(User, row, tenant=row.tenant_id, identity=identity)


def _columns(user: User) -> dict[str, Any]:
    fields = fields_of(user)
    identity: Identity | None = fields.pop("identity")
    known_as = {"issuer": identity.issuer, "subject": identity.subject} if identity else {}
    return {"tenant_id": fields.pop("tenant"), **known_as, **fields}


def _enrol(connection: sa.Connection, user: User, invite: Invite | None) -> None:
    at = user.created_at
    if invite is not None:
        use_up(connection, invite)
    tenant = {"id": user.tenant, "name": "account", "created_at": at}
    connection.execute(_ADD_TENANT.on(connection), tenant)
    if connection.execute(_ADD_USER.on(connection), _columns(user)).first() is None:
        raise Conflict("There is an account with this e-mail already.", hint="Sign in instead.")
    places = [(user.tenant, Role.OWNER, Standing.ACTIVE)]
    if invite is not None and invite.role is not None:
        places.append((invite.tenant, invite.role, Standing.PENDING))
    for tenant_id, role, standing in places:
        connection.execute(sa.insert(members), _place(tenant_id, user.id, role, standing, at))


def _place(tenant: UUID, user_id: str, role: Role, standing: Standing, at: datetime) -> dict[str, Any]:
    return {"tenant_id": tenant, "user_id": user_id, "role": role, "standing": standing, "since": at}


class SqlUsers(AcrossTenants):
    """The Users port."""

    async def enrol(self, user: User, *, invite: Invite | None = None) -> None:
        await self._database.once(None, lambda connection: _enrol(connection, user, invite))

    async def get(self, user_id: str) -> User:
        found = await self._one(users.c.id == user_id)
        if found is None:
            raise NotFound("There is no such user.")
        return found

    async def by_email(self, email: str) -> User | None:
        return await self._one(users.c.email == email)

    async def by_identity(self, identity: Identity) -> User | None:
        return await self._one(sa.and_(users.c.issuer == identity.issuer, users.c.subject == identity.subject))

    async def newest(self, *, limit: int) -> Sequence[User]:
        latest = sa.select(users).order_by(users.c.created_at.desc(), users.c.id).limit(limit)
        return [_user(row) for row in await self._all(latest)]

    async def set_password(self, user_id: str, password: str) -> None:
        await self._execute(sa.update(users).where(users.c.id == user_id).values(password=password))

    async def link(self, user_id: str, identity: Identity) -> None:
        await self._database.once(None, lambda connection: _link(connection, user_id, identity))

    async def wait(self, email: str, at: datetime, *, most: int) -> None:
        def add(connection: sa.Connection) -> None:
            waiting = connection.execute(sa.select(sa.func.count()).select_from(waitlist)).scalar_one()
            if waiting < most:
                connection.execute(_WAIT.on(connection), {"email": email, "at": at})

        await self._database.once(None, add)

    async def waiting(self, *, limit: int) -> Sequence[tuple[str, datetime]]:
        oldest = sa.select(waitlist).order_by(waitlist.c.at, waitlist.c.email).limit(limit)
        return [(row.email, row.at) for row in await self._all(oldest)]

    async def _one(self, condition: sa.ColumnElement[bool]) -> User | None:
        row = await self._first(sa.select(users).where(condition))
        return None if row is None else _user(row)


def _link(connection: sa.Connection, user_id: str, identity: Identity) -> None:
    same = sa.and_(users.c.issuer == identity.issuer, users.c.subject == identity.subject, users.c.id != user_id)
    if connection.execute(sa.select(users.c.id).where(same)).first() is not None:
        raise Conflict("That identity belongs to another user.")
    change = sa.update(users).where(users.c.id == user_id)
    connection.execute(change.values(issuer=identity.issuer, subject=identity.subject))


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
    return value_of(Invite, row, tenant=row.tenant_id, role=Role(row.role) if row.role else None)


def _one(tenant: UUID, user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(members.c.tenant_id == tenant, members.c.user_id == user_id)


class SqlMembers(AcrossTenants):
    """The Members port."""

    async def of_tenant(self, tenant: UUID) -> Sequence[Member]:
        return [member(row) for row in await self._members(MEMBER.where(members.c.tenant_id == tenant))]

    async def of_user(self, user_id: str) -> Sequence[Member]:
        return [member(row) for row in await self._members(MEMBER.where(members.c.user_id == user_id))]

    async def get(self, tenant: UUID, user_id: str) -> Member:
        found = await self._members(MEMBER.where(_one(tenant, user_id)))
        if not found:
            raise NotFound("There is no such member.")
        return member(found[0])

    async def approve(self, tenant: UUID, user_id: str, at: datetime) -> bool:
        waiting = sa.update(members).where(_one(tenant, user_id), members.c.standing == Standing.PENDING)
        return bool(await self._execute(waiting.values(standing=Standing.ACTIVE, since=at)))

    async def remove(self, tenant: UUID, user_id: str, *, pending: bool) -> bool:
        standing = Standing.PENDING if pending else Standing.ACTIVE
        this = sa.delete(members).where(_one(tenant, user_id), members.c.standing == standing)
        return bool(await self._execute(this))

    async def add_invite(self, invite: Invite) -> None:
        fields = fields_of(invite)
        await self._execute(sa.insert(invites).values(tenant_id=fields.pop("tenant"), **fields))

    async def invites(self, tenant: UUID) -> Sequence[Invite]:
        of_tenant = sa.select(invites).where(invites.c.tenant_id == tenant)
        newest = of_tenant.order_by(invites.c.created_at.desc(), invites.c.id)
        return [_invite(row) for row in await self._all(newest)]

    async def invite(self, digest: bytes) -> Invite | None:
        found = await self._all(sa.select(invites).where(invites.c.digest == digest))
        return _invite(found[0]) if found else None

    async def revoke_invite(self, tenant: UUID, invite_id: str) -> None:
        this = sa.delete(invites).where(invites.c.tenant_id == tenant, invites.c.id == invite_id)
        if not await self._execute(this):
            raise NotFound("There is no such invitation.")

    async def join(self, user_id: str, invite: Invite, role: Role, at: datetime) -> None:
        def within(connection: sa.Connection) -> None:
            use_up(connection, invite)
            place = _place(invite.tenant, user_id, role, Standing.PENDING, at)
            if connection.execute(_JOIN.on(connection), place).first() is None:
                raise Conflict("You are a member of that account already, or wait to be let in.")

        await self._database.once(None, within)

    async def _members(self, statement: sa.Select[Any]) -> Sequence[Any]:
        return await self._all(statement.order_by(members.c.since, members.c.tenant_id, members.c.user_id))
