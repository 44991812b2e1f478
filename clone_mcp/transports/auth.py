"""Who sent an HTTP request. Every request says so itself; no session, address or argument does."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers

from clone_mcp.clone import Clone
from clone_mcp.errors import Unauthenticated
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope

Authenticate = Callable[[Headers], Awaitable[Caller]]


def credential(headers: Headers) -> str | None:
    """The key a request brings, in either of the spellings that clients use."""
    if key := headers.get("x-clone-api-key"):
        return key.strip()
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() or None if kind.lower() == "bearer" else None


def by_key(clone: Callable[[], Awaitable[Clone]], *, fallback: str) -> Authenticate:
    """By API key. `fallback` is used for requests that bring none."""

    async def authenticate(headers: Headers) -> Caller:
        key = credential(headers) or fallback
        if not key:
            raise Unauthenticated(
                "This needs an API key.",
                hint="Send it as X-Clone-API-Key or Authorization: Bearer; make one with `clone-mcp keys create`.",
            )
        return await (await clone()).keys.caller(key)

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
