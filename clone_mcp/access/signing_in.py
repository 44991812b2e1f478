"""Signing in, staying so, and signing out.

It sees no passwords: accounts.py checks those first. The contents of a token are tokens.py's.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from clone_mcp.access.throttle import Throttle
from clone_mcp.access.tokens import Tokens, expired
from clone_mcp.errors import Conflict
from clone_mcp.models import access
from clone_mcp.models.access import Caller, Member, SignIn, Standing
from clone_mcp.ports import Clock, Directory

log = logging.getLogger(__name__)

LASTS = timedelta(days=30)
"""How long nobody may come back for before they have to sign in again."""
_UNDER_WAY = timedelta(seconds=2)
"""How long a refresh takes at most. It bounds what a clock that was set back, or two that differ, can be taken for."""


class SigningIn:
    """Gives tokens to people who have shown who they are, and tells who holds one.

    Every request looks at the sign-in, so that signing out, removing a member and changing a password count at once.
    """

    def __init__(self, directory: Directory, clock: Clock, tokens: Tokens, throttle: Throttle) -> None:
        self._directory = directory
        self._clock = clock
        self._tokens = tokens
        self._throttle = throttle

    async def begin(self, member: Member) -> access.Tokens:
        """Tokens for an active member."""
        now = self._clock.now()
        begun = SignIn(
            id=str(uuid4()),
            tenant=member.tenant,
            user=member.user,
            generation=0,
            created_at=now,
            refreshed_at=now,
            expires_at=now + LASTS,
        )
        await self._directory.sign_ins.begin(begun)
        return self._both(begun)

    async def refresh(self, text: str, *, address: str) -> access.Tokens:
        """New tokens for a refresh token, which is good once.

        A token that comes back was stolen, by whoever came first or second: the sign-in ends. A second window tells
        itself apart in one case only, when its request was there before the other was granted: it gets Conflict.
        Raises Unauthenticated, RateLimited.
        """
        arrived = self._clock.now()
        await self._throttle("refresh", address=address)
        token = self._tokens.read_refresh(text)
        sign_in, _ = await self._alive(token.tenant, token.sign_in)
        now = self._clock.now()
        if token.generation == sign_in.generation:
            if await self._directory.sign_ins.advance(sign_in, now):
                return self._both(replace(sign_in, generation=sign_in.generation + 1))
            raise _overtaken()
        before = sign_in.refreshed_at - arrived
        if token.generation == sign_in.generation - 1 and timedelta(0) <= before <= _UNDER_WAY:
            raise _overtaken()
        log.warning("A refresh token of sign-in %s came a second time; the sign-in ends.", sign_in.id)
        await self._directory.sign_ins.end(sign_in.tenant, sign_in.id, now)
        raise expired()

    async def caller(self, text: str) -> Caller:
        """Whose access token this is. Raises Unauthenticated."""
        token = self._tokens.read_access(text)
        sign_in, member = await self._alive(token.tenant, token.sign_in)
        if sign_in.user != token.user:
            raise expired()
        return Caller(member.tenant, member.role.scope, user=member.user, sign_in=sign_in.id)

    async def end(self, caller: Caller, refresh: str | None) -> None:
        """Sign out of what the refresh token belongs to, or else of what the caller came through."""
        now = self._clock.now()
        if refresh is not None:
            token = self._tokens.read_refresh(refresh)
            await self._directory.sign_ins.end(token.tenant, token.sign_in, now)
        elif caller.sign_in is not None:
            await self._directory.sign_ins.end(caller.tenant, caller.sign_in, now)

    async def _alive(self, tenant: UUID, sign_in_id: str) -> tuple[SignIn, Member]:
        found = await self._directory.sign_ins.with_member(tenant, sign_in_id)
        if found is None:
            raise expired()
        sign_in, member = found
        over = sign_in.ended_at is not None or sign_in.expires_at <= self._clock.now()
        if over or member.standing is not Standing.ACTIVE:
            raise expired()
        return found

    def _both(self, sign_in: SignIn) -> access.Tokens:
        return access.Tokens(self._tokens.access(sign_in), self._tokens.refresh(sign_in))


def _overtaken() -> Conflict:
    return Conflict(
        "Another request used this refresh token at the same moment.",
        hint="If it came from the same client, go on with the tokens it was given. "
        "Otherwise send this one again, which ends the sign-in for everybody.",
    )
