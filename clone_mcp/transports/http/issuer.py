"""The issuer that the operator names: whom its tokens are about, and what they grant.

Nothing but the issuer's own host is ever asked, unless the operator names where its keys are. No address comes from a
token, and no redirect is followed.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
import jwt

from clone_mcp.errors import Unauthenticated, Unavailable
from clone_mcp.models.access import Identity, Scope
from clone_mcp.ports import Clock
from clone_mcp.settings import Settings, listed
from clone_mcp.transports.http.auth import SCOPES, InsufficientScope, resource_of

log = logging.getLogger(__name__)

# Signatures that only the issuer can make. What anybody could make who can check it is not among them, nor is none.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")

_SKEW = 60.0
"""Seconds by which the issuer's clock may differ from ours."""
_KEPT = 600.0
"""Seconds after which keys are fetched anew, so that one which was withdrawn is forgotten."""
_STALE = 3600.0
"""Seconds for which keys that can't be fetched anew are still good."""
_PAUSE = 30.0
"""Seconds between two fetches, however many tokens name keys that nobody knows."""
_PATIENCE = 10.0
"""Seconds in which all of a fetch must be done."""
_MOST_KEYS = 50
_MOST_BYTES = 256 * 1024
"""What is longer is no list of keys."""
_LONGEST_SUBJECT = 255
"""Characters that OpenID Connect allows for one."""
_METADATA = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")


@dataclass(frozen=True, slots=True)
class _Key:
    """A key that checks signatures."""

    key: Any
    algorithm: str | None
    """The only one it is for, if the issuer says so."""


class IssuerKeys:
    """The issuer's keys, fetched when a token first needs them. A cache: every server has one of its own."""

    def __init__(self, issuer: str, url: str) -> None:
        self._issuer = issuer
        self._url = url
        self._keys: dict[str, _Key] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._turn = asyncio.Lock()

    async def key(self, kid: str, clock: Clock) -> _Key:
        """The key of that name. Raises Unauthenticated when the issuer has none, Unavailable when it can't be asked."""
        now = clock.monotonic()
        if kid in self._keys and now - self._fetched <= _KEPT:
            return self._keys[kid]
        async with self._turn:
            if (kid not in self._keys or now - self._fetched > _KEPT) and now - self._tried > _PAUSE:
                self._tried = now
                await self._renew(now)
            if kid in self._keys and now - self._fetched <= _STALE:
                return self._keys[kid]
            if self._fetched < self._tried:
                raise Unavailable("The issuer of this token can't be reached.", hint="Try again in a minute.")
            raise _not_good()

    async def _renew(self, now: float) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                self._keys = await self._fetch()
            self._fetched = now
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError, TimeoutError) as exc:
            log.warning("The keys of %s can't be fetched: %s", self._issuer, type(exc).__name__)

    async def _fetch(self) -> dict[str, _Key]:
        async with httpx2.AsyncClient(timeout=5, follow_redirects=False) as http:
            keys = (await _json(http, self._url or await self._keys_url(http))).get("keys")
        described = cast("list[Any]", keys if isinstance(keys, list) else [])[:_MOST_KEYS]
        return dict(named for each in described if (named := _named(each)) is not None)

    async def _keys_url(self, http: httpx2.AsyncClient) -> str:
        """Where the issuer says its keys are, in either of the places for that."""
        parts = urlsplit(self._issuer)
        path = parts.path.rstrip("/")
        origin = f"{parts.scheme}://{parts.netloc}"
        for address in (f"{origin}{_METADATA[0]}{path}", f"{origin}{path}{_METADATA[1]}"):
            try:
                said = await _json(http, address)
            except httpx2.HTTPStatusError:
                continue
            url = str(said.get("jwks_uri", ""))
            if said.get("issuer") == self._issuer and url.startswith(f"{origin}/"):
                return url
        raise ValueError("the issuer's metadata name no keys on its own host")


async def _json(http: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    async with http.stream("GET", url, headers={"accept": "application/json"}) as response:
        if response.status_code != 200:
            raise httpx2.HTTPStatusError("not 200", request=response.request, response=response)
        content = b""
        async for part in response.aiter_bytes():
            content += part
            if len(content) > _MOST_BYTES:
                raise ValueError("too long")
    value = httpx2.Response(200, content=content).json()
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 (it is the content that is wrong)
    return cast("dict[str, Any]", value)


def _named(described: Any) -> tuple[str, _Key] | None:
    """A key for checking signatures and its name, unless it is for something else or nothing we know."""
    match described:
        case {"kid": str(kid), "kty": "RSA" | "EC" | "OKP"} if described.get("use", "sig") == "sig":
            try:
                key = jwt.PyJWK.from_dict(cast("dict[str, Any]", described))
            except (jwt.PyJWTError, ValueError, TypeError, KeyError):
                return None
            return kid, _Key(key.key, cast("dict[str, Any]", described).get("alg"))
        case _:
            return None


class ExternalIssuer:
    """The issuer that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oauth_issuer
        self._audiences = listed(settings.oauth_audience) or [resource_of(settings)]
        self._keys = IssuerKeys(settings.oauth_issuer, settings.oauth_jwks_url)

    def issued(self, token: str) -> bool:
        try:
            said = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            return False
        return said.get("iss") == self._issuer

    async def vouched(self, token: str, clock: Clock) -> tuple[Identity, Scope]:
        claims = self._checked(token, await self._keys.key(_kid(token), clock), clock.now().timestamp())
        granted = _granted(claims)
        if granted is None:
            raise InsufficientScope(
                "The token grants nothing here.", hint=f"Ask its issuer for one of the scopes {', '.join(SCOPES)}."
            )
        return Identity(self._issuer, claims["sub"]), granted

    def _checked(self, token: str, key: _Key, now: float) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm] if key.algorithm in ALGORITHMS else list(ALGORITHMS),
                audience=self._audiences,
                issuer=self._issuer,
                options={
                    "require": ["exp", "sub", "aud", "iss"],
                    "enforce_minimum_key_length": True,
                    # Times are held against the clock that is passed in.
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
            timely = float(claims.get("nbf", 0)) - _SKEW <= now < float(claims["exp"]) + _SKEW
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as exc:
            raise _not_good() from exc
        if not timely or not 0 < len(claims["sub"]) <= _LONGEST_SUBJECT:
            raise _not_good()
        return claims


def _kid(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as exc:
        raise _not_good() from exc
    kid = header.get("kid")
    if header.get("alg") not in ALGORITHMS or not isinstance(kid, str):
        raise _not_good()
    return kid


def _granted(claims: dict[str, Any]) -> Scope | None:
    """The most that the token grants. Issuers write scopes as one text or as a list."""
    given: Any = claims.get("scope", claims.get("scp", ""))
    names: Any = given.split() if isinstance(given, str) else given
    if not isinstance(names, list):
        return None
    most = [scope for name, scope in SCOPES.items() if name in names]
    return most[-1] if most else None


def _not_good() -> Unauthenticated:
    return Unauthenticated("This token is unknown, expired or not meant for this server.", hint="Get a new one.")
