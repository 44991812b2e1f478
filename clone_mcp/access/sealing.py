"""Tenants' secrets at rest: AES-256-GCM, with the tenant bound into each so that none can be moved to another's row."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clone_mcp.access.spending import unreadable
from clone_mcp.errors import Invalid

_FORM = b"\x01"
_MARK, _NONCE = 4, 12


class AesGcm:
    """The Sealing port. The first key encrypts, each decrypts what was sealed with it."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {_mark(key): AESGCM(key) for key in keys}
        self._newest = _mark(keys[0])

    @classmethod
    def of(cls, setting: str) -> AesGcm:
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
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, text.encode(), tenant.bytes)
        return _FORM + self._newest + nonce + sealed

    def open(self, tenant: UUID, sealed: bytes) -> str:
        mark, rest = sealed[1 : 1 + _MARK], sealed[1 + _MARK :]
        key = self._keys.get(mark)
        if sealed[:1] != _FORM or key is None:
            raise unreadable()
        try:
            return key.decrypt(rest[:_NONCE], rest[_NONCE:], tenant.bytes).decode()
        except (InvalidTag, ValueError) as exc:
            raise unreadable() from exc

    def is_current(self, sealed: bytes) -> bool:
        return sealed[1 : 1 + _MARK] == self._newest


def new_key() -> str:
    """A key as the setting takes it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _mark(key: bytes) -> bytes:
    """Tells keys apart without telling anything of them."""
    return hashlib.sha256(b"clone-mcp encryption key" + key).digest()[:_MARK]
