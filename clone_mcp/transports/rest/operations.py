"""Running Clone: what the person switches on, which services may send, and how the server and its work are doing.

That is /api/switches/, /api/sources/, /api/monitoring/ and /api/jobs/. What makes Clone more careful may be switched on
by anybody who may write; what makes it less so is the owner's.
"""

from __future__ import annotations

from starlette.datastructures import Headers

from clone_mcp import __version__
from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.sources.webhooks.intake import CONNECTORS, PATH
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire import operations as wire
from clone_mcp.wire.bodies import Page, PageQuery, page
from clone_mcp.wire.operations import HealthReply, JobReply, ReadyReply, SwitchesReply, SwitchQuery, UsageReply


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


async def list_sources(caller: Caller) -> wire.ConnectorsReply:
    """Services that can be connected."""
    return wire.ConnectorsReply(results=[wire.ConnectorReply.model_validate(each) for each in CONNECTORS.values()])


async def list_webhooks(clone: Clone, caller: Caller) -> wire.WebhooksReply:
    """Webhooks, newest first, revoked ones included."""
    return wire.WebhooksReply(
        results=[wire.WebhookReply.model_validate(each) for each in await clone.sources.webhooks.list(caller)]
    )


async def add_webhook(clone: Clone, caller: Caller, body: wire.WebhookBody) -> wire.WebhookMade:
    """Make an address that a service may send to. Address and secret are shown this once."""
    made = await clone.sources.webhooks.create(
        caller, body.connector, name=body.name, signing_secret=body.signing_secret or None
    )
    told = wire.WebhookReply.model_validate(made.webhook).model_dump()
    return wire.WebhookMade(**told, path=PATH.format(address=made.address), secret=made.secret)


async def revoke_webhook(clone: Clone, caller: Caller, webhook_id: str) -> None:
    """Take nothing from it any more."""
    await clone.sources.webhooks.revoke(caller, webhook_id)


async def receive_delivery(clone: Clone, address: str, headers: Headers, content: bytes) -> wire.DeliveryReply:
    """Take what a service sends. It needs no key: the address says whose it is, the signature that it is theirs."""
    return wire.DeliveryReply.model_validate(await clone.sources.webhooks.receive(address, headers, content))


async def show_health() -> HealthReply:
    """Whether the process answers."""
    return HealthReply(status="ok", version=__version__)


async def show_readiness(clone: Clone) -> ReadyReply:
    """Whether the database answers too: 503 while it does not."""
    return ReadyReply(status="ready", version=__version__, revision=await clone.jobs.health.revision())


async def show_usage(clone: Clone, caller: Caller) -> UsageReply:
    """What the caller's account uses, and what it may. Days are UTC's."""
    return UsageReply.model_validate(await clone.access.usage(caller.tenant))


async def list_jobs(clone: Clone, caller: Caller, query: PageQuery) -> Page[JobReply]:
    """Background work: what is not finished first, by when it is due, then the newest finished."""
    found = await clone.jobs.inspect.listed(caller.tenant, limit=query.offset + query.limit + 1)
    return page(query, [JobReply.model_validate(job) for job in found[query.offset :]])


async def show_job(clone: Clone, caller: Caller, job_id: str) -> JobReply:
    """One job."""
    return JobReply.model_validate(await clone.jobs.inspect.one(caller.tenant, job_id))


async def retry_job(clone: Clone, caller: Caller, job_id: str) -> JobReply:
    """Make a job due now that failed or waits."""
    return JobReply.model_validate(await clone.jobs.inspect.retry(caller.tenant, job_id))


ENDPOINTS = (
    Endpoint("GET", "/api/switches/", show_switches),
    Endpoint("POST", "/api/switches/pause/", pause, Needs.WRITER),
    Endpoint("DELETE", "/api/switches/pause/", resume, Needs.OWNER),
    Endpoint("POST", "/api/switches/shadow/", watch, Needs.WRITER),
    Endpoint("DELETE", "/api/switches/shadow/", act, Needs.OWNER),
    Endpoint("POST", "/api/switches/trust/", trust, Needs.OWNER),
    Endpoint("DELETE", "/api/switches/trust/", distrust, Needs.OWNER),
    Endpoint("GET", "/api/sources/", list_sources),
    Endpoint("GET", "/api/sources/webhooks/", list_webhooks, Needs.OWNER),
    Endpoint("POST", "/api/sources/webhooks/", add_webhook, Needs.OWNER, 201),
    Endpoint("DELETE", "/api/sources/webhooks/{webhook_id}/", revoke_webhook, Needs.OWNER),
    Endpoint("POST", PATH, receive_delivery, Needs.NOTHING),
    Endpoint("GET", "/api/monitoring/health/", show_health, Needs.NOTHING),
    Endpoint("GET", "/api/monitoring/ready/", show_readiness, Needs.NOTHING),
    Endpoint("GET", "/api/monitoring/usage/", show_usage),
    Endpoint("GET", "/api/jobs/", list_jobs),
    Endpoint("GET", "/api/jobs/{job_id}/", show_job),
    Endpoint("POST", "/api/jobs/{job_id}/retry/", retry_job, Needs.OWNER),
)
