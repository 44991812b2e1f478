"""Tenants' secrets at rest, and the keys for a model that are kept so.

Webhooks keep their secrets the same way. Whatever nobody has to read again is hashed instead: passwords in
passwords.py, API keys in keys.py.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from uuid import UUID

from clone_mcp.errors import Invalid, Unavailable
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.ports import Storage

_FORM = b"\x01"
"""Begins everything that is sealed, so that another way of sealing could tell itself apart."""
_MARK, _NONCE = 4, 12
"""Bytes. A mark need only tell a server's few keys apart; the nonce's length is what GCM is made for."""
_LONGEST = 300
"""Characters of a model's key: Anthropic's have about a hundred."""


class Sealing:
    """AES-256-GCM. The first key encrypts, each decrypts what was sealed with it.

    The tenant is bound into each secret, so that none can be moved to another's row.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (50 ms that few need)

        self._keys = {_mark(key): AESGCM(key) for key in keys}
        self._newest = _mark(keys[0])

    @classmethod
    def of(cls, setting: str) -> Sealing:
        """From the keys that a setting lists. Raises Invalid, without repeating them."""
        try:
            keys = [base64.urlsafe_b64decode(part.strip()) for part in setting.split(",") if part.strip()]
        except ValueError:
            keys = []
        if not keys or any(len(key) != 32 for key in keys):
            raise Invalid(
                "CLONE_ENCRYPTION_KEYS can't be read.",
                hint="`clone-mcp tenants new-encryption-key` makes a key; separate several by commas.",
            )
        return cls(keys)

    def seal(self, tenant: UUID, text: str) -> bytes:
        """Encrypt with the newest key."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, text.encode(), tenant.bytes)
        return _FORM + self._newest + nonce + sealed

    def open(self, tenant: UUID, sealed: bytes) -> str:
        """Decrypt. Raises Unavailable when none of the keys fits."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 (as above)

        mark, rest = sealed[1 : 1 + _MARK], sealed[1 + _MARK :]
        key = self._keys.get(mark)
        if sealed[:1] != _FORM or key is None:
            raise unreadable()
        try:
            return key.decrypt(rest[:_NONCE], rest[_NONCE:], tenant.bytes).decode()
        except (InvalidTag, ValueError) as exc:
            raise unreadable() from exc

    def is_current(self, sealed: bytes) -> bool:
        """Whether it was sealed with the newest key."""
        return sealed[1 : 1 + _MARK] == self._newest


def new_key() -> str:
    """A key as the setting takes it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def unreadable() -> Unavailable:
    """The error for a tenant's own key that this server can't decrypt. The shared one must not stand in for it."""
    return Unavailable(
        "This person's own key for a model can't be read here.",
        hint="Set CLONE_ENCRYPTION_KEYS as it was when the key was set, or set the key anew.",
    )


def _mark(key: bytes) -> bytes:
    """Tells keys apart without telling anything of them."""
    return hashlib.sha256(b"clone-mcp encryption key" + key).digest()[:_MARK]


class ModelKeys:
    """Tenants' own keys for a model: used for their calls alone, never shown again.

    Where no encryption key is set, none can be kept.
    """

    def __init__(self, storage: Storage, sealing: Sealing | None) -> None:
        self._storage = storage
        self._sealing = sealing

    async def put(self, caller: Caller, key: str) -> None:
        """Use this key for the tenant's calls from now on. Raises Forbidden, Invalid and Unavailable."""
        require_owner(caller)
        sealing = self._need()
        key = key.strip()
        if not (key.isascii() and key.isprintable() and 0 < len(key) <= _LONGEST) or " " in key:
            raise Invalid("That is no Anthropic API key.", hint="It is one word, as the Anthropic console shows it.")
        async with self._storage.begin(caller.tenant) as uow:
            await uow.settings.set_model_key(sealing.seal(caller.tenant, key))

    async def remove(self, caller: Caller) -> None:
        """Use the server's key again, if it has one. Raises Forbidden."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.settings.set_model_key(None)

    async def reseal(self) -> int:
        """Encrypt every key anew that was not with the newest encryption key; how many those were."""
        sealing, count = self._need(), 0
        for tenant in await self._storage.tenants.all():
            async with self._storage.begin(tenant.id) as uow:
                sealed = await uow.settings.model_key()
                if sealed is not None and not sealing.is_current(sealed):
                    await uow.settings.set_model_key(sealing.seal(tenant.id, sealing.open(tenant.id, sealed)))
                    count += 1
        return count

    def _need(self) -> Sealing:
        if self._sealing is None:
            raise Unavailable(
                "No key can be kept here: there is nothing to encrypt it with.",
                hint="Set CLONE_ENCRYPTION_KEYS; `clone-mcp tenants new-encryption-key` makes one.",
            )
        return self._sealing
