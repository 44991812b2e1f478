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
