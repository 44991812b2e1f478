"""Tenants' limits where requests come in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from starlette.datastructures import Headers

from clone_mcp.access.limits import FLUSH_SECONDS
from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError, Unavailable
from clone_mcp.models.access import Caller
from clone_mcp.transports.http.auth import Authenticate

log = logging.getLogger(__name__)

_FORGET_EVERY = 30


def within_limits(authenticate: Authenticate, clone: Callable[[], Awaitable[Clone]]) -> Authenticate:
    """The same, counting each request. Raises RateLimited, too."""

    async def admitted(headers: Headers) -> Caller:
        caller = await authenticate(headers)
        # Without a database nothing can be counted, and whoever answers says so better.
        with suppress(Unavailable):
            await (await clone()).access.quota.admit(caller.tenant)
        return caller

    return admitted


@asynccontextmanager
async def counted(clone: Callable[[], Awaitable[Clone]]) -> AsyncGenerator[None]:
    """What is counted is added up now and then, for as long as the block lasts and once more at its end."""
    task = asyncio.create_task(_for_ever(clone))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        await _add_up(clone)


async def _for_ever(clone: Callable[[], Awaitable[Clone]]) -> None:
    rounds = 0
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        rounds += 1
        await _add_up(clone, forget=rounds % _FORGET_EVERY == 0)


async def _add_up(clone: Callable[[], Awaitable[Clone]], *, forget: bool = False) -> None:
    try:
        quota = (await clone()).access.quota
        await quota.flush()
        if forget:
            await quota.forget()
    except CloneError as exc:
        log.warning("What was used could not be added up: %s", exc)
