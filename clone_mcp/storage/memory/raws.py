"""Raw rows: events, read as sentences; and the embeddings of those sentences.

What removes them stands in `erasure.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.events import Author, Channel, Record, Source, StoredEvent
from clone_mcp.models.memory import Raw, Ref
from clone_mcp.storage import recording
from clone_mcp.storage.events import stored_event
from clone_mcp.storage.memory import erasure
from clone_mcp.storage.memory.scrub import retract
from clone_mcp.storage.memory_schema import embeddings
from clone_mcp.storage.schema import events, predictions, replies, sessions
from clone_mcp.storage.scope import IDS, LONG_AGO, TENANT, Repository, Scope, Upsert, between, change, rows

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
    events.c.label,
    sessions.c.project,
)
_RAW = (
    sa.select(*_COLUMNS)
    .join(sessions, sa.and_(sessions.c.tenant_id == events.c.tenant_id, sessions.c.id == events.c.session_id))
    .where(events.c.tenant_id == TENANT, events.c.sentence.is_not(None))
)
_OLDEST_FIRST = (events.c.occurred_at, events.c.received_at, events.c.id)
# Unordered: asked for an order, SQLite would walk through the whole index that has it.
_OF = _RAW.where(events.c.id.in_(IDS))
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
_QUESTIONS = rows(replies, replies.c.id, replies.c.question).where(replies.c.id.in_(IDS))
_KEY = rows(replies, replies.c.key).where(replies.c.id == sa.bindparam("raw"))
_UNSAID = rows(events).where(events.c.sentence.is_(None)).limit(sa.bindparam("most"))
_SAY = (
    change(events)
    .where(events.c.id == sa.bindparam("event"))
    .values(sentence=sa.bindparam("said"), sketch=sa.bindparam("drawn"))
)
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
_EMBED = Upsert.replacing(embeddings, ("embedder", "embedding"))
_STILL_THERE = rows(events, events.c.id).where(events.c.id.in_(IDS)).with_for_update()


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
        label=row.label,
    )


def _spelled(word: str) -> set[str]:
    """SQLite takes a for A, but not ä for Ä."""
    return {word} if word.isascii() else {word, word.capitalize(), word.upper()}


def by_ids(scope: Scope, ids: Sequence[str]) -> list[Raw]:
    """Those of the rows that exist, in no order."""
    return [raw_of(row) for row in scope.rows_of(_OF, ids)]


class SqlRaws(Repository):
    """The Raws port."""

    async def get(self, raw_id: str) -> Raw:
        found = await self.of([raw_id])
        if not found:
            raise NotFound("There is no such raw row.")
        return found[0]

    async def of(self, ids: Sequence[str]) -> Sequence[Raw]:
        found = await self._run(lambda scope: by_ids(scope, ids))
        return sorted(found, key=lambda raw: (raw.occurred_at, raw.id))

    async def of_session(self, session_id: str) -> Sequence[Raw]:
        return [raw_of(row) for row in await self._all(_OF_SESSION, session=session_id)]

    async def newest(self, *, since: datetime | None, limit: int, offset: int = 0) -> Sequence[Raw]:
        found = await self._all(_NEWEST, since=since or LONG_AGO, most=limit, skipped=offset)
        return [raw_of(row) for row in found]

    async def holding(self, words: Sequence[str], *, every: bool, limit: int) -> Sequence[Raw]:
        held = [sa.or_(*(events.c.sentence.icontains(way, autoescape=True) for way in _spelled(w))) for w in words]
        wanted = _RAW.where(sa.and_(*held) if every else sa.or_(*held))
        newest = wanted.order_by(events.c.occurred_at.desc(), events.c.id).limit(limit)
        return [raw_of(row) for row in await self._all(newest)]

    async def saying(self, key: str, *, limit: int) -> Sequence[Raw]:
        return [raw_of(r) for r in await self._all(_SAYING, phrase=key, most=limit)]

    async def key_of(self, raw_id: str) -> str | None:
        found = await self._all(_KEY, raw=raw_id)
        return found[0].key if found else None

    async def questions(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        found = await self._run(lambda scope: scope.rows_of(_QUESTIONS, ids))
        return {row.id: row.question for row in found}

    async def unsaid(self, *, limit: int) -> Sequence[StoredEvent]:
        return [stored_event(row) for row in await self._all(_UNSAID, most=limit)]

    async def say(self, event_id: str, sentence: str, sketch: int) -> None:
        drawn = sketch.to_bytes((sketch.bit_length() + 7) // 8, "big")
        await self._execute(_SAY, event=event_id, said=sentence, drawn=drawn)

    async def add(self, record: Record) -> bool:
        def append(scope: Scope) -> bool:
            scope.take_turn()
            return recording.append(scope, [record])[0]

        return await self._run(append)

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
        wanted = between(wanted, events.c.occurred_at, since, until)
        return await self._scalars(wanted)

    async def erase(self, ids: Sequence[str], at: datetime) -> int:
        return await self._run(lambda scope: erasure.erase(scope, ids, at=at))

    async def prediction_ids(
        self, *, project: str | None, session_id: str | None, since: datetime | None, until: datetime | None
    ) -> Sequence[str]:
        wanted = rows(predictions, predictions.c.id).order_by(predictions.c.id)
        if project is not None:
            of_project = rows(sessions, sessions.c.id).where(sessions.c.project == project)
            wanted = wanted.where(predictions.c.session_id.in_(of_project))
        if session_id is not None:
            wanted = wanted.where(predictions.c.session_id == session_id)
        wanted = between(wanted, predictions.c.created_at, since, until)
        return await self._scalars(wanted)

    async def erase_predictions(self, prediction_ids: Sequence[str]) -> int:
        return await self._run(lambda scope: erasure.erase_predictions(scope, prediction_ids))

    async def retract(
        self, shown: Sequence[Ref], *, profiles_since: datetime | None, phrase: Callable[[str], str]
    ) -> None:
        await self._run(lambda scope: retract(scope, shown, profiles_since=profiles_since, phrase=phrase))


class SqlEmbeddings(Repository):
    """The Embeddings port."""

    async def missing(self, embedder: str, *, since: datetime, limit: int) -> Sequence[tuple[str, str]]:
        found = await self._all(_MISSING, embedder=embedder, since=since, most=limit)
        return [(row.id, row.sentence) for row in found]

    async def put(self, embedder: str, embeddings: Sequence[tuple[str, bytes]]) -> None:
        def write(scope: Scope) -> None:
            left = {row.id for row in scope.rows_of(_STILL_THERE, [name for name, _ in embeddings])}
            for name, embedding in embeddings:
                if name in left:
                    scope.run(_EMBED, id=name, embedder=embedder, embedding=embedding)

        await self._run(write)
