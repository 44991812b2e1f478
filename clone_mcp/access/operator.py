"""What the operator of an installation does about other people's accounts, at its command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from clone_mcp.access.accounts import checked_email
from clone_mcp.access.invitations import Invitations
from clone_mcp.access.passwords import Passwords
from clone_mcp.errors import NotFound
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.accounts import Identity, Invite, User
from clone_mcp.ports import Clock, Directory


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
