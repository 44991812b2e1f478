"""Tenants' own keys for a model: kept encrypted, used for their calls alone, never shown again."""

from __future__ import annotations

from uuid import UUID

from clone_mcp.access.scopes import require_owner
from clone_mcp.errors import Invalid, Unavailable
from clone_mcp.models.access import Caller
from clone_mcp.ports import Storage
from clone_mcp.ports.hosting import Sealing

_LONGEST = 300


class ModelKeys:
    """Sets and removes them. Where no encryption key is set, none can be kept."""

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

    async def is_set(self, tenant: UUID) -> bool:
        """Whether the tenant has a key of their own."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.settings.model_key() is not None

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
