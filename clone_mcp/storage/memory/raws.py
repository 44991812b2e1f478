"""Raw rows: events, read as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.events import Author, Channel, Source, StoredEvent
from clone_mcp.models.memory import Raw
from clone_mcp.storage.events import stored_event
from clone_mcp.storage.memory import erasure
from clone_mcp.storage.schema import events, replies, sessions
from clone_mcp.storage.scope import TENANT, InScope, Scope, change, in_parts, rows

_COLUMNS = (
    events.c.id,
    events.c.session_id,
    events.c.sentence,
    events.c.sketch,
    events.c.author,
    events.c.channel,
    events.c.occurred_at,
    events.c.type,
    events.c.source,
    sessions.c.project,
)
_RAW = (
    sa.select(*_COLUMNS)
    .join(sessions, sa.and_(sessions.c.tenant_id == events.c.tenant_id, sessions.c.id == events.c.session_id))
    .where(events.c.tenant_id == TENANT, events.c.sentence.is_not(None))
)
_OLDEST_FIRST = (events.c.occurred_at, events.c.received_at, events.c.id)
_OF = _RAW.where(events.c.id.in_(sa.bindparam("ids", expanding=True))).order_by(*_OLDEST_FIRST)
_OF_SESSION = _RAW.where(events.c.session_id == sa.bindparam("session")).order_by(*_OLDEST_FIRST)
_NEWEST = (
    _RAW.where(events.c.occurred_at >= sa.bindparam("since"))
    .order_by(events.c.occurred_at.desc(), events.c.id)
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("skipped"))
)
_SAYING = (
    _RAW.join(replies, sa.and_(replies.c.tenant_id == events.c.tenant_id, replies.c.id == events.c.id))
    .where(replies.c.key == sa.bindparam("phrase"))
    .order_by(events.c.occurred_at.desc())
    .limit(sa.bindparam("most"))
)
_UNSAID = rows(events).where(events.c.sentence.is_(None)).limit(sa.bindparam("most"))
_SAY = (
    change(events)
    .where(events.c.id == sa.bindparam("event"))
    .values(sentence=sa.bindparam("said"), sketch=sa.bindparam("drawn"))
)
_LONG_AGO = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


def raw_of(row: Any) -> Raw:
    return Raw(
        id=row.id,
        session_id=row.session_id,
        text=row.sentence,
        author=Author(row.author),
        channel=Channel(row.channel),
        occurred_at=row.occurred_at,
        project=row.project,
        sketch=int.from_bytes(row.sketch or b"", "big"),
        type=row.type,
        source=Source(row.source),
    )


class SqlRaws:
    """The Raws port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def get(self, raw_id: str) -> Raw:
        found = await self.of([raw_id])
        if not found:
            raise NotFound("There is no such raw row.")
        return found[0]

    async def of(self, ids: Sequence[str]) -> Sequence[Raw]:
        def read(scope: Scope) -> list[Any]:
            return [row for part in in_parts(ids) for row in scope.run(_OF, ids=part)]

        return sorted((raw_of(row) for row in await self._run(read)), key=lambda raw: (raw.occurred_at, raw.id))

    async def of_session(self, session_id: str) -> Sequence[Raw]:
        return [raw_of(row) for row in await self._run(lambda scope: scope.run(_OF_SESSION, session=session_id).all())]

    async def newest(self, *, since: datetime | None, limit: int, offset: int = 0) -> Sequence[Raw]:
        found = await self._run(
            lambda scope: scope.run(_NEWEST, since=since or _LONG_AGO, most=limit, skipped=offset).all()
        )
        return [raw_of(row) for row in found]

    async def saying(self, key: str, *, limit: int) -> Sequence[Raw]:
        return [raw_of(r) for r in await self._run(lambda scope: scope.run(_SAYING, phrase=key, most=limit).all())]

    async def unsaid(self, *, limit: int) -> Sequence[StoredEvent]:
        return [stored_event(row) for row in await self._run(lambda scope: scope.run(_UNSAID, most=limit).all())]

    async def say(self, event_id: str, sentence: str, sketch: int) -> None:
        drawn = sketch.to_bytes((sketch.bit_length() + 7) // 8, "big")
        await self._run(lambda scope: scope.run(_SAY, event=event_id, said=sentence, drawn=drawn))

    async def select(
        self, *, project: str | None, session_id: str | None, since: datetime | None, until: datetime | None
    ) -> Sequence[str]:
        wanted = (
            sa.select(events.c.id)
            .join(sessions, sa.and_(sessions.c.tenant_id == events.c.tenant_id, sessions.c.id == events.c.session_id))
            .where(events.c.tenant_id == TENANT)
        )
        if project is not None:
            wanted = wanted.where(sessions.c.project == project)
        if session_id is not None:
            wanted = wanted.where(events.c.session_id == session_id)
        if since is not None:
            wanted = wanted.where(events.c.occurred_at >= since)
        if until is not None:
            wanted = wanted.where(events.c.occurred_at < until)
        return await self._run(lambda scope: list(scope.run(wanted).scalars()))

    async def erase(self, ids: Sequence[str], at: datetime) -> int:
        return await self._run(lambda scope: erasure.erase(scope, ids, at=at))
