"""Which kind of job is which use case. Each may run twice and does no harm then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from clone_mcp.clone import Clone

Handler = Callable[[Clone, UUID, dict[str, Any]], Awaitable[None]]


async def episodes(clone: Clone, tenant: UUID, payload: dict[str, Any]) -> None:
    """Summarise a session once it has ended or gone quiet; without a session, all that have."""
    session_id = payload.get("session_id")
    if session_id is None:
        await clone.memory.sync(tenant)
        await clone.memory.promote_episodes(tenant)
    else:
        await clone.memory.promote_episodes.when_quiet(tenant, str(session_id))


async def facts(clone: Clone, tenant: UUID, _payload: dict[str, Any]) -> None:
    """Distil facts from what was summarised since."""
    await clone.memory.promote_facts(tenant)


async def profile(clone: Clone, tenant: UUID, _payload: dict[str, Any]) -> None:
    """Compile the profile."""
    await clone.memory.compile_profile(tenant)


HANDLERS: dict[str, Handler] = {"episodes": episodes, "facts": facts, "profile": profile}
