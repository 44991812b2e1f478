"""Codes that let somebody in: shown once, kept as a keyed hash, good once and for a week."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from clone_mcp.errors import NotFound
from clone_mcp.models.accounts import Invite, Role
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
        found = await self.found(code)
        if found is None or (found.email is not None and found.email != email):
            raise NotFound("This invitation is unknown, used, expired or meant for somebody else.")
        return found

    async def found(self, code: str) -> Invite | None:
        """The invitation, if it can still be used."""
        invite = await self._directory.members.invite(self._digest(code))
        return invite if invite is not None and invite.expires_at > self._clock.now() else None

    def _digest(self, code: str) -> bytes:
        return hmac.digest(self._secret, f"invitation {code}".encode(errors="replace"), hashlib.sha256)
