"""What is derived from raw rows in the background: their sentences and, with a sentence model, their embeddings.

Recording writes a row's sentence itself, so `Sync` only finds events that an older version recorded.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

from clone_mcp.language.sentence import sentence
from clone_mcp.language.wording import sketch
from clone_mcp.models.events import Job
from clone_mcp.ports import Clock, Storage
from clone_mcp.ports.rows import Embedder

EMBED = Job("embed", dedupe_key="embed")

_EVENTS_AT_ONCE = 500
_WINDOW = timedelta(days=7)
"""No bundle looks further back, so an imported history needs no embeddings."""
_ROWS_AT_ONCE = 32
_MOST = 512
"""Rows that one job embeds, well within its lease even on a slow machine."""


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
                events = await uow.memory.raws.unsaid(limit=_EVENTS_AT_ONCE)
                for event in events:
                    # An event that says nothing gets an empty sentence, so that it is not asked again.
                    said = sentence(event) or ""
                    await uow.memory.raws.say(event.id, said, sketch(said))
            derived += len(events)
            if len(events) < _EVENTS_AT_ONCE:
                return derived


class Embed:
    """Embeds what has no embedding yet. Doing it again changes nothing."""

    def __init__(self, storage: Storage, clock: Clock, embedder: Embedder) -> None:
        self._storage = storage
        self._clock = clock
        self._embedder = embedder

    async def __call__(self, tenant: UUID) -> int:
        """How many rows were embedded. When that was a job's fill, the rest is left to another."""
        done = 0
        while done < _MOST:
            embedded = await self._some(tenant)
            done += embedded
            if embedded < _ROWS_AT_ONCE:
                return done
        async with self._storage.begin(tenant) as uow:
            await uow.jobs.enqueue(EMBED)
        return done

    async def _some(self, tenant: UUID) -> int:
        name, since = self._embedder.name, self._clock.now() - _WINDOW
        async with self._storage.begin(tenant, readonly=True) as uow:
            missing = await uow.memory.embeddings.missing(name, since=since, limit=_ROWS_AT_ONCE)
        if not missing:
            return 0
        embedded = await asyncio.to_thread(self._embedder.embed, [text for _, text in missing])
        rows = [(raw_id, embedding) for (raw_id, _), embedding in zip(missing, embedded, strict=True)]
        async with self._storage.begin(tenant) as uow:
            await uow.memory.embeddings.put(name, rows)
        return len(missing)
