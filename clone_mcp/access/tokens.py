"""Access and refresh tokens: what stands in them, and who signed it.

Keys are made from a secret and the day, so they change every day with nothing to hand around, on any number of servers.
Yesterday's key still verifies, which is longer than any access token lives. To replace the secret itself, put a new one
before the old; once the tokens of the old have expired, leave it out.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from clone_mcp.errors import Unauthenticated
from clone_mcp.models.access import SignIn
from clone_mcp.ports import Clock

ISSUER = AUDIENCE = "clone-mcp"
ACCESS_LASTS = timedelta(minutes=60)
"""Less than a day, since yesterday's key is the oldest that verifies. Signing out counts at once all the same."""
_SKEW = timedelta(seconds=60)
"""How far apart the clocks of two servers may be."""
_ALGORITHM = "HS256"
_NEEDED = ["iss", "aud", "sub", "tid", "sid", "iat", "exp"]
_MAC = 32
"""Bytes of HMAC-SHA-256."""


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token says."""

    tenant: UUID
    user: str
    sign_in: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh token says. Each generation is good once."""

    tenant: UUID
    sign_in: str
    generation: int


class Tokens:
    """Signs with the first secret, and reads what any of them has signed."""

    def __init__(self, secrets: Sequence[bytes], clock: Clock) -> None:
        self._secrets = {_derived(secret, "name").hex()[:8]: secret for secret in secrets}
        self._signing = next(iter(self._secrets))
        self._clock = clock

    def access(self, sign_in: SignIn) -> str:
        """A JWT for an hour."""
        import jwt  # noqa: PLC0415 (a tenth of a second, for nothing over stdio)

        now = self._clock.now()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": sign_in.user,
            "tid": str(sign_in.tenant),
            "sid": sign_in.id,
            "iat": int(now.timestamp()),
            "exp": int((now + ACCESS_LASTS).timestamp()),
        }
        kid = f"{now:%Y%m%d}.{self._signing}"
        return jwt.encode(claims, self._key(kid), algorithm=_ALGORITHM, headers={"kid": kid})

    def read_access(self, text: str) -> Access:
        """What the token says. Raises Unauthenticated unless one of our keys signed it and it has not expired."""
        import jwt  # noqa: PLC0415 (as above)

        try:
            claims: dict[str, Any] = jwt.decode(
                text,
                self._key(jwt.get_unverified_header(text).get("kid")),
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                # Times are held against the clock that is passed in.
                options={"require": _NEEDED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
            now = self._clock.now().timestamp()
            if not claims["iat"] - _SKEW.total_seconds() <= now < claims["exp"]:
                raise expired()
            return Access(UUID(claims["tid"]), str(claims["sub"]), str(claims["sid"]))
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as exc:
            raise expired() from exc

    def refresh(self, sign_in: SignIn) -> str:
        """The token of the sign-in's present generation."""
        body = sign_in.tenant.bytes + UUID(sign_in.id).bytes + sign_in.generation.to_bytes(4, "big")
        signed = body + self._mac(self._secrets[self._signing], body)
        return urlsafe_b64encode(signed).decode().rstrip("=")

    def read_refresh(self, text: str) -> Refresh:
        """What the token says. Raises Unauthenticated unless it is one of ours."""
        try:
            raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        except ValueError as exc:
            raise expired() from exc
        body, mac = raw[:-_MAC], raw[-_MAC:]
        ours = [hmac.compare_digest(self._mac(secret, body), mac) for secret in self._secrets.values()]
        if len(body) != 36 or not any(ours):
            raise expired()
        return Refresh(UUID(bytes=body[:16]), str(UUID(bytes=body[16:32])), int.from_bytes(body[32:], "big"))

    def _key(self, kid: object) -> bytes:
        day, _, name = str(kid).partition(".")
        now = self._clock.now()
        days = [f"{now - timedelta(days=1):%Y%m%d}", f"{now:%Y%m%d}", f"{now + _SKEW:%Y%m%d}"]
        if day not in days or name not in self._secrets:
            raise expired()
        return _derived(self._secrets[name], f"access token {day}")

    def _mac(self, secret: bytes, body: bytes) -> bytes:
        return hmac.digest(_derived(secret, "refresh token"), body, hashlib.sha256)


def expired() -> Unauthenticated:
    """The one answer to every token that is not good."""
    return Unauthenticated("This token is unknown, expired or revoked.", hint="Sign in again.")


def _derived(secret: bytes, use: str) -> bytes:
    """A key for one use, from which neither the secret nor another key can be told."""
    return hmac.digest(secret, f"clone {use}".encode(), hashlib.sha256)
