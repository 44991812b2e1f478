"""Accounts: making one, signing in, and what a person may change about theirs.

Tokens are issued in signing_in.py. The operator's changes to other people's accounts are in operator.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID, uuid4

from clone_mcp.access.members import Invitations
from clone_mcp.access.passwords import Passwords
from clone_mcp.access.signing_in import SigningIn
from clone_mcp.access.throttle import Throttle
from clone_mcp.errors import Conflict, Forbidden, NotFound, Unauthenticated
from clone_mcp.models.access import Caller, Identity, Invite, Member, Scope, Standing, Tokens, User, checked_email
from clone_mcp.models.text import clean
from clone_mcp.ports import Clock, Directory

Mode = Literal["open", "invite", "closed"]
WAITING = 10_000
"""How many e-mails the waiting list holds: it is open to everybody."""
_LONGEST = 254
"""Characters of an e-mail address that can be sent to: RFC 5321 has 256 for a path, brackets included."""


class Issuer(Protocol):
    """Somebody else who vouches for people."""

    def issued(self, token: str) -> bool:
        """Whether the token says it is theirs."""
        ...

    async def vouched(self, token: str, clock: Clock) -> tuple[Identity, Scope]:
        """Whom the token is about, and what it grants. Raises Unauthenticated, Forbidden, Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has just shown who they are."""

    user: User
    member: Member
    tokens: Tokens


class Accounts:
    """What people do about their accounts."""

    def __init__(
        self,
        directory: Directory,
        clock: Clock,
        passwords: Passwords,
        signing_in: SigningIn,
        invitations: Invitations,
        throttle: Throttle,
        *,
        mode: Mode,
    ) -> None:
        self._directory = directory
        self._clock = clock
        self._passwords = passwords
        self._signing_in = signing_in
        self._invitations = invitations
        self._throttle = throttle
        self._mode = mode

    async def sign_up(self, email: str, password: str, code: str | None, *, address: str) -> SignedIn:
        """Make an account and sign in to it. Raises Forbidden, Invalid, NotFound, Conflict, RateLimited."""
        if self._mode == "closed":
            raise Forbidden("Nobody can sign up here.", hint="Ask the operator for an account.")
        if self._mode == "invite" and not code:
            raise Forbidden("Signing up needs an invitation.", hint="Send its code as `invite`.")
        await self._throttle("signup", address=address)
        name = checked_email(email)
        invite = await self._invitations.read(code, email=name) if code else None
        user = User(
            id=str(uuid4()),
            tenant=uuid4(),
            email=name,
            password=await self._passwords.hashed(password, email=name),
            identity=None,
            created_at=self._clock.now(),
        )
        await self._directory.users.enrol(user, invite=invite)
        return await self._enter(user, user.tenant)

    async def log_in(self, email: str, password: str, tenant: UUID | None = None, *, address: str) -> SignedIn:
        """Sign in, to one's own account or to another that one is a member of.

        Raises Unauthenticated, in the same words and after the same work whether the e-mail is unknown or the password
        wrong; NotFound for a foreign account; RateLimited.
        """
        name = clean(email[:_LONGEST].lower())
        await self._throttle("login", account=name, address=address)
        user = await self._directory.users.by_email(name)
        fits = await self._passwords.fits(password, user.password if user else None)
        if user is None or user.password is None or not fits:
            raise Unauthenticated("The e-mail or the password is wrong.")
        if better := await self._passwords.renewed(password, user.password):
            await self._directory.users.set_password(user.id, better)
        return await self._enter(user, tenant or user.tenant)

    async def me(self, caller: Caller) -> tuple[User | None, Sequence[Member]]:
        """Who the caller is and what they belong to. A key is nobody in particular."""
        if caller.user is None:
            return None, ()
        return await self._directory.users.get(caller.user), await self._directory.members.of_user(caller.user)

    async def change_password(self, caller: Caller, present: str, new: str, *, address: str) -> None:
        """Replace one's password; every other sign-in ends. Raises Unauthenticated, Invalid, Forbidden, RateLimited."""
        user = await self._person(caller)
        await self._throttle("login", account=user.email or user.id, address=address)
        if not await self._passwords.fits(present, user.password):
            raise Unauthenticated("The present password is wrong.")
        await self._directory.users.set_password(user.id, await self._passwords.hashed(new, email=user.email))
        await self._directory.sign_ins.end_all(user.id, self._clock.now(), but=caller.sign_in)

    async def invited(self, code: str, *, address: str) -> Invite | None:
        """The invitation with that code, if it is good. Raises RateLimited."""
        await self._throttle("invite", address=address)
        return await self._invitations.find(code)

    async def wait(self, email: str, *, address: str) -> None:
        """Put an e-mail on the waiting list. Whether it was there is not told. Raises Invalid, RateLimited."""
        await self._throttle("waitlist", address=address)
        await self._directory.users.wait(checked_email(email), self._clock.now(), most=WAITING)

    async def by_issuer(self, issuer: Issuer, token: str) -> Caller:
        """The caller whom an external issuer's token is about. Raises Unauthenticated, Forbidden, Unavailable."""
        return await self.known_elsewhere(*await issuer.vouched(token, self._clock))

    async def known_elsewhere(self, identity: Identity, granted: Scope) -> Caller:
        """The caller for whom an external issuer vouches, with no more than it granted.

        Where everybody may sign up, whoever is new gets an account. Otherwise Forbidden is raised. E-mails are not
        compared: nobody has checked that those who signed up here own theirs.
        """
        user = await self._directory.users.by_identity(identity) or await self._welcome(identity)
        member = await self._directory.members.get(user.tenant, user.id)
        return Caller(user.tenant, min(granted, member.role.scope, key=list(Scope).index), user=user.id)

    async def _welcome(self, identity: Identity) -> User:
        if self._mode != "open":
            raise Forbidden("You have no account here.", hint="The operator can link one with `clone-mcp users link`.")
        user = User(str(uuid4()), uuid4(), None, None, identity, self._clock.now())
        try:
            await self._directory.users.enrol(user)
        except Conflict:  # another request of theirs was faster
            return await self._directory.users.by_identity(identity) or user
        return user

    async def _person(self, caller: Caller) -> User:
        if caller.user is None:
            raise Forbidden("A key can't do this.", hint="Sign in with e-mail and password.")
        return await self._directory.users.get(caller.user)

    async def _enter(self, user: User, tenant: UUID) -> SignedIn:
        member = await self._directory.members.get(tenant, user.id)
        if member.standing is not Standing.ACTIVE:
            raise NotFound("There is no such member.")
        return SignedIn(user, member, await self._signing_in.begin(member))
