"""Episodes."""

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
from clone_mcp.storage.scope import InScope, Scope, Upsert, change, in_parts, remove, rows

_LONG_AGO = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
_LATER = datetime.fromisoformat("9000-01-01T00:00:00+00:00")
_REPLACED = (
    "session_id",
    "project",
    "started_at",
    "ended_at",
    "summary",
    "sources",
    "tags",
    "method",
    "sketch",
    "updated_at",
)
_PUT = Upsert.replacing(episodes, _REPLACED)
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
    .order_by(episodes.c.updated_at, episodes.c.id)
    .limit(_MOST)
)
_BY_A_MODEL = episodes.c.distilled_at
_TO_DISTIL = (
    _SINCE.where(
        sa.or_(
            _BY_A_MODEL.is_(None),
            episodes.c.updated_at > _BY_A_MODEL,
            sa.bindparam("again", type_=sa.Boolean()),
        )
    )
    .order_by(*_NEWEST_FIRST)
    .limit(_MOST)
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
_READ = [
    column for column in episodes.c if column.name not in ("tenant_id", "updated_at", "promoted_at", "distilled_at")
]
_OF = rows(episodes, *_READ).where(episodes.c.id.in_(sa.bindparam("ids", expanding=True)))
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
    return {
        "id": episode.id,
        "session_id": episode.session_id,
        "project": episode.project,
        "started_at": episode.started_at,
        "ended_at": episode.ended_at,
        "summary": episode.summary,
        "sources": list(episode.sources),
        "tags": list(episode.tags),
        "method": episode.method,
        "sketch": episode.sketch.to_bytes((episode.sketch.bit_length() + 7) // 8, "big"),
        "updated_at": at,
    }


def _drop(scope: Scope, episode_id: str) -> None:
    links.drop(scope, Ref(Layer.EPISODE, episode_id))
    scope.run(_DROP, episode=episode_id)


def by_ids(scope: Scope, ids: Sequence[str]) -> list[Episode]:
    """Those of the episodes that exist, in no order."""
    return [_episode(row) for part in in_parts(ids) for row in scope.run(_OF, ids=part).all()]


class SqlEpisodes:
    """The Episodes port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def get(self, episode_id: str) -> Episode:
        row = await self._run(lambda scope: scope.run(_ONE, episode=episode_id).first())
        if row is None:
            raise NotFound("There is no such episode.")
        return _episode(row)

    async def put(self, episode: Episode, at: datetime) -> None:
        await self._run(lambda scope: scope.run(_PUT, **_row(episode, at)))

    async def newest(
        self, *, since: datetime | None, limit: int, offset: int = 0, session_id: str | None = None
    ) -> Sequence[Episode]:
        page: dict[str, Any] = {"since": since or _LONG_AGO, "most": limit, "skipped": offset}
        if session_id is None:
            found = await self._run(lambda scope: scope.run(_NEWEST, **page).all())
        else:
            found = await self._run(lambda scope: scope.run(_OF_SESSION, session=session_id, **page).all())
        return [_episode(row) for row in found]

    async def of(self, ids: Sequence[str]) -> Sequence[Episode]:
        return await self._run(lambda scope: by_ids(scope, ids))

    async def unpromoted(self, *, limit: int, since: datetime | None = None, again: bool = False) -> Sequence[Episode]:
        wanted: dict[str, Any] = {"since": since or _LONG_AGO, "again": again, "most": limit}
        return [_episode(row) for row in await self._run(lambda scope: scope.run(_UNPROMOTED, **wanted).all())]

    async def promoted(self, episode_id: str, at: datetime) -> None:
        await self._run(lambda scope: scope.run(_PROMOTED, episode=episode_id, at=at))

    async def to_distil(self, *, since: datetime | None, limit: int, again: bool) -> Sequence[Episode]:
        wanted = {"since": since or _LONG_AGO, "most": limit, "again": again}
        return [_episode(row) for row in await self._run(lambda scope: scope.run(_TO_DISTIL, **wanted).all())]

    async def distilled(self, episode_id: str, at: datetime) -> None:
        await self._run(lambda scope: scope.run(_DISTILLED, episode=episode_id, when=at))

    async def drop(self, episode_id: str) -> None:
        await self._run(lambda scope: _drop(scope, episode_id))

    async def pending(
        self, *, limit: int, idle_since: datetime | None = None, since: datetime | None = None, again: bool = False
    ) -> Sequence[str]:
        wanted: dict[str, Any] = {
            "idle_since": idle_since or _LATER,
            "since": since or _LONG_AGO,
            "again": again,
            "most": limit,
        }
        return await self._run(lambda scope: list(scope.run(_PENDING, **wanted).scalars()))

    async def summarised(self, session_id: str, at: datetime) -> None:
        await self._run(lambda scope: scope.run(_SUMMARISED, session=session_id, at=at))
