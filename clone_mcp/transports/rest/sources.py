"""/api/sources/: which services may send, over which webhooks, and what they send.

Files of a history have no address: `clone-mcp import` reads them where they lie.
"""

from __future__ import annotations

from starlette.datastructures import Headers

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.sources.webhooks.intake import CONNECTORS, PATH
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire import operations as wire


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


ENDPOINTS = (
    Endpoint("GET", "/api/sources/", list_sources),
    Endpoint("GET", "/api/sources/webhooks/", list_webhooks, Needs.OWNER),
    Endpoint("POST", "/api/sources/webhooks/", add_webhook, Needs.OWNER, 201),
    Endpoint("DELETE", "/api/sources/webhooks/{webhook_id}/", revoke_webhook, Needs.OWNER),
    Endpoint("POST", PATH, receive_delivery, Needs.NOTHING),
)
