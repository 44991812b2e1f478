"""/api/memory/: the four tiers, read and corrected one thing at a time."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import FactKind
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire.memory import (
    EpisodeBody,
    EpisodePatch,
    EpisodeReply,
    EpisodesQuery,
    FactBody,
    FactPatch,
    FactReply,
    ProfileBody,
    ProfileReply,
    RawBody,
    RawReply,
    RowsQuery,
)
from clone_mcp.wire.pages import Page, PageQuery, page


async def list_raw(clone: Clone, caller: Caller, query: RowsQuery) -> Page[RawReply]:
    """What was said and done, newest first."""
    found = await clone.memory.read.raws(caller.tenant, since=query.since, limit=query.limit + 1, offset=query.offset)
    return page(query, [RawReply.model_validate(raw) for raw in found])


async def add_raw(clone: Clone, caller: Caller, body: RawBody, own_id: str | None) -> RawReply:
    """Make a statement. It is recorded as an event first, so that it has a source like everything else."""
    return RawReply.model_validate(await clone.memory.append.raw(caller, body.text, own_id=own_id))


async def show_raw(clone: Clone, caller: Caller, raw_id: str) -> RawReply:
    """One raw row."""
    return RawReply.model_validate(await clone.memory.read.raw(caller.tenant, raw_id))


async def delete_raw(clone: Clone, caller: Caller, raw_id: str) -> None:
    """Erase an event, and everything that rests on it alone. Recorded again, it stays away."""
    if not await clone.memory.correct.delete_raws(caller, [raw_id]):
        raise NotFound("There is no such raw row.")


async def list_episodes(clone: Clone, caller: Caller, query: EpisodesQuery) -> Page[EpisodeReply]:
    """Episodes, the latest first."""
    found = await clone.memory.read.episodes(
        caller.tenant, since=query.since, limit=query.limit + 1, offset=query.offset, session_id=query.session_id
    )
    return page(query, [EpisodeReply.model_validate(episode) for episode in found])


async def add_episode(clone: Clone, caller: Caller, body: EpisodeBody, own_id: str | None) -> EpisodeReply:
    """Tell what happened. It happened now unless you say when."""
    told = await clone.memory.append.episode(
        caller, body.summary, started_at=body.started_at, ended_at=body.ended_at, own_id=own_id
    )
    return EpisodeReply.model_validate(told)


async def show_episode(clone: Clone, caller: Caller, episode_id: str) -> EpisodeReply:
    """One episode."""
    return EpisodeReply.model_validate(await clone.memory.read.episode(caller.tenant, episode_id))


async def edit_episode(clone: Clone, caller: Caller, episode_id: str, body: EpisodePatch) -> EpisodeReply:
    """Put a summary in other words. They stay when the session is told anew."""
    return EpisodeReply.model_validate(await clone.memory.correct.edit_episode(caller, episode_id, body.summary))


async def delete_episode(clone: Clone, caller: Caller, episode_id: str) -> None:
    """Throw a summary away. Its session is told again from what was said."""
    await clone.memory.correct.delete_episode(caller, episode_id)


async def list_facts(clone: Clone, caller: Caller, query: PageQuery) -> Page[FactReply]:
    """Facts, most important first, so archived ones last."""
    found = await clone.memory.read.facts(caller.tenant, limit=query.limit + 1, offset=query.offset)
    return page(query, [FactReply.model_validate(fact) for fact in found])


async def add_fact(clone: Clone, caller: Caller, body: FactBody) -> FactReply:
    """Tell Clone a fact. One that is known already is refused with its id, so a request may be repeated."""
    fact = await clone.memory.append.fact(caller, body.text, kind=FactKind(body.kind), tags=body.tags)
    return FactReply.model_validate(fact)


async def show_fact(clone: Clone, caller: Caller, fact_id: str) -> FactReply:
    """One fact."""
    return FactReply.model_validate(await clone.memory.read.fact(caller.tenant, fact_id))


async def edit_fact(clone: Clone, caller: Caller, fact_id: str, body: FactPatch) -> FactReply:
    """Put a fact in other words, or change its tags. The claim it made before stays gone."""
    return FactReply.model_validate(
        await clone.memory.correct.edit_fact(caller, fact_id, text=body.text, tags=body.tags)
    )


async def delete_fact(clone: Clone, caller: Caller, fact_id: str) -> None:
    """Remove a fact for good. The same evidence does not bring it back."""
    await clone.memory.correct.delete_fact(caller, fact_id)


async def show_profile(clone: Clone, caller: Caller) -> ProfileReply:
    """Who this person is, as far as it is known."""
    profile = await clone.memory.read.profile(caller.tenant)
    if profile is None:
        raise NotFound("There is no profile yet.", hint="It is compiled once there are facts.")
    return ProfileReply.model_validate(profile)


async def put_profile(clone: Clone, caller: Caller, body: ProfileBody) -> ProfileReply:
    """Put the profile's page in your own words."""
    return ProfileReply.model_validate(await clone.memory.correct.edit_profile(caller, body.body))


async def delete_profile(clone: Clone, caller: Caller) -> None:
    """Throw the profile's page away. It is compiled from the facts again."""
    await clone.memory.correct.delete_profile(caller)


_OWNER = Needs.OWNER
ENDPOINTS = (
    Endpoint("GET", "/api/memory/raw/", list_raw),
    Endpoint("POST", "/api/memory/raw/", add_raw, _OWNER, 201),
    Endpoint("GET", "/api/memory/raw/{raw_id:text}/", show_raw),
    Endpoint("DELETE", "/api/memory/raw/{raw_id:text}/", delete_raw, _OWNER),
    Endpoint("GET", "/api/memory/episodes/", list_episodes),
    Endpoint("POST", "/api/memory/episodes/", add_episode, _OWNER, 201),
    Endpoint("GET", "/api/memory/episodes/{episode_id}/", show_episode),
    Endpoint("PATCH", "/api/memory/episodes/{episode_id}/", edit_episode, _OWNER),
    Endpoint("DELETE", "/api/memory/episodes/{episode_id}/", delete_episode, _OWNER),
    Endpoint("GET", "/api/memory/facts/", list_facts),
    Endpoint("POST", "/api/memory/facts/", add_fact, _OWNER, 201),
    Endpoint("GET", "/api/memory/facts/{fact_id}/", show_fact),
    Endpoint("PATCH", "/api/memory/facts/{fact_id}/", edit_fact, _OWNER),
    Endpoint("DELETE", "/api/memory/facts/{fact_id}/", delete_fact, _OWNER),
    Endpoint("GET", "/api/memory/profile/", show_profile),
    Endpoint("POST", "/api/memory/profile/", put_profile, _OWNER),
    Endpoint("DELETE", "/api/memory/profile/", delete_profile, _OWNER),
)
