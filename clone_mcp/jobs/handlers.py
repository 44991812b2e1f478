"""Which kind of job is which use case. Each may run twice and does no harm then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from clone_mcp.memory.embed import EMBED, Embed
from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.sync import Sync
from clone_mcp.prediction.calibrate import CALIBRATE, Calibrate
from clone_mcp.prediction.settle import Settle

Handler = Callable[[UUID, dict[str, Any]], Awaitable[object]]


def handlers(
    *,
    sync: Sync,
    episodes: PromoteEpisodes,
    facts: PromoteFacts,
    profile: CompileProfile,
    settle: Settle,
    calibrate: Calibrate,
    model: Callable[[UUID], Awaitable[None]] | None = None,
    embed: Embed | None = None,
) -> Mapping[str, Handler]:
    """Every kind of job there is. `model` reads what is new after the rules, where one is allowed."""

    async def summarise(tenant: UUID, payload: dict[str, Any]) -> None:
        await sync(tenant)
        if "session_id" in payload:
            await settle.session(tenant, str(payload["session_id"]))
            await episodes.when_quiet(tenant, str(payload["session_id"]))
        else:
            await episodes(tenant)

    async def distil(tenant: UUID, _payload: dict[str, Any]) -> None:
        await facts(tenant)
        if model is not None:
            await model(tenant)

    kinds: dict[str, Handler] = {
        "episodes": summarise,
        "facts": distil,
        "profile": _for(profile),
        CALIBRATE: _for(calibrate),
    }
    return kinds if embed is None else {**kinds, EMBED.kind: _for(embed)}


def _for(use_case: Callable[[UUID], Awaitable[object]]) -> Handler:
    """A use case that needs to know the tenant and nothing else."""

    async def run(tenant: UUID, _payload: dict[str, Any]) -> None:
        await use_case(tenant)

    return run
