"""/api/memory/episodes/: stretches of sessions, summarised. The second tier of memory."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire import memory as wire
from clone_mcp.wire.bodies import Page, page


async def list_episodes(clone: Clone, caller: Caller, query: wire.EpisodesQuery) -> Page[wire.EpisodeReply]:
    """Episodes, the latest first."""
    found = await clone.memory.read.episodes(
        caller.tenant, since=query.since, limit=query.limit + 1, offset=query.offset, session_id=query.session_id
    )
    return page(query, [wire.EpisodeReply.model_validate(episode) for episode in found])


async def add_episode(clone: Clone, caller: Caller, body: wire.EpisodeBody, own_id: str | None) -> wire.EpisodeReply:
    """Tell what happened. It happened now unless you say when."""
    told = await clone.memory.append.episode(
        caller, body.summary, started_at=body.started_at, ended_at=body.ended_at, own_id=own_id
    )
    return wire.EpisodeReply.model_validate(told)


async def show_episode(clone: Clone, caller: Caller, episode_id: str) -> wire.EpisodeReply:
    """One episode."""
    return wire.EpisodeReply.model_validate(await clone.memory.read.episode(caller.tenant, episode_id))


async def edit_episode(clone: Clone, caller: Caller, episode_id: str, body: wire.EpisodePatch) -> wire.EpisodeReply:
    """Put a summary in other words. They stay when the session is told anew."""
    return wire.EpisodeReply.model_validate(await clone.memory.correct.edit_episode(caller, episode_id, body.summary))


async def delete_episode(clone: Clone, caller: Caller, episode_id: str) -> None:
    """Throw a summary away. Its session is told again from what was said."""
    await clone.memory.correct.delete_episode(caller, episode_id)


ENDPOINTS = (
    Endpoint("GET", "/api/memory/episodes/", list_episodes),
    Endpoint("POST", "/api/memory/episodes/", add_episode, Needs.OWNER, 201),
    Endpoint("GET", "/api/memory/episodes/{episode_id}/", show_episode),
    Endpoint("PATCH", "/api/memory/episodes/{episode_id}/", edit_episode, Needs.OWNER),
    Endpoint("DELETE", "/api/memory/episodes/{episode_id}/", delete_episode, Needs.OWNER),
)
