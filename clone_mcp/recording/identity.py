"""Event ids that come out the same whenever the same turn is recorded: by a hook, by a tool call, by an importer."""

from __future__ import annotations

from uuid import UUID, uuid5

from clone_mcp.models.text import clean

_NAMESPACE = UUID("6f3c1c0e-1d0a-4f43-9a53-6a2f5f0c7e11")


def event_id(client: str, session_id: str, client_id: str, event_type: str) -> str:
    """The id of a client's own message in a session. Lengths are part of it, so that no two triples run together."""
    parts = [clean(part) for part in (client.casefold(), session_id, client_id, event_type)]
    return str(uuid5(_NAMESPACE, "".join(f"{len(part)}:{part}" for part in parts)))
