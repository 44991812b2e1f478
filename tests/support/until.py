"""Waiting for what nothing tells of: another process, a task of somebody else's, a row in a database.

Where an event, a future or a process can be waited for, wait for that instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

PATIENCE = 30.0
"""Seconds. More than anything takes on a machine that others use too; only a failure waits for so long."""


async def until(condition: Callable[[], object | Awaitable[object]], *, seconds: float = PATIENCE) -> None:
    """Return as soon as the condition holds. Raises TimeoutError when it never does.

    A bounded poll, which may stay: it never waits longer than until the condition holds.
    """
    async with asyncio.timeout(seconds):
        while not await _value(condition()):
            await asyncio.sleep(0.01)


async def _value(found: object | Awaitable[object]) -> object:
    return await found if isawaitable(found) else found
