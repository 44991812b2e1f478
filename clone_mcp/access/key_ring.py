"""A person's API keys, as they see to them over the network."""

from __future__ import annotations

from collections.abc import Sequence

from clone_mcp.access.keys import Keys
from clone_mcp.access.scopes import require_owner
from clone_mcp.access.throttle import Throttle
from clone_mcp.errors import Conflict, Invalid
from clone_mcp.models.access import ApiKey, Caller, Scope
from clone_mcp.models.text import clean

MOST = 100
"""Keys in use at a time."""
LONGEST_NAME = 200


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
