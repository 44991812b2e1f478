"""/api/memory/profile/: who the person is, compiled from the facts. The fourth tier of memory."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire import memory as wire


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
    Endpoint("GET", "/api/memory/profile/", show_profile),
    Endpoint("POST", "/api/memory/profile/", put_profile, Needs.OWNER),
    Endpoint("DELETE", "/api/memory/profile/", delete_profile, Needs.OWNER),
)
