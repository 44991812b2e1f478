"""What was deleted, by a hash of its name: enough to know it again, not enough to read it."""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa

from clone_mcp.models.memory import Layer
from clone_mcp.storage.memory_schema import tombstones
from clone_mcp.storage.scope import InScope, Scope, Upsert, remove, rows

_BURY = Upsert.into(tombstones)
_HERE = (tombstones.c.layer == sa.bindparam("of_layer"), tombstones.c.digest == sa.bindparam("hash"))
_BURIED = rows(tombstones, tombstones.c.at).where(*_HERE)
_UNBURY = remove(tombstones).where(*_HERE)


def digest(name: str) -> bytes:
    """A name's hash."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()


def bury(scope: Scope, layer: str, name: str, at: datetime) -> None:
    """Remember that this was deleted."""
    scope.run(_BURY, layer=layer, digest=digest(name), at=at)


class SqlTombstones:
    """The Tombstones port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def bury(self, layer: Layer, name: str, at: datetime) -> None:
        await self._run(lambda scope: bury(scope, layer, name, at))

    async def buried(self, layer: Layer, name: str) -> datetime | None:
        return await self._run(lambda scope: scope.run(_BURIED, of_layer=layer, hash=digest(name)).scalar())

    async def unbury(self, layer: Layer, name: str) -> None:
        await self._run(lambda scope: scope.run(_UNBURY, of_layer=layer, hash=digest(name)))
