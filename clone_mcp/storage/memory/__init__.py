"""The Memory port: statements over memory's tables, the same on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from clone_mcp.models.memory import Layer, Tally
from clone_mcp.ports.bundle import BundleQuery, BundleRows
from clone_mcp.storage.memory import bundle, tallies
from clone_mcp.storage.memory.embeddings import SqlEmbeddings
from clone_mcp.storage.memory.episodes import SqlEpisodes
from clone_mcp.storage.memory.erasure import SqlTombstones
from clone_mcp.storage.memory.facts import SqlFacts
from clone_mcp.storage.memory.links import SqlLinks
from clone_mcp.storage.memory.profiles import SqlProfiles
from clone_mcp.storage.memory.raws import SqlRaws
from clone_mcp.storage.memory.reviews import SqlReviews
from clone_mcp.storage.schema import predictions
from clone_mcp.storage.scope import InScope, Scope, rows

_PREDICTIONS = rows(predictions, predictions.c.id).order_by(predictions.c.id).with_for_update()


class SqlMemory:
    """Memory within one unit of work."""

    def __init__(self, run: InScope) -> None:
        self._run = run
        self.raws = SqlRaws(run)
        self.episodes = SqlEpisodes(run)
        self.facts = SqlFacts(run)
        self.links = SqlLinks(run)
        self.profiles = SqlProfiles(run)
        self.reviews = SqlReviews(run)
        self.tombstones = SqlTombstones(run)
        self.embeddings = SqlEmbeddings(run)

    async def bundle_rows(self, wanted: BundleQuery) -> BundleRows:
        return await self._run(lambda scope: bundle.read(scope, wanted))

    async def alone(self, *, erasing: bool = False) -> None:
        def wait(scope: Scope) -> None:
            if erasing:
                scope.run(_PREDICTIONS).all()
            scope.take_memory()

        await self._run(wait)

    async def counted(self, since: datetime | None) -> Mapping[Layer, Tally]:
        return await self._run(lambda scope: tallies.counted(scope, since))
