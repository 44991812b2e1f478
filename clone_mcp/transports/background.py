"""Jobs, worked off beside the requests.

The loop that takes jobs is in jobs/worker.py. Notes of hooks are delivered by local.py.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError

log = logging.getLogger(__name__)

_OPEN_AGAIN_SECONDS = 5.0
"""Between two tries, while the database can't be opened."""
_LET_GO_SECONDS = 0.5
"""What a job that had its time is given to let go. It is tried again anyway."""


class Background:
    """The worker of this process, from when it is first asked for and Clone can be opened."""

    def __init__(self, clone: Callable[[], Awaitable[Clone]], *, grace: float = 1.5) -> None:
        self._clone = clone
        self._grace = grace
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    def start(self) -> None:
        """Open Clone and work. Starting again changes nothing, and so does starting after the end."""
        if self._task is None and not self._stopped:
            self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Before Clone is closed: what is cancelled now does not fail for want of a database later."""
        self._stopped = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=self._grace + _LET_GO_SECONDS)

    async def _work(self) -> None:
        while True:
            try:
                await (await self._clone()).jobs.worker.run(grace=self._grace)
            except CloneError as exc:  # whoever calls a tool is told the same
                log.warning("No jobs are worked off yet: %s", exc)
                await asyncio.sleep(_OPEN_AGAIN_SECONDS)
