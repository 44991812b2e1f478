"""Clone: one field for each layer.

What tools, resources, transports and the command line call. It is put together in app.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a server that only lists its tools must not wait for all of this to load
    from clone_mcp.access.use_cases import Access
    from clone_mcp.evaluation.use_cases import Evaluation
    from clone_mcp.jobs.use_cases import Jobs
    from clone_mcp.memory.use_cases import Memory
    from clone_mcp.prediction.use_cases import Prediction
    from clone_mcp.recording.use_cases import Recording
    from clone_mcp.sources.use_cases import Sources


@dataclass(frozen=True, slots=True)
class Clone:
    """Everything that can be asked of Clone. Nobody outside a layer reaches for its storage or its clock."""

    access: Access
    recording: Recording
    memory: Memory
    prediction: Prediction
    evaluation: Evaluation
    sources: Sources
    jobs: Jobs


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
