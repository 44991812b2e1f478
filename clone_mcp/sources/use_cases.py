"""What Sources offers to everybody outside it: one bundle, and how it is built.

Imports from files have no part in it: cli/importing.py calls importing.py directly.
"""

from __future__ import annotations

from dataclasses import dataclass

from clone_mcp.access.sealing import Sealing
from clone_mcp.ports import Clock, Storage
from clone_mcp.recording.ingest import Ingest
from clone_mcp.sources.webhooks.intake import Webhooks


@dataclass(frozen=True, slots=True)
class Sources:
    """Where events come from besides clients and tools."""

    webhooks: Webhooks


def sources_over(storage: Storage, clock: Clock, ingest: Ingest, secret: bytes, sealing: Sealing | None) -> Sources:
    """Sources that record through `ingest`."""
    return Sources(webhooks=Webhooks(storage, clock, ingest, secret, sealing=sealing))
