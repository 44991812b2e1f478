"""Which kind of job is which use case. Each may run twice and does no harm then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.sync import Sync

Handler = Callable[[UUID, dict[str, Any]], Awaitable[object]]


def handlers(
    *, sync: Sync, episodes: PromoteEpisodes, facts: PromoteFacts, profile: CompileProfile
) -> Mapping[str, Handler]:
    """Every kind of job there is."""

    async def summarise(tenant: UUID, payload: dict[str, Any]) -> None:
        await sync(tenant)
        if "session_id" in payload:
            await episodes.when_quiet(tenant, str(payload["session_id"]))
        else:
            await episodes(tenant)

    async def distil(tenant: UUID, _payload: dict[str, Any]) -> None:
        await facts(tenant)

    async def compile_(tenant: UUID, _payload: dict[str, Any]) -> None:
        await profile(tenant)

    return {"episodes": summarise, "facts": distil, "profile": compile_}
