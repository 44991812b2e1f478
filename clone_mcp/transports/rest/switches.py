"""/api/switches/: what the person switches on, everywhere or for a project.

Anybody who may write may make Clone more careful. Only the owner may make it less careful.
"""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire.operations import SwitchesReply, SwitchQuery


async def show_switches(clone: Clone, caller: Caller) -> SwitchesReply:
    """What is switched on, and where."""
    return SwitchesReply.model_validate(await clone.prediction.switches.now(caller))


async def pause(clone: Clone, caller: Caller, query: SwitchQuery) -> SwitchesReply:
    """Answer nothing from now on. Recording goes on."""
    return SwitchesReply.model_validate(await clone.prediction.switches.pause(caller, project=query.project))


async def resume(clone: Clone, caller: Caller, query: SwitchQuery) -> SwitchesReply:
    """Answer again. What is paused everywhere stays so for a project."""
    return SwitchesReply.model_validate(await clone.prediction.switches.resume(caller, project=query.project))


async def watch(clone: Clone, caller: Caller, query: SwitchQuery) -> SwitchesReply:
    """Only watch: predict, store and score, but let nothing be automatic."""
    return SwitchesReply.model_validate(await clone.prediction.switches.watch(caller, project=query.project))


async def act(clone: Clone, caller: Caller, query: SwitchQuery) -> SwitchesReply:
    """Stop only watching."""
    return SwitchesReply.model_validate(await clone.prediction.switches.act(caller, project=query.project))


async def trust(clone: Clone, caller: Caller, query: SwitchQuery) -> SwitchesReply:
    """Act on what agents say was typed, as on what is known to have been."""
    return SwitchesReply.model_validate(await clone.prediction.switches.trust(caller, project=query.project))


async def distrust(clone: Clone, caller: Caller, query: SwitchQuery) -> SwitchesReply:
    """No longer act on that alone."""
    return SwitchesReply.model_validate(await clone.prediction.switches.distrust(caller, project=query.project))


ENDPOINTS = (
    Endpoint("GET", "/api/switches/", show_switches),
    Endpoint("POST", "/api/switches/pause/", pause, Needs.WRITER),
    Endpoint("DELETE", "/api/switches/pause/", resume, Needs.OWNER),
    Endpoint("POST", "/api/switches/shadow/", watch, Needs.WRITER),
    Endpoint("DELETE", "/api/switches/shadow/", act, Needs.OWNER),
    Endpoint("POST", "/api/switches/trust/", trust, Needs.OWNER),
    Endpoint("DELETE", "/api/switches/trust/", distrust, Needs.OWNER),
)
