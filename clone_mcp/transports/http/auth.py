"""Who sent an HTTP request, and whether their limits allow it.

Every request says so itself; no session, address or argument does. To OAuth's clients Clone is a resource server
(OAuth 2.1): it tells them about the issuer that the operator names. What checks the issuer's tokens is in issuer.py,
which is loaded only where there is an issuer.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.datastructures import Headers

from clone_mcp.access.accounts import Issuer
from clone_mcp.access.limits import FLUSH_SECONDS
from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError, Forbidden, Unauthenticated, Unavailable
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.settings import Settings

Authenticate = Callable[[Headers], Awaitable[Caller]]

SCOPES = {
    "clone:read": Scope.VIEWER,
    "clone:use": Scope.AGENT,
    "clone:record": Scope.RECORDER,
    "clone:owner": Scope.OWNER,
}
"""What an issuer may grant, least first."""

METADATA = "/.well-known/oauth-protected-resource"
_NEEDED = "clone:use"

_LONGEST = 16 * 1024
"""Characters of a credential that are looked at. Some issuers put long lists into their tokens."""


def credential(headers: Headers) -> str | None:
    """What a request brings, in either of the spellings that clients use."""
    if key := headers.get("x-clone-api-key"):
        return key.strip()
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() or None if kind.lower() == "bearer" else None


def by_credential(
    clone: Callable[[], Awaitable[Clone]], *, fallback: str, issuer: Issuer | None = None
) -> Authenticate:
    """By API key, by access token, or by a token of the issuer. `fallback` is used for requests that bring none."""

    async def authenticate(headers: Headers) -> Caller:
        text = credential(headers) or fallback
        if not text:
            raise Unauthenticated(
                "This needs an API key or an access token.",
                hint="Send it as X-Clone-API-Key or Authorization: Bearer; make one with `clone-mcp keys create`.",
            )
        if not (text.count(".") == 2 and len(text) <= _LONGEST and text.isascii()):  # a JWT, by its form
            return await (await clone()).access.api_keys.caller(text)
        if issuer is not None and issuer.issued(text):
            return await (await clone()).access.accounts.by_issuer(issuer, text)
        return await (await clone()).access.signing_in.caller(text)

    return authenticate


async def nobody_asked(_headers: Headers) -> Caller:
    """For `--no-auth` on a loopback address: everybody there is the local agent."""
    return Caller(LOCAL_TENANT, Scope.AGENT)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what is bound to the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class InsufficientScope(Forbidden):
    """The token grants nothing here."""


def resource_of(settings: Settings) -> str:
    """What tokens must be meant for: the very address that clients are given."""
    return f"{settings.public_url.rstrip('/')}/mcp"


def metadata(settings: Settings) -> dict[str, Any]:
    """What a client reads to find the issuer (RFC 9728)."""
    return {
        "resource": resource_of(settings),
        "authorization_servers": [settings.oauth_issuer],
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
        "resource_name": "Clone",
    }


def challenge(exc: CloneError, status: int, settings: Settings, *, tried: bool) -> dict[str, str]:
    """The header that tells a client what it needs, on 401 and on a token that grants too little.

    `tried` says that a credential came, which was no good.
    """
    parts = ['realm="clone"']
    if settings.oauth_issuer:
        if isinstance(exc, InsufficientScope):
            parts += ['error="insufficient_scope"', f'scope="{_NEEDED}"']
        elif tried:
            parts.append('error="invalid_token"')
        parts.append(f'resource_metadata="{settings.public_url.rstrip("/")}{METADATA}/mcp"')
    shown = status == 401 or isinstance(exc, InsufficientScope)
    return {"WWW-Authenticate": f"Bearer {', '.join(parts)}"} if shown else {}


log = logging.getLogger(__name__)

_FORGET_EVERY = 30
"""Rounds of adding up between two clean-ups, which makes about a minute."""


def within_limits(authenticate: Authenticate, clone: Callable[[], Awaitable[Clone]]) -> Authenticate:
    """The same, counting each request. Raises RateLimited, too."""

    async def admitted(headers: Headers) -> Caller:
        caller = await authenticate(headers)
        # Without a database nothing can be counted, and whoever answers says so better.
        with suppress(Unavailable):
            await (await clone()).access.quota.admit(caller.tenant)
        return caller

    return admitted


@asynccontextmanager
async def counted(clone: Callable[[], Awaitable[Clone]]) -> AsyncGenerator[None]:
    """What is counted is added up now and then, for as long as the block lasts and once more at its end."""
    task = asyncio.create_task(_for_ever(clone))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        await _add_up(clone)


async def _for_ever(clone: Callable[[], Awaitable[Clone]]) -> None:
    rounds = 0
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        rounds += 1
        await _add_up(clone, forget=rounds % _FORGET_EVERY == 0)


async def _add_up(clone: Callable[[], Awaitable[Clone]], *, forget: bool = False) -> None:
    try:
        quota = (await clone()).access.quota
        await quota.flush()
        if forget:
            await quota.forget()
    except CloneError as exc:
        log.warning("What was used could not be added up: %s", exc)
