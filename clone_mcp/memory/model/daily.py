"""Once a day a model reads what is new. Whatever comes of it, what rules found stands."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from clone_mcp.errors import RateLimited, Unavailable, Upstream
from clone_mcp.memory.model.facts import DistilFacts
from clone_mcp.memory.model.summaries import SummariseEpisodes
from clone_mcp.models.events import Job
from clone_mcp.models.usage import Purpose
from clone_mcp.ports import Clock, Storage

DAY = timedelta(days=1)

log = logging.getLogger(__name__)


MODEL = Job("model", dedupe_key="model", serialize_by="model")
"""Reading with a model. A job of its own, so that one whose process dies between the model's answer and what is
written of it is done again, whatever the day's calls were."""


class ReadDaily:
    """Summarises and distils, at most once a day for each person."""

    def __init__(self, storage: Storage, clock: Clock, summaries: SummariseEpisodes, facts: DistilFacts) -> None:
        self._storage = storage
        self._clock = clock
        self._summaries = summaries
        self._facts = facts

    async def when_due(self, tenant: UUID) -> None:
        """Have it done, unless it was today."""
        async with self._storage.begin(tenant) as uow:
            last = await uow.usage.last(Purpose.DISTIL)
            if last is None or self._clock.now() - last >= DAY:
                await uow.jobs.enqueue(MODEL)

    async def __call__(self, tenant: UUID) -> None:
        """Read what no model has read. A failure of the model is logged, and tried again a day later."""
        try:
            await self._summaries(tenant)
            await self._facts(tenant)
        except (Unavailable, RateLimited, Upstream) as exc:
            log.warning("No model has read the new episodes: %s", exc.message)
