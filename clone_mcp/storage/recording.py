"""Appending events: what the group commit runs for each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from clone_mcp.models.events import Channel, Record
from clone_mcp.models.memory import Layer
from clone_mcp.storage import claims, jobs, replies
from clone_mcp.storage.memory.tombstones import digest
from clone_mcp.storage.memory_schema import tombstones
from clone_mcp.storage.schema import events, sessions
from clone_mcp.storage.scope import Scope, Upsert, change
from clone_mcp.storage.types import Text

_BEFORE = tuple(sessions.c[name] for name in ("question", "last_key", "told", "ended_at", "summarised_at"))
# Says what the session was waiting on before this event, because the update leaves those alone.
_TOUCH = Upsert.replacing(sessions, ("active_at",), returning=_BEFORE)
# From now on it waits on this event.
_ASK = Upsert.replacing(sessions, ("active_at", "question"), returning=_BEFORE)
_ADD = Upsert.into(
    events,
    returning=(events.c.id,),
    # What was deleted stays deleted: sent again, it counts as known.
    unless=sa.exists(
        sa.select(tombstones.c.digest).where(
            tombstones.c.tenant_id == sa.bindparam("tenant_id"),
            tombstones.c.layer == Layer.RAW.value,
            tombstones.c.digest == sa.bindparam("buried", type_=tombstones.c.digest.type),
        )
    ),
)
_WAITS = change(sessions).where(sessions.c.id == sa.bindparam("session"))
_ANSWERED = _WAITS.values(question=None, last_key=sa.bindparam("key"), told=False)
_STARTED = _WAITS.values(
    started_at=sa.bindparam("at"),
    source=sa.bindparam("from_source"),
    source_detail=sa.bindparam("detail"),
    project=sa.func.coalesce(sa.bindparam("in_project", type_=Text()), sessions.c.project),
)
_STOPPED = _WAITS.where(sa.or_(sessions.c.ended_at.is_(None), sessions.c.ended_at < sa.bindparam("at"))).values(
    ended_at=sa.bindparam("at")
)


def append(scope: Scope, record: Record) -> bool:
    """Store one event and keep its session in step. False, and nothing changed, when its id is known."""
    event = record.event
    if record.replaces_claim:
        claims.withdraw(scope, [event.id])
    if scope.run(_ADD, buried=digest(event.id), **event_row(record)).first() is None:
        return False
    waiting = scope.run(_TOUCH if record.question is None else _ASK, **session_row(record)).one()
    match event.type:
        case "session.started":
            scope.run(
                _STARTED,
                session=event.session_id,
                at=event.occurred_at,
                from_source=event.source,
                detail=event.source_detail,
                in_project=record.project,
            )
        case "session.stopped":
            scope.run(_STOPPED, session=event.session_id, at=event.occurred_at)
            if waiting.ended_at is None:
                replies.count_ending(scope)
        case "agent.prompt":
            _note_prompt(scope, record, waiting)
        case _:
            pass
    for job in record.jobs:
        jobs.enqueue(scope, job, now=event.received_at)
    if record.watch is not None and not watched(waiting):
        jobs.enqueue(scope, record.watch, now=event.received_at)
    return True


def watched(session: Any) -> bool:
    """Whether an earlier turn has asked for the job that looks again for as long as the session goes on."""
    return session.summarised_at is None and (session.last_key is not None or session.question is not None)


def _note_prompt(scope: Scope, record: Record, waiting: Any) -> None:
    """Whoever typed it, the agent's question is answered; only what the person typed is learned."""
    event, reply = record.event, record.reply
    scope.run(_ANSWERED, session=event.session_id, key=reply.key if reply else waiting.last_key)
    if reply is None:
        return
    attested = event.channel is Channel.ATTESTED
    if not (waiting.told and reply.key == waiting.last_key):
        replies.learn(
            scope,
            reply,
            source_id=event.id,
            session_id=event.session_id,
            question=waiting.question or b"",
            previous=waiting.last_key,
            at=event.occurred_at,
            attested=attested,
        )
    elif attested:
        replies.attest(scope, session_id=event.session_id, key=reply.key)


def session_row(record: Record) -> dict[str, Any]:
    """The session as this event begins it."""
    event = record.event
    return {
        "id": event.session_id,
        "source": event.source,
        "source_detail": event.source_detail,
        "project": record.project,
        "started_at": event.occurred_at,
        "ended_at": None,
        "active_at": event.received_at,
        "summarised_at": None,
        "question": record.question,
        "last_key": None,
        "told": False,
    }


def event_row(record: Record) -> dict[str, Any]:
    """The event as a row."""
    event = record.event
    return {
        "id": event.id,
        "session_id": event.session_id,
        "type": event.type,
        "source": event.source,
        "source_detail": event.source_detail,
        "label": event.label,
        "author": event.author,
        "channel": event.channel,
        "occurred_at": event.occurred_at,
        "received_at": event.received_at,
        "redactions": event.redactions,
        "payload": event.payload,
        "sentence": record.sentence,
        "sketch": record.sketch,
    }
