"""Which kind of job is which use case. Each may run twice and does no harm then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.erase import PURGE, Purge
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.promote import MODEL, ReadDaily
from clone_mcp.memory.sync import EMBED, Embed, Sync
from clone_mcp.prediction.calibrate import CALIBRATE, Calibrate
from clone_mcp.prediction.feedback import Settle

Handler = Callable[[UUID, dict[str, Any]], Awaitable[object]]


def handlers(
    *,
    sync: Sync,
    episodes: PromoteEpisodes,
    facts: PromoteFacts,
    profile: CompileProfile,
    purge: Purge,
    settle: Settle,
    calibrate: Calibrate,
    model: ReadDaily | None = None,
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
            await model.when_due(tenant)

    kinds: dict[str, Handler] = {
        "episodes": summarise,
        "facts": distil,
        "profile": lambda tenant, _payload: profile(tenant),
        CALIBRATE: lambda tenant, _payload: calibrate(tenant),
        PURGE: lambda tenant, _payload: purge(tenant),
    }
    if model is not None:
        kinds[MODEL.kind] = lambda tenant, _payload: model(tenant)
    if embed is not None:
        kinds[EMBED.kind] = lambda tenant, _payload: embed(tenant)
    return kinds
