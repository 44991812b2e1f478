"""Who sent an HTTP request. Every request says so itself; no session, address or argument does."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers

from clone_mcp.access.accounts import Issuer
from clone_mcp.clone import Clone
from clone_mcp.errors import Unauthenticated
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope

Authenticate = Callable[[Headers], Awaitable[Caller]]

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
        if not _is_token(text):
            return await (await clone()).access.api_keys.caller(text)
        if issuer is not None and issuer.issued(text):
            return await (await clone()).access.accounts.by_issuer(issuer, text)
        return await (await clone()).access.signing_in.caller(text)

    return authenticate


def _is_token(text: str) -> bool:
    """Whether it is a JWT, as far as its form tells."""
    return text.count(".") == 2 and len(text) <= _LONGEST and text.isascii()


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
