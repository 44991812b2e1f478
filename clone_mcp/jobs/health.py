"""Whether the database answers."""

from __future__ import annotations

from clone_mcp.ports import Storage


class Health:
    """Asks the database, for probes, `doctor` and the command line."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def check(self) -> None:
        """Reach the database. Raises Unavailable."""
        await self._storage.check()

    async def revision(self) -> str:
        """The schema's revision."""
        return await self._storage.revision()
