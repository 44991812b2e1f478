"""One's own conversations, as they were recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from clone_mcp.evaluation.conversations import Turn
from clone_mcp.models.events import Author, Channel, StoredEvent
from clone_mcp.ports import Storage

_AT_ONCE = 500
_SAID = {"agent.prompt": "prompt", "agent.response": "response"}


async def own_turns(storage: Storage, tenant: UUID) -> AsyncIterator[Turn]:
    """What the person typed and what agents said to them, oldest first. Each page is a transaction of its own."""
    after: tuple[datetime, str] | None = None
    while True:
        async with storage.begin(tenant, readonly=True) as uow:
            page = await uow.events.turns(after=after, limit=_AT_ONCE)
        for event in page:
            yield _turn(event)
        if len(page) < _AT_ONCE:
            return
        after = (page[-1].occurred_at, page[-1].id)


def _turn(event: StoredEvent) -> Turn:
    text = str(event.payload[_SAID[event.type]])
    attested = event.channel is Channel.ATTESTED
    return Turn(event.session_id, 0, event.author is Author.PERSON, text, event.id, event.occurred_at, attested)
