"""How much there is in each tier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.memory import Layer, Tally
from clone_mcp.storage.memory_schema import episodes, facts, profiles
from clone_mcp.storage.schema import events
from clone_mcp.storage.scope import Scope, rows

_LONG_AGO = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


def _counting(table: sa.Table, at: sa.Column[Any]) -> sa.Select[Any]:
    last = sa.func.max(at, type_=at.type)
    return rows(table, sa.func.count().label("many"), last.label("last")).where(at >= sa.bindparam("since"))


_TIERS = {
    # Only what was said is a raw row: other events have an empty sentence, or none yet.
    Layer.RAW: _counting(events, events.c.occurred_at).where(events.c.sentence != ""),
    Layer.EPISODE: _counting(episodes, episodes.c.updated_at),
    Layer.FACT: _counting(facts, facts.c.updated_at),
    Layer.PROFILE: _counting(profiles, profiles.c.updated_at),
}


def counted(scope: Scope, since: datetime | None) -> Mapping[Layer, Tally]:
    """Count each tier, from a moment on if one is given."""
    found = {layer: scope.run(statement, since=since or _LONG_AGO).one() for layer, statement in _TIERS.items()}
    return {layer: Tally(row.many, row.last) for layer, row in found.items()}
