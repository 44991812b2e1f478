"""People with accounts, who belongs to whose account, and through which sign-in they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from clone_mcp.models.access import Scope

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
