"""Passwords: what may be one, and how one is kept. Who may try how often is throttle.py's to say."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from clone_mcp.errors import Invalid

T = TypeVar("T")

SHORTEST, LONGEST = 10, 256
"""Characters. wire/accounts.py says the same to who reads the schema."""
_AT_ONCE = 2
"""Each hash takes 64 MiB and a processor for a tenth of a second: what more callers want has to wait."""


class Argon2:
    """A slow hash: Argon2id with what RFC 9106 recommends where memory is scarce, 64 MiB and three passes.

    Each hash brings a salt and its parameters along.
    """

    def __init__(self, *, passes: int | None = None, memory_kib: int | None = None) -> None:
        from argon2 import DEFAULT_MEMORY_COST, DEFAULT_TIME_COST, PasswordHasher  # noqa: PLC0415 (only over HTTP)

        self._argon2 = PasswordHasher(
            time_cost=passes or DEFAULT_TIME_COST, memory_cost=memory_kib or DEFAULT_MEMORY_COST
        )

    def hash(self, password: str) -> str:
        return self._argon2.hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 (as above)

        try:
            return self._argon2.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def is_dated(self, hashed: str) -> bool:
        """Whether it was made with parameters that are no longer good enough."""
        return self._argon2.check_needs_rehash(hashed)


class Passwords:
    """Makes and checks hashes, off the event loop and a few at a time."""

    def __init__(self, hasher: Callable[[], Argon2]) -> None:
        self._make = hasher
        self._hasher: Argon2 | None = None
        self._nobodys = ""
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._first = asyncio.Lock()

    async def hashed(self, password: str, *, email: str | None) -> str:
        """The hash of a new password. Raises Invalid for one that is too easily guessed."""
        words = _checked(password, email)
        return await self._within(lambda hasher: hasher.hash(words))

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password. Takes as long where there is none to compare with."""
        words = _normal(password)[: LONGEST + 1]
        await self._decoy()
        fits = await self._within(lambda hasher: hasher.verify(hashed or self._nobodys, words))
        return fits and hashed is not None

    async def renewed(self, password: str, hashed: str) -> str | None:
        """A better hash of a password that fits, where the present one is dated."""
        words = _normal(password)
        return await self._within(lambda hasher: hasher.hash(words) if hasher.is_dated(hashed) else None)

    async def _decoy(self) -> None:
        """Whoever signs in first makes it, whether anybody knows them or not."""
        if not self._nobodys:
            async with self._first:
                self._nobodys = self._nobodys or await self._within(lambda hasher: hasher.hash("nobody's password"))

    async def _within(self, use: Callable[[Argon2], T]) -> T:
        if self._hasher is None:
            self._hasher = self._make()
        async with self._turns:
            return await asyncio.to_thread(use, self._hasher)


def _normal(password: str) -> str:
    """The same characters whatever keyboard typed them. What no encoding takes is replaced."""
    return unicodedata.normalize("NFKC", password).encode(errors="replace").decode()


def _checked(password: str, email: str | None) -> str:
    words = _normal(password)
    if not SHORTEST <= len(words) <= LONGEST:
        raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters.")
    if len(set(words)) < 4 or (email and words.casefold() in (email, email.partition("@")[0])):
        raise Invalid("This password is too easily guessed.", hint="Take several words that nobody else would.")
    return words
