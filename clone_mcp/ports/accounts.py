"""The directory: who there is, whose accounts they belong to, how they signed in, and whose key a key is.

It is the only part of storage that is not one tenant's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clone_mcp.models.access import ApiKey, Identity, Invite, Member, Role, SignIn, User


class Users(Protocol):
    """Everybody who can sign in."""

    async def enrol(self, user: User, *, invite: Invite | None = None) -> None:
        """Add the user and make them the owner of their own account, which is made if need be.

        An invite is used up by it, and makes them a pending member where it has a role: all or nothing. Raises Conflict
        when somebody has that e-mail or identity, NotFound when the invite has been used.
        """
        ...

    async def get(self, user_id: str) -> User: ...

    async def by_email(self, email: str) -> User | None: ...

    async def by_identity(self, identity: Identity) -> User | None: ...

    async def newest(self, *, limit: int) -> Sequence[User]:
        """Users of every account, for the operator."""
        ...

    async def set_password(self, user_id: str, password: str) -> None: ...

    async def link(self, user_id: str, identity: Identity) -> None:
        """Let an external issuer speak for the user. Raises Conflict when it speaks so for somebody else."""
        ...

    async def wait(self, email: str, at: datetime, *, most: int) -> None:
        """Put an e-mail on the waiting list, once, unless the list is full."""
        ...

    async def waiting(self, *, limit: int) -> Sequence[tuple[str, datetime]]:
        """Who waits, longest first."""
        ...


class Members(Protocol):
    """Who belongs to an account."""

    async def of_tenant(self, tenant: UUID) -> Sequence[Member]:
        """Oldest first."""
        ...

    async def of_user(self, user_id: str) -> Sequence[Member]:
        """Their places in every account, oldest first."""
        ...

    async def get(self, tenant: UUID, user_id: str) -> Member: ...

    async def approve(self, tenant: UUID, user_id: str, at: datetime) -> bool:
        """Make a pending member an active one; says whether there was one."""
        ...

    async def remove(self, tenant: UUID, user_id: str, *, pending: bool) -> bool:
        """Drop a member who is pending, or one who is not, and end their sign-ins; says whether there was one."""
        ...

    async def add_invite(self, invite: Invite) -> None: ...

    async def invites(self, tenant: UUID) -> Sequence[Invite]:
        """Those that are not used, newest first."""
        ...

    async def invite(self, digest: bytes) -> Invite | None:
        """The invite with that digest, unless it has been used. It may have expired."""
        ...

    async def revoke_invite(self, tenant: UUID, invite_id: str) -> None:
        """Drop it. Raises NotFound."""
        ...

    async def join(self, user_id: str, invite: Invite, role: Role, at: datetime) -> None:
        """Use up the invite and make the user a pending member.

        Raises NotFound when it has been used, Conflict when they are a member already.
        """
        ...


class SignIns(Protocol):
    """Who is signed in."""

    async def begin(self, sign_in: SignIn) -> None: ...

    async def with_member(self, tenant: UUID, sign_in_id: str) -> tuple[SignIn, Member] | None:
        """The sign-in and its user's place in the account. None unless there are both."""
        ...

    async def advance(self, sign_in: SignIn, at: datetime) -> bool:
        """Go to the next generation, if this is still the present one and it has not ended. One caller wins."""
        ...

    async def end(self, tenant: UUID, sign_in_id: str, at: datetime) -> None:
        """End it, if it is there and has not ended."""
        ...

    async def end_all(self, user_id: str, at: datetime, *, but: str | None = None) -> None:
        """End all of a user's, in every account, but for one."""
        ...


class Attempts(Protocol):
    """How often something was tried lately. Shared by all servers."""

    async def count(self, buckets: Sequence[tuple[str, datetime]], now: datetime) -> Sequence[int]:
        """Count one more try in each bucket, and say how many there are now. A bucket is gone once its time is up."""
        ...


class Directory(Protocol):
    """The only door without a tenant: who there is, and whose key this is."""

    @property
    def users(self) -> Users: ...
    @property
    def members(self) -> Members: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def attempts(self) -> Attempts: ...

    async def add_tenant(self, tenant: UUID, name: str, at: datetime) -> None:
        """Add a tenant. Adding it again changes nothing."""
        ...

    async def add_key(self, key: ApiKey) -> None: ...

    async def keys_with_prefix(self, prefix: str) -> Sequence[ApiKey]:
        """Keys that begin so, revoked ones included."""
        ...

    async def keys_of(self, tenant: UUID) -> Sequence[ApiKey]:
        """The tenant's keys, newest first."""
        ...

    async def key(self, tenant: UUID, key_id: str) -> ApiKey: ...

    async def replace_key(self, old: ApiKey, new: ApiKey) -> None:
        """Store the new key and make the old one useless, both or neither. Raises Conflict if it is useless already."""
        ...

    async def revoke_key(self, tenant: UUID, key_id: str, at: datetime) -> None:
        """Make a key useless from now on. Raises NotFound."""
        ...

    async def touch_key(self, key: ApiKey, at: datetime) -> None: ...
