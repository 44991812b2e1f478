"""What the operator of an installation does about other people's accounts and data, at its command line.

People change their own accounts in accounts.py. API keys are made in keys.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from clone_mcp.access.members import Invitations
from clone_mcp.access.passwords import Passwords
from clone_mcp.errors import NotFound
from clone_mcp.models.access import LOCAL_TENANT, Identity, Invite, Limits, Tenant, User, checked_email
from clone_mcp.ports import Clock, Directory, Storage


class Operator:
    """Needs no credential: whoever runs the command line has the database anyway."""

    def __init__(self, directory: Directory, clock: Clock, passwords: Passwords, invitations: Invitations) -> None:
        self._directory = directory
        self._clock = clock
        self._passwords = passwords
        self._invitations = invitations

    async def create(self, email: str, password: str) -> User:
        """Make an account, whoever may sign up. The first is that of the memory this installation has by itself.

        Raises Invalid, Conflict.
        """
        name = checked_email(email)
        owned = await self._directory.members.of_tenant(LOCAL_TENANT)
        user = User(
            id=str(uuid4()),
            tenant=uuid4() if owned else LOCAL_TENANT,
            email=name,
            password=await self._passwords.hashed(password, email=name),
            identity=None,
            created_at=self._clock.now(),
        )
        await self._directory.users.enrol(user)
        return user

    async def set_password(self, email: str, password: str) -> User:
        """Replace a password, and end every sign-in of that person. Raises NotFound, Invalid."""
        user = await self._named(email)
        await self._directory.users.set_password(user.id, await self._passwords.hashed(password, email=user.email))
        await self._directory.sign_ins.end_all(user.id, self._clock.now())
        return user

    async def invite(self, email: str | None) -> tuple[Invite, str]:
        """A code with which one person can sign up where that needs one. Raises Invalid."""
        return await self._invitations.make(LOCAL_TENANT, None, checked_email(email) if email else None)

    async def link(self, email: str, identity: Identity) -> User:
        """Let an external issuer speak for a user. Raises NotFound, Conflict."""
        user = await self._named(email)
        await self._directory.users.link(user.id, identity)
        return user

    async def users(self, *, limit: int) -> Sequence[User]:
        """Everybody with an account, newest first."""
        return await self._directory.users.newest(limit=limit)

    async def waiting(self, *, limit: int) -> Sequence[tuple[str, datetime]]:
        """Who asked to be let in, longest first."""
        return await self._directory.users.waiting(limit=limit)

    async def _named(self, email: str) -> User:
        user = await self._directory.users.by_email(checked_email(email))
        if user is None:
            raise NotFound("There is no user with that e-mail.", hint="`clone-mcp users list` shows them.")
        return user


class Tenants:
    """Adds, lists, limits and deletes them. No caller's scope allows this: it is for the command line alone."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def add(self, name: str) -> Tenant:
        """A new tenant, with nothing in it."""
        tenant = Tenant(uuid4(), name, self._clock.now())
        await self._storage.directory.add_tenant(tenant.id, name, tenant.created_at)
        return tenant

    async def all(self) -> Sequence[Tenant]:
        """Every tenant, oldest first."""
        return await self._storage.tenants.all()

    async def get(self, tenant: UUID) -> Tenant:
        """The tenant. Raises NotFound."""
        return await self._storage.tenants.get(tenant)

    async def limit(self, tenant: UUID, limits: Limits) -> None:
        """Replace a tenant's own limits. Servers know of it within half a minute. Raises NotFound."""
        await self._storage.tenants.get(tenant)
        async with self._storage.begin(tenant) as uow:
            await uow.settings.set_limits(limits)

    async def delete(self, tenant: UUID) -> None:
        """Delete a tenant and all that was ever kept of them. Raises NotFound."""
        await self._storage.tenants.delete(tenant)
