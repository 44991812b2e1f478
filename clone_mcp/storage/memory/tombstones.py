"""What was deleted, by a hash of its name: enough to know it again, not enough to read it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from clone_mcp.models.memory import Layer, Tombstone
from clone_mcp.storage.memory_schema import tombstones
from clone_mcp.storage.scope import InScope, Scope, Upsert, in_parts, remove, rows

_BURY = Upsert.replacing(tombstones, ("at",))
_HERE = (tombstones.c.layer == sa.bindparam("of_layer"), tombstones.c.digest == sa.bindparam("hash"))
_BURIED = rows(tombstones, tombstones.c.at).where(*_HERE)
_UNBURY = remove(tombstones).where(*_HERE)
_AMONG = rows(tombstones, tombstones.c.digest).where(
    tombstones.c.layer == sa.bindparam("of_layer"), tombstones.c.digest.in_(sa.bindparam("hashes", expanding=True))
)
_ALL = rows(tombstones).order_by(tombstones.c.layer, tombstones.c.digest)


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

    async def among(self, layer: Layer, names: Sequence[str]) -> Sequence[str]:
        def read(scope: Scope) -> set[bytes]:
            return {
                found
                for part in in_parts(names)
                for found in scope.run(_AMONG, of_layer=layer, hashes=_digests(part)).scalars()
            }

        buried = await self._run(read)
        return [name for name in names if digest(name) in buried]

    async def all(self) -> Sequence[Tombstone]:
        found = await self._run(lambda scope: scope.run(_ALL).all())
        return [Tombstone(Layer(row.layer), row.digest.hex(), row.at) for row in found]

    async def set_up(self, stones: Sequence[Tombstone]) -> None:
        def write(scope: Scope) -> None:
            for stone in stones:
                scope.run(_BURY, layer=stone.layer, digest=bytes.fromhex(stone.digest), at=stone.at)

        await self._run(write)


def _digests(names: Sequence[str]) -> list[bytes]:
    return [digest(name) for name in names]
