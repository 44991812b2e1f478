"""Everybody who can sign in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.errors import Conflict, NotFound
from clone_mcp.models.access import Identity, Invite, Role, Standing, User
from clone_mcp.storage.accounts.members import use_up
from clone_mcp.storage.accounts.transactions import Transactions, unless_taken
from clone_mcp.storage.accounts_schema import members, users, waitlist
from clone_mcp.storage.schema import tenants
from clone_mcp.storage.scope import Upsert

_ADD_TENANT = Upsert.into(tenants)
_ADD_USER = unless_taken(users)
_WAIT = unless_taken(waitlist)


def _user(row: Any) -> User:
    return User(
        id=row.id,
        tenant=row.tenant_id,
        email=row.email,
        password=row.password,
        identity=Identity(row.issuer, row.subject) if row.issuer else None,
        created_at=row.created_at,
    )


def _columns(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "tenant_id": user.tenant,
        "email": user.email,
        "password": user.password,
        "issuer": user.identity.issuer if user.identity else None,
        "subject": user.identity.subject if user.identity else None,
        "created_at": user.created_at,
    }


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
        place = {"tenant_id": tenant_id, "user_id": user.id, "role": role, "standing": standing, "since": at}
        connection.execute(sa.insert(members), place)


class SqlUsers:
    """The Users port."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

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
        return [_user(row) for row in await self._database.once(None, lambda c: c.execute(latest).all(), readonly=True)]

    async def set_password(self, user_id: str, password: str) -> None:
        change = sa.update(users).where(users.c.id == user_id).values(password=password)
        await self._database.once(None, lambda connection: connection.execute(change))

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
        found = await self._database.once(None, lambda c: c.execute(oldest).all(), readonly=True)
        return [(row.email, row.at) for row in found]

    async def _one(self, condition: sa.ColumnElement[bool]) -> User | None:
        statement = sa.select(users).where(condition)
        row = await self._database.once(None, lambda c: c.execute(statement).first(), readonly=True)
        return None if row is None else _user(row)


def _link(connection: sa.Connection, user_id: str, identity: Identity) -> None:
    same = sa.and_(users.c.issuer == identity.issuer, users.c.subject == identity.subject, users.c.id != user_id)
    if connection.execute(sa.select(users.c.id).where(same)).first() is not None:
        raise Conflict("That identity belongs to another user.")
    change = sa.update(users).where(users.c.id == user_id)
    connection.execute(change.values(issuer=identity.issuer, subject=identity.subject))
