"""Who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

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
        return Limits(
            default.requests_per_minute if self.requests_per_minute is None else self.requests_per_minute,
            default.tokens_per_day if self.tokens_per_day is None else self.tokens_per_day,
            default.stored_bytes if self.stored_bytes is None else self.stored_bytes,
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent the request at hand: a tenant, and what their credential allows."""

    tenant: UUID
    scope: Scope
    user: str | None = None
    """Who it is, where the credential is a person's and not a key."""
    sign_in: str | None = None
    """Through which sign-in they came."""


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
