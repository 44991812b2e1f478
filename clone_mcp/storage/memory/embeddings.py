"""Embeddings of raw rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from clone_mcp.storage.memory_schema import embeddings
from clone_mcp.storage.schema import events
from clone_mcp.storage.scope import TENANT, InScope, Scope, Upsert, rows

_MISSING = (
    sa.select(events.c.id, events.c.sentence)
    .where(events.c.tenant_id == TENANT, events.c.sentence != "", events.c.occurred_at >= sa.bindparam("since"))
    .where(
        ~sa.exists(
            sa.select(embeddings.c.id).where(
                embeddings.c.tenant_id == events.c.tenant_id,
                embeddings.c.id == events.c.id,
                embeddings.c.embedder == sa.bindparam("embedder"),
            )
        )
    )
    .order_by(events.c.occurred_at.desc())
    .limit(sa.bindparam("most"))
)
_PUT = Upsert.replacing(embeddings, ("embedder", "embedding"))
_LEFT = rows(events, events.c.id).where(events.c.id.in_(sa.bindparam("ids", expanding=True))).with_for_update()


class SqlEmbeddings:
    """The Embeddings port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def missing(self, embedder: str, *, since: datetime, limit: int) -> Sequence[tuple[str, str]]:
        found = await self._run(lambda scope: scope.run(_MISSING, embedder=embedder, since=since, most=limit).all())
        return [(row.id, row.sentence) for row in found]

    async def put(self, embedder: str, embeddings: Sequence[tuple[str, bytes]]) -> None:
        def write(scope: Scope) -> None:
            left = set(scope.run(_LEFT, ids=[name for name, _ in embeddings]).scalars())
            for name, embedding in embeddings:
                if name in left:
                    scope.run(_PUT, id=name, embedder=embedder, embedding=embedding)

        await self._run(write)
