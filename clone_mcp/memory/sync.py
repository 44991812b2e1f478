"""Deriving raw rows from events that have none yet: those recorded by an older version."""

from __future__ import annotations

from uuid import UUID

from clone_mcp.language.sentence import sentence
from clone_mcp.language.wording import sketch
from clone_mcp.ports import Storage

_AT_ONCE = 500


class Sync:
    """Gives every event its sentence. Doing it again changes nothing."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(self, tenant: UUID) -> int:
        """How many rows were derived."""
        derived = 0
        while True:
            async with self._storage.begin(tenant) as uow:
                await uow.memory.alone()
                events = await uow.memory.raws.unsaid(limit=_AT_ONCE)
                for event in events:
                    # An event that says nothing gets an empty sentence, so that it is not asked again.
                    said = sentence(event) or ""
                    await uow.memory.raws.say(event.id, said, sketch(said))
            derived += len(events)
            if len(events) < _AT_ONCE:
                return derived
