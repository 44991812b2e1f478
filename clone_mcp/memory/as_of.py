"""Reading memory as it would have been at a moment: the one door to it, for people, backtests and evaluations.

Memory is recomputed in earlier.py.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from clone_mcp.errors import Invalid
from clone_mcp.memory.corrections import corrections
from clone_mcp.memory.earlier import EarlierMemory, MemoryView, StandingClock
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.memory import Layer
from clone_mcp.ports import Clock, Scratch, Storage


class AsOf:
    """Opens the past. Nothing is stored, and no model is asked."""

    def __init__(self, storage: Storage, clock: Clock, scratch: Scratch) -> None:
        self._storage = storage
        self._clock = clock
        self._scratch = scratch

    @asynccontextmanager
    async def __call__(self, tenant: UUID, moment: datetime) -> AsyncGenerator[MemoryView]:
        """Memory from what happened before this moment. Raises Invalid for one that is yet to come."""
        if moment > self._clock.now():
            raise Invalid(
                f"{moment:%Y-%m-%d %H:%M} lies in the future.",
                hint="Name a moment that has passed. `clone-mcp memory show` shows what is known now.",
            )
        async with self.forward(tenant) as past, past.at(moment) as then:
            yield then

    @asynccontextmanager
    async def forward(self, tenant: UUID) -> AsyncGenerator[EarlierMemory]:
        """For one moment after another: each goes on from the one before.

        What the person deleted is in none of them. What they delete while the block lasts may still be.
        """
        clock = StandingClock()
        async with self._storage.begin(tenant, readonly=True) as uow:
            corrected = await corrections(uow)
            deleted = [stone for stone in await uow.memory.tombstones.all() if stone.layer is Layer.FACT]
        async with self._scratch(clock.now) as copy:
            async with copy.begin(LOCAL_TENANT) as uow:
                await uow.memory.tombstones.set_up(deleted)
            yield EarlierMemory(self._storage, tenant, copy, clock, corrected)
