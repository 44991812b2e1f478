"""How predictions came out, and what may be promised of them."""

from __future__ import annotations

import asyncio
from datetime import datetime

from clone_mcp.calibration.statistics import Statistics, promised, statistics
from clone_mcp.errors import Invalid
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.models.calibration import Promise
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.decision import SHADOW
from clone_mcp.prediction.settle import Settle

_MOST = 20_000


class Stats:
    """Counts and measures a person's predictions, those of backtests aside: these are not stored."""

    def __init__(self, storage: Storage, clock: Clock, settle: Settle, *, promise: float | None = None) -> None:
        """`promise`: the share of wrong automatic answers to promise where the person has not said."""
        self._storage = storage
        self._clock = clock
        self._settle = settle
        self._promise = promise

    async def __call__(self, caller: Caller, *, since: datetime | None = None) -> Statistics:
        """The newest 20,000 predictions, or those since a moment. What is open is settled first."""
        await self._settle(caller.tenant)
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            made = await uow.calibration.made(since=since, limit=_MOST)
            standing = await uow.calibration.standing()
        at_most = standing.promise.at_most if standing.promise else self._promise
        fits = list(standing.fits.values())
        # Up to a second of arithmetic, which others need not wait for.
        return await asyncio.to_thread(statistics, made, fits, since=since, at_most=at_most, watched=SHADOW)

    async def promise(self, caller: Caller, at_most: float | None) -> None:
        """Promise that at most this share of automatic answers is wrong, or nothing. The owner's to say.

        Raises Invalid unless it lies between 0 and 1, Forbidden for anybody else.
        """
        require_owner(caller)
        if at_most is not None and not 0 < at_most < 1:
            raise Invalid(f"Nobody can promise {at_most:.0%} wrong answers.", hint="Name a share between 0 and 1.")
        now = self._clock.now()
        async with self._storage.begin(caller.tenant) as uow:
            if at_most is None:
                await uow.calibration.promise(None, at=now)
                return
            made = await uow.calibration.made(since=None, limit=_MOST)
            kept = promised(made, at_most, watched=SHADOW)
            await uow.calibration.promise(Promise(at_most, kept.threshold), at=now)
