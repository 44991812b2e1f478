"""Clone: the use cases, wired. What tools, transports and the command line call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a server that only lists its tools must not wait for all of this to load
    from clone_mcp.access.access import Access
    from clone_mcp.access.keys import Keys
    from clone_mcp.access.limits import Quota
    from clone_mcp.access.model_keys import ModelKeys
    from clone_mcp.access.tenants import Tenants
    from clone_mcp.access.usage import ReadUsage
    from clone_mcp.evaluation.backtest import Backtest
    from clone_mcp.jobs.deliver import Deliver
    from clone_mcp.jobs.worker import Worker
    from clone_mcp.memory.archive import Archive
    from clone_mcp.memory.context import Context
    from clone_mcp.memory.correct import Correct
    from clone_mcp.memory.embed import Embed
    from clone_mcp.memory.episodes import PromoteEpisodes
    from clone_mcp.memory.facts import PromoteFacts
    from clone_mcp.memory.forget import Forget
    from clone_mcp.memory.markdown.apply import Markdown
    from clone_mcp.memory.markdown.restore import Restore
    from clone_mcp.memory.model.daily import ReadDaily
    from clone_mcp.memory.model.facts import DistilFacts
    from clone_mcp.memory.model.summaries import SummariseEpisodes
    from clone_mcp.memory.on_demand import PromoteOnDemand
    from clone_mcp.memory.profile import CompileProfile
    from clone_mcp.memory.promote import Promote
    from clone_mcp.memory.purge import Purge
    from clone_mcp.memory.review import Reviews
    from clone_mcp.memory.search import Search
    from clone_mcp.memory.statements import Append
    from clone_mcp.memory.stats import Count
    from clone_mcp.memory.sync import Sync
    from clone_mcp.memory.trace import Trace
    from clone_mcp.ports import Clock, Storage
    from clone_mcp.prediction.batch import PredictBatch
    from clone_mcp.prediction.calibrate import Calibrate
    from clone_mcp.prediction.continuation import PredictContinuation
    from clone_mcp.prediction.feedback import SubmitFeedback
    from clone_mcp.prediction.predict import Predict
    from clone_mcp.prediction.settle import Settle
    from clone_mcp.prediction.stats import Stats
    from clone_mcp.prediction.switches import Switches
    from clone_mcp.recording.backfill import Backfill
    from clone_mcp.recording.ingest import Ingest
    from clone_mcp.recording.sessions import RecordTurns
    from clone_mcp.sources.webhooks.intake import Webhooks


@dataclass(frozen=True, slots=True)
class Memory:
    """What can be done with what is remembered."""

    sync: Sync
    promote_episodes: PromoteEpisodes
    promote_facts: PromoteFacts
    summarise_episodes: SummariseEpisodes
    distil_facts: DistilFacts
    read_daily: ReadDaily | None
    """Set where a model is allowed."""
    compile_profile: CompileProfile
    promote: Promote
    promote_on_demand: PromoteOnDemand
    context: Context
    embed: Embed | None
    """Only with a sentence model."""
    trace: Trace
    search: Search
    stats: Count
    correct: Correct
    append: Append
    reviews: Reviews
    forget: Forget
    purge: Purge
    markdown: Markdown
    restore: Restore


@dataclass(frozen=True, slots=True)
class Hosting:
    """What a server of many tenants does besides."""

    quota: Quota
    usage: ReadUsage
    tenants: Tenants
    model_keys: ModelKeys
    archive: Archive


@dataclass(frozen=True, slots=True)
class Clone:
    """Everything that can be asked of Clone."""

    storage: Storage
    clock: Clock
    ingest: Ingest
    record: RecordTurns
    predict: Predict
    predict_batch: PredictBatch
    continuation: PredictContinuation
    feedback: SubmitFeedback
    settle: Settle
    calibrate: Calibrate
    switches: Switches
    stats: Stats
    backtest: Backtest
    keys: Keys
    access: Access
    backfill: Backfill
    memory: Memory
    hosting: Hosting
    webhooks: Webhooks
    worker: Worker
    deliver: Deliver
    """What hooks left, to be taken in."""


class Opening:
    """A Clone that is opened by whoever needs it first. A failure is told to them and tried again by the next."""

    def __init__(self, opened: Callable[[], AbstractAsyncContextManager[Clone]]) -> None:
        self._opened = opened
        self._stack = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._clone: Clone | None = None

    async def __call__(self) -> Clone:
        if self._clone is None:
            async with self._lock:
                if self._clone is None:
                    self._clone = await self._stack.enter_async_context(self._opened())
        return self._clone

    async def close(self) -> None:
        """Close it, if it was opened. What was acknowledged is durable either way."""
        await self._stack.aclose()
