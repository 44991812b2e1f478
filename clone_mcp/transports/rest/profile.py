"""/api/memory/profile/: who the person is, compiled from the facts. There is one, so it has no id."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire.memory import ProfileBody, ProfileReply


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


ENDPOINTS = (
    Endpoint("GET", "/api/memory/profile/", show_profile),
    Endpoint("POST", "/api/memory/profile/", put_profile, Needs.OWNER),
    Endpoint("DELETE", "/api/memory/profile/", delete_profile, Needs.OWNER),
)
