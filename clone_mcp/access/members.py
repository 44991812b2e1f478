"""Who else belongs to an account, and the codes that let them in.

An owner makes an invitation and hands its code over. Whoever brings the code waits until an owner has seen who they are
and approves: nobody here has checked anybody's e-mail. A code is shown once, kept as a keyed hash, good once and for a
week.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from clone_mcp.access.throttle import Throttle
from clone_mcp.errors import Conflict, Forbidden, NotFound
from clone_mcp.models.access import Caller, Invite, Member, Role, checked_email, require_owner
from clone_mcp.ports import Clock, Directory

LASTS = timedelta(days=7)
MARK = "invite_"


class Invitations:
    """Makes codes and reads them."""

    def __init__(self, directory: Directory, clock: Clock, secret: bytes) -> None:
        self._directory = directory
        self._clock = clock
        self._secret = secret

    async def make(self, tenant: UUID, role: Role | None, email: str | None) -> tuple[Invite, str]:
        """An invitation and its code, which exists nowhere else."""
        code = MARK + secrets.token_urlsafe(24)
        now = self._clock.now()
        made = Invite(str(uuid4()), tenant, email, role, self._digest(code), now, now + LASTS)
        await self._directory.members.add_invite(made)
        return made, code

    async def read(self, code: str, *, email: str | None) -> Invite:
        """The invitation. Raises NotFound when there is none, it has expired, or it is meant for another e-mail."""
        found = await self.find(code)
        if found is None or (found.email is not None and found.email != email):
            raise NotFound("This invitation is unknown, used, expired or meant for somebody else.")
        return found

    async def find(self, code: str) -> Invite | None:
        """The invitation, if it can still be used."""
        invite = await self._directory.members.invite(self._digest(code))
        return invite if invite is not None and invite.expires_at > self._clock.now() else None

    def _digest(self, code: str) -> bytes:
        return hmac.digest(self._secret, f"invitation {code}".encode(errors="replace"), hashlib.sha256)


MOST = 200
"""Invitations that may be open at a time."""


class Members:
    """What owners do about members, and what members do about themselves. All but `join` and leaving need an owner."""

    def __init__(self, directory: Directory, clock: Clock, invitations: Invitations, throttle: Throttle) -> None:
        self._directory = directory
        self._clock = clock
        self._invitations = invitations
        self._throttle = throttle

    async def list(self, caller: Caller) -> Sequence[Member]:
        """Everybody who belongs to the account or waits to, oldest first. Raises Forbidden."""
        require_owner(caller)
        return await self._directory.members.of_tenant(caller.tenant)

    async def invite(self, caller: Caller, role: Role, email: str | None) -> tuple[Invite, str]:
        """An invitation and its code, shown this once. Raises Forbidden, Invalid, RateLimited."""
        require_owner(caller)
        await self._throttle("members", account=str(caller.tenant))
        if len(await self._directory.members.invites(caller.tenant)) >= MOST:
            raise Conflict(f"{MOST} invitations are open already.", hint="Revoke those that nobody needs.")
        return await self._invitations.make(caller.tenant, role, checked_email(email) if email else None)

    async def invitations(self, caller: Caller) -> Sequence[Invite]:
        """Invitations that nobody has used, newest first. Raises Forbidden."""
        require_owner(caller)
        made = await self._directory.members.invites(caller.tenant)
        return [invite for invite in made if invite.role is not None]

    async def revoke(self, caller: Caller, invite_id: str) -> None:
        """Make an invitation useless. Raises Forbidden, NotFound."""
        require_owner(caller)
        await self._directory.members.revoke_invite(caller.tenant, invite_id)

    async def join(self, caller: Caller, code: str, *, address: str) -> Member:
        """Ask to be let in with an invitation's code. Raises NotFound, Conflict, Forbidden, RateLimited."""
        if caller.user is None:
            raise Forbidden("A key can't join an account.", hint="Sign in with e-mail and password.")
        await self._throttle("invite", address=address)
        user = await self._directory.users.get(caller.user)
        invite = await self._invitations.read(code, email=user.email)
        if invite.role is None:
            raise Conflict("This invitation is for somebody without an account.")
        await self._directory.members.join(user.id, invite, invite.role, self._clock.now())
        return await self._directory.members.get(invite.tenant, user.id)

    async def approve(self, caller: Caller, user_id: str) -> Member:
        """Let in somebody who waits; again, and nothing changes. Raises Forbidden, NotFound."""
        require_owner(caller)
        await self._directory.members.approve(caller.tenant, user_id, self._clock.now())
        return await self._directory.members.get(caller.tenant, user_id)

    async def decline(self, caller: Caller, user_id: str) -> None:
        """Send away somebody who waits. Raises Forbidden, NotFound."""
        require_owner(caller)
        if not await self._directory.members.remove(caller.tenant, user_id, pending=True):
            raise _no_member()

    async def remove(self, caller: Caller, user_id: str) -> None:
        """End a membership, the caller's own too, and with it their sign-ins. Raises Forbidden, NotFound, Conflict."""
        if caller.user != user_id:
            require_owner(caller)
        member = await self._directory.members.get(caller.tenant, user_id)
        if (await self._directory.users.get(member.user)).tenant == caller.tenant:
            raise Conflict("This is the member's own account: they can't be removed from it.")
        if not await self._directory.members.remove(caller.tenant, user_id, pending=False):
            raise _no_member()


def _no_member() -> NotFound:
    return NotFound("There is no such member.")
