"""Webhooks: made and revoked by the owner, written to by whoever knows the address and signs.

The address says whose it is and which, followed by 256 random bits of which only a keyed hash is kept. A service that
signs with a secret of our choice gets one that follows from the server's own, so that nothing of it lies anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from clone_mcp.access.sealing import Sealing
from clone_mcp.errors import Conflict, Invalid, NotFound, Unauthenticated
from clone_mcp.models.access import Caller, Scope, Webhook, require_owner
from clone_mcp.models.events import CLONE_EVENT, Source
from clone_mcp.models.text import clean, clean_payload
from clone_mcp.ports import Clock, Storage
from clone_mcp.recording.ingest import Ingest, event_id
from clone_mcp.sources.webhooks.connectors import GITHUB, SLACK, Challenge, Connector, WebhookTurn

CONNECTORS = {connector.name: connector for connector in (GITHUB, SLACK)}
PATH = "/api/sources/hooks/{address}/"
MOST = 50
"""Webhooks in use at a time."""
LONGEST_NAME = 200
_LONGEST_SECRET = 500
_LONGEST_TEXT = 20_000
_LONGEST_SESSION = 500
_PLAIN = b"\x00"
"""Before a secret that is kept as it is, because the server has no key to seal it with."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook with what is told only now."""

    webhook: Webhook
    address: str
    """The last part of its URL."""
    secret: str | None
    """What to have the service sign with, where it doesn't name that itself."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of a delivery."""

    accepted: int = 0
    duplicates: int = 0
    challenge: str | None = None


class Webhooks:
    """Takes in what services send."""

    def __init__(
        self, storage: Storage, clock: Clock, ingest: Ingest, secret: bytes, *, sealing: Sealing | None = None
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ingest = ingest
        self._secret = secret
        self._sealing = sealing

    async def create(self, caller: Caller, connector: str, *, name: str, signing_secret: str | None) -> NewWebhook:
        """A webhook, and what is told of it this once. Raises Invalid, Conflict, Forbidden."""
        require_owner(caller)
        service = CONNECTORS.get(connector)
        if service is None:
            raise Invalid("There is no such connector.", hint=f"Use {' or '.join(CONNECTORS)}.")
        _check(service, name, signing_secret)
        own = uuid4()
        address = _address(caller.tenant, own)
        webhook = Webhook(
            id=str(own),
            connector=service.name,
            name=clean(name),
            digest=self._digest("address", address),
            secret=self._sealed(caller.tenant, signing_secret) if signing_secret else None,
            created_at=self._clock.now(),
        )
        async with self._storage.begin(caller.tenant) as uow:
            if sum(each.revoked_at is None for each in await uow.webhooks.all()) >= MOST:
                raise Conflict(f"{MOST} webhooks are in use already.", hint="Revoke those that nobody needs.")
            await uow.webhooks.add(webhook)
        return NewWebhook(webhook, address, None if signing_secret else self._own_secret(webhook))

    async def list(self, caller: Caller) -> Sequence[Webhook]:
        """Newest first, revoked ones included. Raises Forbidden."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return await uow.webhooks.all()

    async def revoke(self, caller: Caller, webhook_id: str) -> None:
        """Take nothing from it any more. Raises NotFound, Forbidden."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.webhooks.revoke(webhook_id, self._clock.now())

    async def receive(self, address: str, headers: Mapping[str, str], body: bytes) -> DeliveryResult:
        """Take a delivery. The same one again changes nothing.

        Raises Unauthenticated, without saying whether the address or the signature is wrong, and Invalid.
        """
        tenant, webhook = await self._at(address)
        service = CONNECTORS[webhook.connector]
        if not service.signed(self._signing_secret(tenant, webhook), headers, body, self._clock.now()):
            raise _refused()
        heard = service.heard(headers, _payload(body), body)
        match heard:
            case None:
                return DeliveryResult()
            case Challenge(text):
                return DeliveryResult(challenge=text)
            case WebhookTurn():
                return await self._record(tenant, webhook, heard)

    async def _record(self, tenant: UUID, webhook: Webhook, heard: WebhookTurn) -> DeliveryResult:
        name, session = webhook.connector, clean(heard.session_id)[:_LONGEST_SESSION]
        event = CLONE_EVENT.validate_python(
            {
                "type": "agent.prompt",
                "id": event_id(name, session, heard.once, "webhook"),
                "session_id": session,
                "occurred_at": self._clock.now(),
                "source": Source.INTEGRATION,
                "source_detail": name,
                "agent": name,
                "prompt": clean(heard.text)[:_LONGEST_TEXT],
            }
        )
        recorded = await self._ingest.one(Caller(tenant, Scope.AGENT), event)
        async with self._storage.begin(tenant) as uow:
            await uow.webhooks.used(webhook.id, self._clock.now())
        return DeliveryResult(accepted=int(recorded.new), duplicates=int(not recorded.new))

    async def _at(self, address: str) -> tuple[UUID, Webhook]:
        tenant, own = _owner_of(address)
        async with self._storage.begin(tenant, readonly=True) as uow:
            try:
                webhook = await uow.webhooks.get(str(own))
            except NotFound:
                raise _refused() from None
        known = hmac.compare_digest(webhook.digest, self._digest("address", address))
        if not known or webhook.revoked_at is not None:
            raise _refused()
        return tenant, webhook

    async def reseal(self) -> int:
        """Encrypt every signing secret anew that was not with the newest encryption key; how many those were."""
        count = 0
        for tenant in await self._storage.tenants.all() if self._sealing else ():
            async with self._storage.begin(tenant.id) as uow:
                for webhook in await uow.webhooks.all():
                    sealed = self._resealed(tenant.id, webhook)
                    if sealed is not None:
                        await uow.webhooks.reseal(webhook.id, sealed)
                        count += 1
        return count

    def _resealed(self, tenant: UUID, webhook: Webhook) -> bytes | None:
        if self._sealing is None or webhook.secret is None or webhook.revoked_at is not None:
            return None
        if not webhook.secret.startswith(_PLAIN) and self._sealing.is_current(webhook.secret):
            return None
        return self._sealing.seal(tenant, self._signing_secret(tenant, webhook))

    def _signing_secret(self, tenant: UUID, webhook: Webhook) -> str:
        if webhook.secret is None:
            return self._own_secret(webhook)
        if webhook.secret.startswith(_PLAIN):
            return webhook.secret[len(_PLAIN) :].decode()
        if self._sealing is None:
            raise _refused()
        return self._sealing.open(tenant, webhook.secret)

    def _sealed(self, tenant: UUID, secret: str) -> bytes:
        return self._sealing.seal(tenant, secret) if self._sealing else _PLAIN + secret.encode()

    def _own_secret(self, webhook: Webhook) -> str:
        return self._digest("signature", webhook.id).hex()

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._secret, f"webhook {purpose} {text}".encode(errors="replace"), hashlib.sha256)


def _check(service: Connector, name: str, signing_secret: str | None) -> None:
    if len(name) > LONGEST_NAME:
        raise Invalid(f"A webhook's name has at most {LONGEST_NAME} characters.")
    if service.chooses_secret and not signing_secret:
        raise Invalid(f"{service.title} signs with a secret of its own.", hint="Send it as signing_secret.")
    if signing_secret and not service.chooses_secret:
        raise Invalid(f"{service.title} signs with a secret that Clone makes.", hint="Leave out signing_secret.")
    if signing_secret and len(signing_secret) > _LONGEST_SECRET:
        raise Invalid(f"A signing secret has at most {_LONGEST_SECRET} characters.")


def _address(tenant: UUID, own: UUID) -> str:
    return base64.urlsafe_b64encode(tenant.bytes + own.bytes + secrets.token_bytes(32)).rstrip(b"=").decode()


def _owner_of(address: str) -> tuple[UUID, UUID]:
    try:
        told = base64.b64decode(address.encode("ascii") + b"==", altchars=b"-_", validate=True)
    except ValueError:
        raise _refused() from None
    if len(told) != 64:
        raise _refused()
    return UUID(bytes=told[:16]), UUID(bytes=told[16:32])


def _payload(body: bytes) -> dict[str, Any]:
    try:
        payload = clean_payload(json.loads(body))
    except (ValueError, RecursionError) as exc:
        raise Invalid("The delivery is not JSON.", hint="Have the service send application/json.") from exc
    if not isinstance(payload, dict):
        raise Invalid("The delivery must be a JSON object.")
    return payload  # type: ignore[reportUnknownVariableType]


def _refused() -> Unauthenticated:
    return Unauthenticated("No webhook here takes this.", hint="Check its address and what the service signs with.")
