"""Once a day a model reads what is new. Whatever comes of it, what rules found stands."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from clone_mcp.errors import RateLimited, Unavailable, Upstream
from clone_mcp.memory.model.facts import DistilFacts
from clone_mcp.memory.model.summaries import SummariseEpisodes
from clone_mcp.models.usage import Purpose
from clone_mcp.ports import Clock, Storage

DAY = timedelta(days=1)

log = logging.getLogger(__name__)


class ReadDaily:
    """Summarises and distils, at most once a day for each person."""

    def __init__(self, storage: Storage, clock: Clock, summaries: SummariseEpisodes, facts: DistilFacts) -> None:
        self._storage = storage
        self._clock = clock
        self._summaries = summaries
        self._facts = facts

    async def __call__(self, tenant: UUID) -> None:
        """A failure of the model is logged, and tried again a day later."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            last = await uow.usage.last(Purpose.DISTIL)
        if last is not None and self._clock.now() - last < DAY:
            return
        try:
            await self._summaries(tenant)
            await self._facts(tenant)
        except (Unavailable, RateLimited, Upstream) as exc:
            log.warning("No model has read the new episodes: %s", exc.message)
