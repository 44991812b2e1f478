"""Everything a bundle is made of, in one go: a trip to the database's thread costs more than most of its statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from clone_mcp.models.memory import Episode, Raw
from clone_mcp.ports.rows import BundleQuery, BundleRows, Mark
from clone_mcp.storage.memory import episodes, facts, profiles, raws
from clone_mcp.storage.memory_schema import embeddings
from clone_mcp.storage.memory_schema import episodes as episode_rows
from clone_mcp.storage.schema import events
from clone_mcp.storage.scope import TENANT, Scope

Row = TypeVar("Row", Episode, Raw)

_SINCE: sa.BindParameter[Any] = sa.bindparam("since")
_LOOK: sa.BindParameter[int] = sa.bindparam("look")


def _newest_raws(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .where(events.c.tenant_id == TENANT, events.c.sentence != "", events.c.occurred_at >= _SINCE)
        .order_by(events.c.occurred_at.desc())  # and by nothing else: sorting what the index has sorted costs double
        .limit(_LOOK)
    )


_RAWS = _newest_raws(events.c.id, events.c.sketch, sa.null())
_EMBEDDED_RAWS = _newest_raws(events.c.id, events.c.sketch, embeddings.c.embedding).outerjoin_from(
    events,
    embeddings,
    sa.and_(
        embeddings.c.tenant_id == events.c.tenant_id,
        embeddings.c.id == events.c.id,
        embeddings.c.embedder == sa.bindparam("embedder"),
    ),
)
_EPISODES = (
    sa.select(episode_rows.c.id, episode_rows.c.sketch, sa.null())
    .where(episode_rows.c.tenant_id == TENANT, episode_rows.c.ended_at >= _SINCE)
    .order_by(episode_rows.c.ended_at.desc())
    .limit(_LOOK)
)


def read(scope: Scope, wanted: BundleQuery) -> BundleRows:
    """The baseline, and the rows that were picked from the window."""
    window: dict[str, Any] = {"since": wanted.since, "look": wanted.raws_looked_at}
    told = wanted.episodes(_marks(scope.run(_EPISODES, since=wanted.since, look=wanted.episodes_looked_at)))
    if wanted.embedder is None:
        said = wanted.raws(_marks(scope.run(_RAWS, **window)))
    else:
        said = wanted.raws(_marks(scope.run(_EMBEDDED_RAWS, embedder=wanted.embedder, **window)))
    return BundleRows(
        profile=profiles.read(scope),
        facts=facts.top(scope, limit=wanted.facts, goal=wanted.goal, tags=wanted.tags),
        episodes=_in_order(told, episodes.by_ids(scope, told)),
        raws=_in_order(said, raws.by_ids(scope, said)),
    )


def _marks(found: sa.CursorResult[Any]) -> list[Mark]:
    marks: Any = found.all()  # rows are tuples
    return marks


def _in_order(ids: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    by_id = {row.id: row for row in rows}
    return [by_id[each] for each in ids]
