"""The Memory port: its parts within one unit of work, and what is read of several tiers in one go.

A trip to the database's thread costs more than most statements, so a bundle is read in one. The statements of each tier
are in the file of that tier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from clone_mcp.models.memory import Episode, Layer, Raw, Tally
from clone_mcp.ports.rows import BundleQuery, BundleRows, Mark
from clone_mcp.storage import memory_schema as schema
from clone_mcp.storage.memory import episodes, facts, raws
from clone_mcp.storage.memory.episodes import SqlEpisodes
from clone_mcp.storage.memory.erasure import SqlTombstones
from clone_mcp.storage.memory.facts import SqlFacts, SqlProfiles, SqlReviews
from clone_mcp.storage.memory.links import SqlLinks
from clone_mcp.storage.memory.precedents import SqlPrecedents
from clone_mcp.storage.memory.raws import SqlEmbeddings, SqlRaws
from clone_mcp.storage.memory.standing import SqlStandingAnswers
from clone_mcp.storage.schema import events, predictions
from clone_mcp.storage.scope import LONG_AGO, TENANT, InScope, Repository, Scope, rows

_PREDICTIONS = rows(predictions, predictions.c.id).order_by(predictions.c.id).with_for_update()
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
_EMBEDDED_RAWS = _newest_raws(events.c.id, events.c.sketch, schema.embeddings.c.embedding).outerjoin_from(
    events,
    schema.embeddings,
    sa.and_(
        schema.embeddings.c.tenant_id == events.c.tenant_id,
        schema.embeddings.c.id == events.c.id,
        schema.embeddings.c.embedder == sa.bindparam("embedder"),
    ),
)
_EPISODES = (
    sa.select(schema.episodes.c.id, schema.episodes.c.sketch, sa.null())
    .where(schema.episodes.c.tenant_id == TENANT, schema.episodes.c.ended_at >= _SINCE)
    .order_by(schema.episodes.c.ended_at.desc())
    .limit(_LOOK)
)


def bundle_rows(scope: Scope, wanted: BundleQuery) -> BundleRows:
    """The baseline, and the rows that were picked from the window."""
    window: dict[str, Any] = {"since": wanted.since, "look": wanted.raws_looked_at}
    told = wanted.episodes(_marks(scope.run(_EPISODES, since=wanted.since, look=wanted.episodes_looked_at)))
    if wanted.embedder is None:
        said = wanted.raws(_marks(scope.run(_RAWS, **window)))
    else:
        said = wanted.raws(_marks(scope.run(_EMBEDDED_RAWS, embedder=wanted.embedder, **window)))
    return BundleRows(
        profile=facts.profile(scope),
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


def _counting(table: sa.Table, at: sa.Column[Any]) -> sa.Select[Any]:
    last = sa.func.max(at, type_=at.type)
    return rows(table, sa.func.count().label("many"), last.label("last")).where(at >= sa.bindparam("since"))


_TIERS = {
    # Only what was said is a raw row: other events have an empty sentence, or none yet.
    Layer.RAW: _counting(events, events.c.occurred_at).where(events.c.sentence != ""),
    Layer.EPISODE: _counting(schema.episodes, schema.episodes.c.updated_at),
    Layer.FACT: _counting(schema.facts, schema.facts.c.updated_at),
    Layer.PROFILE: _counting(schema.profiles, schema.profiles.c.updated_at),
}


def counted(scope: Scope, since: datetime | None) -> Mapping[Layer, Tally]:
    """Count each tier, from a moment on if one is given."""
    found = {layer: scope.run(statement, since=since or LONG_AGO).one() for layer, statement in _TIERS.items()}
    return {layer: Tally(row.many, row.last) for layer, row in found.items()}


class SqlMemory(Repository):
    """Memory within one unit of work."""

    def __init__(self, run: InScope) -> None:
        super().__init__(run)
        self.raws = SqlRaws(run)
        self.episodes = SqlEpisodes(run)
        self.facts = SqlFacts(run)
        self.links = SqlLinks(run)
        self.profiles = SqlProfiles(run)
        self.reviews = SqlReviews(run)
        self.tombstones = SqlTombstones(run)
        self.embeddings = SqlEmbeddings(run)
        self.precedents = SqlPrecedents(run)
        self.standing = SqlStandingAnswers(run)

    async def bundle_rows(self, wanted: BundleQuery) -> BundleRows:
        return await self._run(lambda scope: bundle_rows(scope, wanted))

    async def alone(self, *, erasing: bool = False) -> None:
        def wait(scope: Scope) -> None:
            if erasing:
                scope.run(_PREDICTIONS).all()
            scope.take_memory()

        await self._run(wait)

    async def counted(self, since: datetime | None) -> Mapping[Layer, Tally]:
        return await self._run(lambda scope: counted(scope, since))
