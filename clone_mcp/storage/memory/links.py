"""Citations, walkable both ways. Whole chains of them are walked in clone_mcp/memory/trace.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.memory import Layer, Ref
from clone_mcp.storage.memory_schema import links
from clone_mcp.storage.scope import IDS, Repository, Scope, Upsert, in_parts, remove, rows

_ADD = Upsert.into(links)
_BY = (links.c.citing_layer == sa.bindparam("by_layer"), links.c.citing_id == sa.bindparam("by"))
_OF = (links.c.cited_layer == sa.bindparam("of_layer"), links.c.cited_id == sa.bindparam("of"))
_CITED = rows(links, links.c.cited_layer, links.c.cited_id).where(*_BY).order_by(links.c.cited_layer, links.c.cited_id)
_CITING = (
    rows(links, links.c.citing_layer, links.c.citing_id).where(*_OF).order_by(links.c.citing_layer, links.c.citing_id)
)
_DROP_BY = remove(links).where(*_BY)
_DROP_OF = remove(links).where(*_OF)
_EACH_BY = (links.c.citing_layer == sa.bindparam("layer"), links.c.citing_id.in_(IDS))
_EACH_OF = (links.c.cited_layer == sa.bindparam("layer"), links.c.cited_id.in_(IDS))
_ORDER = (links.c.citing_layer, links.c.citing_id, links.c.cited_layer, links.c.cited_id)
_BY_ANY = rows(links).where(*_EACH_BY).order_by(*_ORDER)
_OF_ANY = rows(links).where(*_EACH_OF).order_by(*_ORDER)
_DROP_BY_ANY = remove(links).where(*_EACH_BY)
_DROP_OF_ANY = remove(links).where(*_EACH_OF)
_LAYER = rows(links).where(links.c.citing_layer == sa.bindparam("layer")).order_by(*_ORDER)


def cite(scope: Scope, citing: Ref, cited: Ref) -> None:
    """Add a citation, unless it is known."""
    scope.run(_ADD, citing_layer=citing.layer, citing_id=citing.id, cited_layer=cited.layer, cited_id=cited.id)


def _cite(scope: Scope, citing: Ref, cited: Sequence[Ref]) -> None:
    for ref in cited:
        cite(scope, citing, ref)


def _replace(scope: Scope, citing: Ref, cited: Sequence[Ref]) -> None:
    scope.run(_DROP_BY, by_layer=citing.layer, by=citing.id)
    _cite(scope, citing, cited)


def drop(scope: Scope, ref: Ref) -> None:
    """Remove every citation by it and of it."""
    scope.run(_DROP_BY, by_layer=ref.layer, by=ref.id)
    scope.run(_DROP_OF, of_layer=ref.layer, of=ref.id)


def _each(scope: Scope, statement: sa.Select[Any], refs: Sequence[Ref]) -> list[tuple[Ref, Ref]]:
    return [_pair(row) for layer, ids in _by_layer(refs) for row in scope.run(statement, layer=layer, ids=ids)]


def _by_layer(refs: Sequence[Ref]) -> Iterator[tuple[Layer, list[str]]]:
    for layer in Layer:
        for part in in_parts(sorted({ref.id for ref in refs if ref.layer is layer})):
            yield layer, part


def _pair(row: Any) -> tuple[Ref, Ref]:
    return Ref(Layer(row.citing_layer), row.citing_id), Ref(Layer(row.cited_layer), row.cited_id)


def drop_all(scope: Scope, refs: Sequence[Ref]) -> None:
    """Remove every citation by them and of them."""
    for layer, ids in _by_layer(refs):
        scope.run(_DROP_BY_ANY, layer=layer, ids=ids)
        scope.run(_DROP_OF_ANY, layer=layer, ids=ids)


class SqlLinks(Repository):
    """The Links port."""

    async def cite(self, citing: Ref, cited: Sequence[Ref]) -> None:
        await self._run(lambda scope: _cite(scope, citing, cited))

    async def replace(self, citing: Ref, cited: Sequence[Ref]) -> None:
        await self._run(lambda scope: _replace(scope, citing, cited))

    async def cited_by(self, citing: Ref) -> Sequence[Ref]:
        found = await self._all(_CITED, by_layer=citing.layer, by=citing.id)
        return [Ref(Layer(row.cited_layer), row.cited_id) for row in found]

    async def citing(self, cited: Ref) -> Sequence[Ref]:
        found = await self._all(_CITING, of_layer=cited.layer, of=cited.id)
        return [Ref(Layer(row.citing_layer), row.citing_id) for row in found]

    async def by_any(self, citing: Sequence[Ref]) -> Sequence[tuple[Ref, Ref]]:
        return await self._run(lambda scope: _each(scope, _BY_ANY, citing))

    async def of_any(self, cited: Sequence[Ref]) -> Sequence[tuple[Ref, Ref]]:
        return await self._run(lambda scope: _each(scope, _OF_ANY, cited))

    async def of_layer(self, citing: Layer) -> Sequence[tuple[Ref, Ref]]:
        return [_pair(row) for row in await self._all(_LAYER, layer=citing)]

    async def drop(self, refs: Sequence[Ref]) -> None:
        await self._run(lambda scope: drop_all(scope, refs))
