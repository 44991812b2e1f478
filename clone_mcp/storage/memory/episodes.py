"""Episodes: what was made of sessions, and which sessions and episodes have something to be done with them.

Where a session is cut, and how it is summarised, is decided in clone_mcp/memory/episodes.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.memory import Episode, Layer, Ref
from clone_mcp.storage.memory import links
from clone_mcp.storage.memory_schema import episodes
from clone_mcp.storage.schema import sessions
from clone_mcp.storage.scope import (
    IDS,
    LONG_AGO,
    Repository,
    Scope,
    Upsert,
    change,
    fields_of,
    others,
    remove,
    rows,
)

_LATER = datetime.fromisoformat("9000-01-01T00:00:00+00:00")
_PUT = Upsert.replacing(episodes, others(episodes, "promoted_at", "distilled_at"))
_ONE = rows(episodes).where(episodes.c.id == sa.bindparam("episode"))
_DROP = remove(episodes).where(episodes.c.id == sa.bindparam("episode"))
_SINCE = rows(episodes).where(episodes.c.ended_at >= sa.bindparam("since"))
_NEWEST_FIRST = (episodes.c.ended_at.desc(), episodes.c.id)
_MOST: sa.BindParameter[int] = sa.bindparam("most")
_SKIPPED: sa.BindParameter[int] = sa.bindparam("skipped")
_NEWEST = _SINCE.order_by(*_NEWEST_FIRST).limit(_MOST).offset(_SKIPPED)
_OF_SESSION = (
    _SINCE.where(episodes.c.session_id == sa.bindparam("session"))
    .order_by(*_NEWEST_FIRST)
    .limit(_MOST)
    .offset(_SKIPPED)
)
_ANEW = sa.bindparam("again", type_=sa.Boolean())
_UNPROMOTED = (
    _SINCE.where(sa.or_(_ANEW, episodes.c.promoted_at.is_(None), episodes.c.updated_at > episodes.c.promoted_at))
    # Many are told at one moment. What was said first comes first: a rare wording only adds to a habit that is known.
    .order_by(episodes.c.updated_at, episodes.c.started_at, episodes.c.id)
    .limit(_MOST)
)
_BY_A_MODEL = episodes.c.distilled_at
_TO_DISTIL = (
    _SINCE.where(
        sa.or_(
            _BY_A_MODEL.is_(None),
            episodes.c.updated_at > _BY_A_MODEL,
            _ANEW,
        )
    )
    .order_by(*_NEWEST_FIRST)
    .limit(_MOST)
)
_WRITTEN_BY = (
    rows(episodes).where(episodes.c.method == sa.bindparam("writer")).order_by(episodes.c.updated_at, episodes.c.id)
)
_DISTILLED = change(episodes).where(episodes.c.id == sa.bindparam("episode")).values(distilled_at=sa.bindparam("when"))
_PENDING = (
    rows(sessions, sessions.c.id)
    .where(sa.or_(_ANEW, sessions.c.summarised_at.is_(None), sessions.c.active_at > sessions.c.summarised_at))
    .where(sa.or_(sessions.c.ended_at.is_not(None), sessions.c.active_at < sa.bindparam("idle_since")))
    .where(sessions.c.active_at >= sa.bindparam("since"))
    .order_by(sessions.c.active_at, sessions.c.id)
    .limit(_MOST)
)
_READ = [episodes.c[name] for name in Episode.__dataclass_fields__]
_OF = rows(episodes, *_READ).where(episodes.c.id.in_(IDS))
_PROMOTED = change(episodes).where(episodes.c.id == sa.bindparam("episode")).values(promoted_at=sa.bindparam("at"))
_SUMMARISED = change(sessions).where(sessions.c.id == sa.bindparam("session")).values(summarised_at=sa.bindparam("at"))


def _episode(row: Any) -> Episode:
    return Episode(
        id=row.id,
        session_id=row.session_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        summary=row.summary,
        sources=tuple(row.sources),
        method=row.method,
        project=row.project,
        tags=tuple(row.tags),
        sketch=int.from_bytes(row.sketch, "big"),
    )


def _row(episode: Episode, at: datetime) -> dict[str, Any]:
    sketch = episode.sketch.to_bytes((episode.sketch.bit_length() + 7) // 8, "big")
    return {**fields_of(episode), "sketch": sketch, "updated_at": at}


def _drop(scope: Scope, episode_id: str) -> None:
    links.drop(scope, Ref(Layer.EPISODE, episode_id))
    scope.run(_DROP, episode=episode_id)


def by_ids(scope: Scope, ids: Sequence[str]) -> list[Episode]:
    """Those of the episodes that exist, in no order."""
    return [_episode(row) for row in scope.rows_of(_OF, ids)]


class SqlEpisodes(Repository):
    """The Episodes port."""

    async def get(self, episode_id: str) -> Episode:
        row = await self._first(_ONE, episode=episode_id)
        if row is None:
            raise NotFound("There is no such episode.")
        return _episode(row)

    async def put(self, episode: Episode, at: datetime) -> None:
        await self._execute(_PUT, **_row(episode, at))

    async def newest(
        self, *, since: datetime | None, limit: int, offset: int = 0, session_id: str | None = None
    ) -> Sequence[Episode]:
        page: dict[str, Any] = {"since": since or LONG_AGO, "most": limit, "skipped": offset}
        if session_id is None:
            found = await self._all(_NEWEST, **page)
        else:
            found = await self._all(_OF_SESSION, session=session_id, **page)
        return [_episode(row) for row in found]

    async def of(self, ids: Sequence[str]) -> Sequence[Episode]:
        return await self._run(lambda scope: by_ids(scope, ids))

    async def unpromoted(self, *, limit: int, since: datetime | None = None, again: bool = False) -> Sequence[Episode]:
        wanted: dict[str, Any] = {"since": since or LONG_AGO, "again": again, "most": limit}
        return [_episode(row) for row in await self._all(_UNPROMOTED, **wanted)]

    async def promoted(self, episode_id: str, at: datetime) -> None:
        await self._execute(_PROMOTED, episode=episode_id, at=at)

    async def to_distil(self, *, since: datetime | None, limit: int, again: bool) -> Sequence[Episode]:
        wanted = {"since": since or LONG_AGO, "most": limit, "again": again}
        return [_episode(row) for row in await self._all(_TO_DISTIL, **wanted)]

    async def written_by(self, method: str) -> Sequence[tuple[Episode, datetime]]:
        return [(_episode(row), row.updated_at) for row in await self._all(_WRITTEN_BY, writer=method)]

    async def distilled(self, episode_id: str, at: datetime) -> None:
        await self._execute(_DISTILLED, episode=episode_id, when=at)

    async def drop(self, episode_id: str) -> None:
        await self._run(lambda scope: _drop(scope, episode_id))

    async def pending(
        self, *, limit: int, idle_since: datetime | None = None, since: datetime | None = None, again: bool = False
    ) -> Sequence[str]:
        wanted: dict[str, Any] = {
            "idle_since": idle_since or _LATER,
            "since": since or LONG_AGO,
            "again": again,
            "most": limit,
        }
        return await self._scalars(_PENDING, **wanted)

    async def summarised(self, session_id: str, at: datetime) -> None:
        await self._execute(_SUMMARISED, session=session_id, at=at)
