"""API keys: 256 random bits, shown once, kept as a keyed hash.

`Keys` is for the server and its command line, which act for anybody. `KeyRing` is what people see to over the network.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from clone_mcp.access.throttle import Throttle
from clone_mcp.errors import Conflict, Invalid, Unauthenticated
from clone_mcp.models.access import ApiKey, Caller, Scope, require_owner
from clone_mcp.models.text import clean
from clone_mcp.ports import Clock, Directory

MARK = "clone_"
_PREFIX = len(MARK) + 8
"""Characters that are kept readable: to look a key up by, and for its owner to know it again."""
MOST = 100
"""Keys in use at a time."""
LONGEST_NAME = 200
_TOUCH_EVERY = timedelta(minutes=1)
"""When a key was last used is kept to the minute: enough, and it saves most requests a write."""


class Keys:
    """Issues keys and tells who holds one."""

    def __init__(self, directory: Directory, clock: Clock, secret: bytes) -> None:
        self._directory = directory
        self._clock = clock
        self._secret = secret

    async def create(self, tenant: UUID, name: str, scope: Scope) -> tuple[ApiKey, str]:
        """A new key and its text, which exists nowhere else."""
        key, text = self._new_key(tenant, name, scope)
        await self._directory.add_tenant(tenant, "local", self._clock.now())
        await self._directory.add_key(key)
        return key, text

    async def get(self, tenant: UUID, key_id: str) -> ApiKey:
        """One of the tenant's keys. Raises NotFound."""
        return await self._directory.key(tenant, key_id)

    async def rotate(self, tenant: UUID, key_id: str) -> tuple[ApiKey, str]:
        """Put a new key in the place of one, with its name and scope. Raises NotFound, Conflict for a revoked one."""
        old = await self._directory.key(tenant, key_id)
        key, text = self._new_key(tenant, old.name, old.scope)
        await self._directory.replace_key(old, key)
        return key, text

    async def list(self, tenant: UUID) -> Sequence[ApiKey]:
        """The tenant's keys, newest first."""
        return await self._directory.keys_of(tenant)

    async def revoke(self, tenant: UUID, key_id: str) -> None:
        """Make a key useless. Raises NotFound."""
        await self._directory.revoke_key(tenant, key_id, self._clock.now())

    async def caller(self, text: str) -> Caller:
        """Whose key this is. Raises Unauthenticated, without saying whether it is unknown or revoked."""
        digest = self._digest(text)
        for key in await self._directory.keys_with_prefix(text[:_PREFIX]):
            if hmac.compare_digest(key.digest, digest) and key.revoked_at is None:
                await self._touch(key)
                return Caller(key.tenant, key.scope)
        raise Unauthenticated("This API key is unknown or revoked.", hint="Make one with `clone-mcp keys create`.")

    async def _touch(self, key: ApiKey) -> None:
        now = self._clock.now()
        if key.last_used_at is None or now - key.last_used_at > _TOUCH_EVERY:
            await self._directory.touch_key(key, now)

    def _new_key(self, tenant: UUID, name: str, scope: Scope) -> tuple[ApiKey, str]:
        text = MARK + secrets.token_urlsafe(32)
        key = ApiKey(
            id=str(uuid4()),
            tenant=tenant,
            name=name,
            prefix=text[:_PREFIX],
            digest=self._digest(text),
            scope=scope,
            created_at=self._clock.now(),
        )
        return key, text

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._secret, text.encode(errors="surrogatepass"), hashlib.sha256)


class KeyRing:
    """Everything needs owner scope. Raises Forbidden, RateLimited."""

    def __init__(self, keys: Keys, throttle: Throttle) -> None:
        self._keys = keys
        self._throttle = throttle

    async def list(self, caller: Caller) -> Sequence[ApiKey]:
        """Newest first, revoked ones included."""
        require_owner(caller)
        return await self._keys.list(caller.tenant)

    async def get(self, caller: Caller, key_id: str) -> ApiKey:
        """Raises NotFound."""
        require_owner(caller)
        return await self._keys.get(caller.tenant, key_id)

    async def create(self, caller: Caller, name: str, scope: Scope, *, address: str) -> tuple[ApiKey, str]:
        """A key and its text, which is shown this once. Raises Conflict when there are too many, Invalid."""
        require_owner(caller)
        await self._throttle("keys", account=str(caller.tenant), address=address)
        if len(name) > LONGEST_NAME:
            raise Invalid(f"A key's name has at most {LONGEST_NAME} characters.")
        if sum(key.revoked_at is None for key in await self._keys.list(caller.tenant)) >= MOST:
            raise Conflict(f"{MOST} keys are in use already.", hint="Revoke those that nobody needs.")
        return await self._keys.create(caller.tenant, clean(name), scope)

    async def rotate(self, caller: Caller, key_id: str, *, address: str) -> tuple[ApiKey, str]:
        """A new key in the place of one, which is useless from then on. Raises NotFound, Conflict."""
        require_owner(caller)
        await self._throttle("keys", account=str(caller.tenant), address=address)
        return await self._keys.rotate(caller.tenant, key_id)

    async def revoke(self, caller: Caller, key_id: str) -> None:
        """Make a key useless at once; again, and nothing changes. Raises NotFound."""
        require_owner(caller)
        await self._keys.revoke(caller.tenant, key_id)
