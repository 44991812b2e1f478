"""Citations, walkable both ways."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from clone_mcp.models.memory import Layer, Ref
from clone_mcp.storage.memory_schema import links
from clone_mcp.storage.scope import InScope, Scope, Upsert, remove, rows

_ADD = Upsert.into(links)
_BY = (links.c.citing_layer == sa.bindparam("by_layer"), links.c.citing_id == sa.bindparam("by"))
_OF = (links.c.cited_layer == sa.bindparam("of_layer"), links.c.cited_id == sa.bindparam("of"))
_CITED = rows(links, links.c.cited_layer, links.c.cited_id).where(*_BY).order_by(links.c.cited_layer, links.c.cited_id)
_CITING = (
    rows(links, links.c.citing_layer, links.c.citing_id).where(*_OF).order_by(links.c.citing_layer, links.c.citing_id)
)
_DROP_BY = remove(links).where(*_BY)
_DROP_OF = remove(links).where(*_OF)


def _cite(scope: Scope, citing: Ref, cited: Sequence[Ref]) -> None:
    for ref in cited:
        scope.run(_ADD, citing_layer=citing.layer, citing_id=citing.id, cited_layer=ref.layer, cited_id=ref.id)


def _replace(scope: Scope, citing: Ref, cited: Sequence[Ref]) -> None:
    scope.run(_DROP_BY, by_layer=citing.layer, by=citing.id)
    _cite(scope, citing, cited)


def drop(scope: Scope, ref: Ref) -> None:
    """Remove every citation by it and of it."""
    scope.run(_DROP_BY, by_layer=ref.layer, by=ref.id)
    scope.run(_DROP_OF, of_layer=ref.layer, of=ref.id)


class SqlLinks:
    """The Links port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def cite(self, citing: Ref, cited: Sequence[Ref]) -> None:
        await self._run(lambda scope: _cite(scope, citing, cited))

    async def replace(self, citing: Ref, cited: Sequence[Ref]) -> None:
        await self._run(lambda scope: _replace(scope, citing, cited))

    async def cited_by(self, citing: Ref) -> Sequence[Ref]:
        found = await self._run(lambda scope: scope.run(_CITED, by_layer=citing.layer, by=citing.id).all())
        return [Ref(Layer(row.cited_layer), row.cited_id) for row in found]

    async def citing(self, cited: Ref) -> Sequence[Ref]:
        found = await self._run(lambda scope: scope.run(_CITING, of_layer=cited.layer, of=cited.id).all())
        return [Ref(Layer(row.citing_layer), row.citing_id) for row in found]

    async def drop(self, ref: Ref) -> None:
        await self._run(lambda scope: drop(scope, ref))
