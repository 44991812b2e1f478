"""/api/monitoring/: whether the server and its database answer, and what an account uses.

Probes for whoever runs the server are in transports/http/lifecycle.py, Prometheus' counts beside it.
"""

from __future__ import annotations

from clone_mcp import __version__
from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire.operations import HealthReply, ReadyReply, UsageReply


async def show_health() -> HealthReply:
    """Whether the process answers."""
    return HealthReply(status="ok", version=__version__)


async def show_readiness(clone: Clone) -> ReadyReply:
    """Whether the database answers too: 503 while it does not."""
    return ReadyReply(status="ready", version=__version__, revision=await clone.jobs.health.revision())


async def show_usage(clone: Clone, caller: Caller) -> UsageReply:
    """What the caller's account uses, and what it may. Days are UTC's."""
    return UsageReply.model_validate(await clone.access.usage(caller.tenant))


ENDPOINTS = (
    Endpoint("GET", "/api/monitoring/health/", show_health, Needs.NOTHING),
    Endpoint("GET", "/api/monitoring/ready/", show_readiness, Needs.NOTHING),
    Endpoint("GET", "/api/monitoring/usage/", show_usage),
)
