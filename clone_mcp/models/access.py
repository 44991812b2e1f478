"""Who there is, which credentials they hold, and what those allow.

How a credential is made, checked and revoked is access/'s to say.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from clone_mcp.errors import Forbidden, Invalid

LOCAL_TENANT = UUID("00000000-0000-4000-8000-000000000001")
"""The one tenant of a single-user installation."""


class Scope(StrEnum):
    """What a credential may do. Each includes the one before it."""

    VIEWER = "viewer"
    """Read, and nothing else."""
    AGENT = "agent"
    """The same, and predict, record, give feedback."""
    RECORDER = "recorder"
    """The same, and what it records as typed by the person is attested: for hooks and plugins."""
    OWNER = "owner"
    """Everything: confirm, promote sensitive facts, forget, manage keys."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """One person's account."""

    id: UUID
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a tenant may use. 0 is any amount; None, whatever the server allows everybody."""

    requests_per_minute: int | None = None
    tokens_per_day: int | None = None
    stored_bytes: int | None = None

    def over(self, default: Limits) -> Limits:
        """These, and the default's where there are none."""
        return replace(default, **{name: most for name, most in asdict(self).items() if most is not None})


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent the request at hand: a tenant, and what their credential allows."""

    tenant: UUID
    scope: Scope
    user: str | None = None
    """Who it is, where the credential is a person's and not a key."""
    sign_in: str | None = None
    """Through which sign-in they came."""


def require_owner(caller: Caller) -> None:
    """Raises Forbidden unless the caller is the person themselves, as far as a credential can tell."""
    if caller.scope is not Scope.OWNER:
        raise Forbidden(
            "Only the owner may do this.",
            hint="Use a key made with `clone-mcp keys create --scope owner`, or a terminal.",
        )


def require_writer(caller: Caller) -> None:
    """Raises Forbidden for somebody who may only read."""
    if caller.scope is Scope.VIEWER:
        raise Forbidden("A viewer may read and nothing else.", hint="Ask an owner for more.")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A long-lived credential. The key itself is shown once and never stored."""

    id: str
    tenant: UUID
    name: str
    prefix: str
    digest: bytes
    scope: Scope
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address that another service sends to.

    Whoever knows it and signs with its secret may add events, and nothing else.
    """

    id: str
    connector: str
    name: str
    digest: bytes
    """Keyed hash of the address, which itself is shown once."""
    secret: bytes | None
    """What the service signs with, where that is the service's choice. Otherwise it follows from the server's own."""
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}$"
"""What may be an e-mail address. Whether there is one, only sending to it could tell."""


class Role(StrEnum):
    """What a member may do in an account."""

    VIEWER = "viewer"
    OWNER = "owner"

    @property
    def scope(self) -> Scope:
        return Scope.OWNER if self is Role.OWNER else Scope.VIEWER


class Standing(StrEnum):
    """How far somebody has come in."""

    PENDING = "pending"
    """They hold an invitation and wait for an owner."""
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as an external issuer knows them."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class User:
    """A person who can sign in. `tenant` is their own account; they may be a member of others."""

    id: str
    tenant: UUID
    email: str | None
    password: str | None = field(repr=False)
    """A slow hash. Without one they come through an external issuer only."""
    identity: Identity | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's place in an account."""

    tenant: UUID
    user: str
    email: str | None
    role: Role
    standing: Standing
    since: datetime


@dataclass(frozen=True, slots=True)
class Invite:
    """A code that lets one person in. Without a role it only lets them make an account of their own."""

    id: str
    tenant: UUID
    email: str | None
    """Whom it is meant for, as a note to the owner."""
    role: Role | None
    digest: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person has from signing in until they sign out: one line of refresh tokens, each used once."""

    id: str
    tenant: UUID
    user: str
    generation: int
    created_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client holds of a sign-in."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


def checked_email(text: str) -> str:
    """An e-mail as it is kept: capitals make no difference. Raises Invalid."""
    if not re.fullmatch(EMAIL, text) or text.endswith("\n"):
        raise Invalid("That is no e-mail address.")
    return text.lower()
