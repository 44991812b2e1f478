"""Reading what was recorded. Events are appended in recording.py and removed in memory/erasure.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.events import Author, Channel, Session, Source, StoredEvent
from clone_mcp.ports.rows import RecordedEvent
from clone_mcp.storage.columns import Text, UtcDateTime
from clone_mcp.storage.schema import events, replies, sessions
from clone_mcp.storage.scope import TENANT, Repository, Scope, rows

_MOST: sa.BindParameter[int] = sa.bindparam("most")
_SKIPPED: sa.BindParameter[int] = sa.bindparam("skipped")
_EVENT = rows(events).where(events.c.id == sa.bindparam("event"))
_OF_SESSION = (
    rows(events)
    .where(events.c.session_id == sa.bindparam("session"))
    .order_by(events.c.occurred_at, events.c.received_at, events.c.id)
    .limit(_MOST)
    .offset(_SKIPPED)
)
_TURNS_AFTER = (
    rows(events)
    .where(
        events.c.session_id == sa.bindparam("session"),
        events.c.occurred_at > sa.bindparam("moment"),
        sa.or_(
            events.c.type == "agent.prompt",
            sa.and_(events.c.type == "agent.response", events.c.author == Author.AGENT.value),
        ),
    )
    .order_by(events.c.occurred_at, events.c.received_at, events.c.id)
    .limit(_MOST)
)
_SPOKEN = sa.or_(
    sa.and_(events.c.type == "agent.prompt", events.c.author == Author.PERSON),
    sa.and_(events.c.type == "agent.response", events.c.author == Author.AGENT),
)
_TURNS = rows(events).where(_SPOKEN).order_by(events.c.occurred_at, events.c.id).limit(_MOST)
_MOMENT = sa.bindparam("moment", type_=UtcDateTime())
_LATER_TURNS = _TURNS.where(
    sa.or_(
        events.c.occurred_at > _MOMENT,
        sa.and_(events.c.occurred_at == _MOMENT, events.c.id > sa.bindparam("event", type_=Text())),
    )
)
_STARTED = events.alias()
# A session's project comes with its start. Told with what came before that, it would be known too early.
_PROJECT = sa.case(
    (events.c.type == "session.started", sessions.c.project),
    (
        sa.exists(
            sa.select(_STARTED.c.id).where(
                _STARTED.c.tenant_id == events.c.tenant_id,
                _STARTED.c.session_id == events.c.session_id,
                _STARTED.c.type == "session.started",
            )
        ),
        sa.null(),
    ),
    else_=sessions.c.project,
)
_IN_ORDER = (events.c.occurred_at, events.c.received_at, events.c.id)
_RECORDED = (
    sa.select(events, _PROJECT.label("project"), replies.c.id.is_not(None).label("counts"))
    .join(sessions, sa.and_(sessions.c.tenant_id == events.c.tenant_id, sessions.c.id == events.c.session_id))
    .outerjoin(replies, sa.and_(replies.c.tenant_id == events.c.tenant_id, replies.c.id == events.c.id))
    .where(events.c.tenant_id == TENANT, events.c.occurred_at < sa.bindparam("until", type_=UtcDateTime()))
    .order_by(*_IN_ORDER)
    .limit(_MOST)
)
_RECORDED_AFTER = _RECORDED.where(
    # The first condition says nothing new: it lets the index find the place.
    events.c.occurred_at >= _MOMENT,
    sa.tuple_(*_IN_ORDER)
    > sa.tuple_(_MOMENT, sa.bindparam("received", type_=UtcDateTime()), sa.bindparam("event", type_=Text())),
)
_BYTES = {
    "sqlite": rows(events, sa.func.sum(sa.func.length(sa.cast(events.c.payload, sa.LargeBinary()))).label("bytes")),
    "postgresql": rows(events, sa.func.sum(sa.func.octet_length(sa.cast(events.c.payload, sa.Text()))).label("bytes")),
}
_SESSION = rows(sessions).where(sessions.c.id == sa.bindparam("session"))
_RECENT = rows(sessions).order_by(sessions.c.active_at.desc(), sessions.c.id).limit(_MOST).offset(_SKIPPED)


def stored_event(row: Any) -> StoredEvent:
    """A row of events as the core knows it."""
    return StoredEvent(
        id=row.id,
        session_id=row.session_id,
        type=row.type,
        source=Source(row.source),
        source_detail=row.source_detail,
        label=row.label,
        author=Author(row.author),
        channel=Channel(row.channel),
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        payload=row.payload,
        redactions=row.redactions,
    )


def _session(row: Any) -> Session:
    return Session(row.id, Source(row.source), row.source_detail, row.project, row.started_at, row.ended_at)


def turns_after(scope: Scope, session_id: str, moment: datetime, *, limit: int) -> list[StoredEvent]:
    """The session's prompts, and what its agents said, that happened after the moment, oldest first."""
    return [stored_event(row) for row in scope.run(_TURNS_AFTER, session=session_id, moment=moment, most=limit)]


class SqlEvents(Repository):
    """The Events port."""

    async def get(self, event_id: str) -> StoredEvent:
        row = await self._first(_EVENT, event=event_id)
        if row is None:
            raise NotFound("There is no such event.")
        return stored_event(row)

    async def of_session(self, session_id: str, *, limit: int = 500, offset: int = 0) -> Sequence[StoredEvent]:
        found = await self._all(_OF_SESSION, session=session_id, most=limit, skipped=offset)
        return [stored_event(row) for row in found]

    async def turns(self, *, after: tuple[datetime, str] | None, limit: int) -> Sequence[StoredEvent]:
        if after is None:
            found = await self._all(_TURNS, most=limit)
        else:
            found = await self._all(_LATER_TURNS, moment=after[0], event=after[1], most=limit)
        return [stored_event(row) for row in found]

    async def recorded(
        self, *, before: datetime, after: StoredEvent | None = None, limit: int
    ) -> Sequence[RecordedEvent]:
        if after is None:
            found = await self._all(_RECORDED, until=before, most=limit)
        else:
            place = {"moment": after.occurred_at, "received": after.received_at, "event": after.id}
            found = await self._all(_RECORDED_AFTER, until=before, most=limit, **place)
        return [RecordedEvent(stored_event(row), row.project, bool(row.counts)) for row in found]

    async def size(self) -> int:
        return await self._run(lambda scope: int(scope.run(_BYTES[scope.connection.dialect.name]).scalar_one() or 0))


class SqlSessions(Repository):
    """The Sessions port."""

    async def recent(self, *, limit: int = 50, offset: int = 0) -> Sequence[Session]:
        return [_session(row) for row in await self._all(_RECENT, most=limit, skipped=offset)]

    async def get(self, session_id: str) -> Session:
        return _session(await self._one(session_id))

    async def activity(self, session_id: str) -> tuple[datetime, bool]:
        row = await self._one(session_id)
        return row.active_at, row.ended_at is not None

    async def _one(self, session_id: str) -> Any:
        row = await self._first(_SESSION, session=session_id)
        if row is None:
            raise NotFound("There is no such session.")
        return row
