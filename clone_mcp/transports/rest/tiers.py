"""The four tiers below /api/memory/, read and corrected one thing at a time: raw, episodes, facts, profile.

What goes across them is in memory.py.
"""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import FactKind
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire import memory as wire
from clone_mcp.wire.bodies import Page, PageQuery, page


async def list_raw(clone: Clone, caller: Caller, query: wire.RowsQuery) -> Page[wire.RawReply]:
    """What was said and done, newest first."""
    found = await clone.memory.read.raws(caller.tenant, since=query.since, limit=query.limit + 1, offset=query.offset)
    return page(query, [wire.RawReply.model_validate(raw) for raw in found])


async def add_raw(clone: Clone, caller: Caller, body: wire.RawBody, own_id: str | None) -> wire.RawReply:
    """Make a statement. It is recorded as an event first, so that it has a source like everything else."""
    return wire.RawReply.model_validate(await clone.memory.append.raw(caller, body.text, own_id=own_id))


async def show_raw(clone: Clone, caller: Caller, raw_id: str) -> wire.RawReply:
    """One raw row."""
    return wire.RawReply.model_validate(await clone.memory.read.raw(caller.tenant, raw_id))


async def delete_raw(clone: Clone, caller: Caller, raw_id: str) -> None:
    """Erase an event, and everything that rests on it alone. Recorded again, it stays away."""
    if not await clone.memory.correct.delete_raws(caller, [raw_id]):
        raise NotFound("There is no such raw row.")


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


async def list_facts(clone: Clone, caller: Caller, query: PageQuery) -> Page[wire.FactReply]:
    """Facts, most important first, so archived ones last."""
    found = await clone.memory.read.facts(caller.tenant, limit=query.limit + 1, offset=query.offset)
    return page(query, [wire.FactReply.model_validate(fact) for fact in found])


async def add_fact(clone: Clone, caller: Caller, body: wire.FactBody) -> wire.FactReply:
    """Tell Clone a fact. One that is known already is refused with its id, so a request may be repeated."""
    fact = await clone.memory.append.fact(caller, body.text, kind=FactKind(body.kind), tags=body.tags)
    return wire.FactReply.model_validate(fact)


async def show_fact(clone: Clone, caller: Caller, fact_id: str) -> wire.FactReply:
    """One fact."""
    return wire.FactReply.model_validate(await clone.memory.read.fact(caller.tenant, fact_id))


async def edit_fact(clone: Clone, caller: Caller, fact_id: str, body: wire.FactPatch) -> wire.FactReply:
    """Put a fact in other words, or change its tags. The claim it made before stays gone."""
    return wire.FactReply.model_validate(
        await clone.memory.correct.edit_fact(caller, fact_id, text=body.text, tags=body.tags)
    )


async def delete_fact(clone: Clone, caller: Caller, fact_id: str) -> None:
    """Remove a fact for good. The same evidence does not bring it back."""
    await clone.memory.correct.delete_fact(caller, fact_id)


async def show_profile(clone: Clone, caller: Caller) -> wire.ProfileReply:
    """Who this person is, as far as it is known."""
    profile = await clone.memory.read.profile(caller.tenant)
    if profile is None:
        raise NotFound("There is no profile yet.", hint="It is compiled once there are facts.")
    return wire.ProfileReply.model_validate(profile)


async def put_profile(clone: Clone, caller: Caller, body: wire.ProfileBody) -> wire.ProfileReply:
    """Put the profile's page in your own words."""
    return wire.ProfileReply.model_validate(await clone.memory.correct.edit_profile(caller, body.body))


async def delete_profile(clone: Clone, caller: Caller) -> None:
    """Throw the profile's page away. It is compiled from the facts again."""
    await clone.memory.correct.delete_profile(caller)


ENDPOINTS = (
    Endpoint("GET", "/api/memory/raw/", list_raw),
    Endpoint("POST", "/api/memory/raw/", add_raw, Needs.OWNER, 201),
    Endpoint("GET", "/api/memory/raw/{raw_id:text}/", show_raw),
    Endpoint("DELETE", "/api/memory/raw/{raw_id:text}/", delete_raw, Needs.OWNER),
    Endpoint("GET", "/api/memory/episodes/", list_episodes),
    Endpoint("POST", "/api/memory/episodes/", add_episode, Needs.OWNER, 201),
    Endpoint("GET", "/api/memory/episodes/{episode_id}/", show_episode),
    Endpoint("PATCH", "/api/memory/episodes/{episode_id}/", edit_episode, Needs.OWNER),
    Endpoint("DELETE", "/api/memory/episodes/{episode_id}/", delete_episode, Needs.OWNER),
    Endpoint("GET", "/api/memory/facts/", list_facts),
    Endpoint("POST", "/api/memory/facts/", add_fact, Needs.OWNER, 201),
    Endpoint("GET", "/api/memory/facts/{fact_id}/", show_fact),
    Endpoint("PATCH", "/api/memory/facts/{fact_id}/", edit_fact, Needs.OWNER),
    Endpoint("DELETE", "/api/memory/facts/{fact_id}/", delete_fact, Needs.OWNER),
    Endpoint("GET", "/api/memory/profile/", show_profile),
    Endpoint("POST", "/api/memory/profile/", put_profile, Needs.OWNER),
    Endpoint("DELETE", "/api/memory/profile/", delete_profile, Needs.OWNER),
)
