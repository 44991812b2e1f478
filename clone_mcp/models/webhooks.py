"""Addresses that other services may send to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address. Whoever knows it and signs with its secret may add events, and nothing else."""

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
