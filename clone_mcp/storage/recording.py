"""Appending events, one or many of one tenant: the events, their sessions, what is learned from them, jobs for later.

What an event does to its session is decided in memory (`_Step`), so that there is one set of rules and each statement
runs once for all rows. One event alone is the commonest case: it finds out with its insert whether it is new, and reads
its session with the statement that touches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.events import Channel, Job, Record
from clone_mcp.models.memory import Layer
from clone_mcp.storage import jobs, replies
from clone_mcp.storage.memory.erasure import digest, withdraw
from clone_mcp.storage.memory_schema import tombstones
from clone_mcp.storage.schema import events, sessions
from clone_mcp.storage.scope import IDS, Scope, Upsert, in_parts, rows

_COLUMNS = tuple(column for column in sessions.c if column.name != "tenant_id")
_NAMES = tuple(column.name for column in _COLUMNS)

# One event: these say what was there before.
_ADD_ONE = Upsert.into(
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
_TOUCH = Upsert.replacing(sessions, ("active_at",), returning=_COLUMNS)
_ASK = Upsert.replacing(sessions, ("active_at", "question"), returning=_COLUMNS)
_SESSION = rows(sessions, *_COLUMNS).where(sessions.c.id == sa.bindparam("session"))

# Many events.
_ADD = sa.insert(events)
_KNOWN = rows(events, events.c.id).where(events.c.id.in_(IDS))
_BURIED = rows(tombstones, tombstones.c.digest).where(
    tombstones.c.layer == Layer.RAW.value,
    tombstones.c.digest.in_(sa.bindparam("ids", expanding=True, type_=tombstones.c.digest.type)),
)
_SESSIONS = rows(sessions, *_COLUMNS).where(sessions.c.id.in_(IDS))

_CHANGING = (
    "source", "source_detail", "project", "started_at", "ended_at", "active_at", "question", "last_key", "told",
)  # fmt: skip
_STORE = Upsert.replacing(sessions, _CHANGING)

Sessions = dict[str, dict[str, Any]]
"""Sessions as rows, by their id."""
JobAt = tuple[Job, datetime]
"""A job, and when the event that wants it came in."""


def append(scope: Scope, records: Sequence[Record]) -> list[bool]:
    """Store the events and keep their sessions in step; says for each whether it was new."""
    if replaced := [record.event.id for record in records if record.replaces_claim]:
        withdraw(scope, replaced)
    new = _add_one(scope, records[0]) if len(records) == 1 else _add_many(scope, records)
    added = [record for record, is_new in zip(records, new, strict=True) if is_new]
    if not added:
        return new
    before = _session_of(scope, added[0]) if len(added) == 1 else _sessions_of(scope, added)
    step = _Step({own: dict(row) for own, row in before.items()})
    for record in added:
        step.take(record)
    scope.run_many(_STORE, [row for own, row in step.sessions.items() if row != before.get(own)])
    for session_id, key in step.attested:  # before the rest is learned: it was told earlier
        replies.attest(scope, session_id=session_id, key=key)
    replies.learn(scope, step.learned)
    replies.count_endings(scope, step.endings)
    for job, moment in _earliest(step.jobs):
        jobs.enqueue(scope, job, now=moment)
    return new


def _add_one(scope: Scope, record: Record) -> list[bool]:
    return [scope.run(_ADD_ONE, buried=digest(record.event.id), **_event_row(record)).first() is not None]


def _add_many(scope: Scope, records: Sequence[Record]) -> list[bool]:
    """Stores all but those that are known, and those that were deleted."""
    ids = [record.event.id for record in records]
    known: set[str] = set()
    for part in in_parts(ids):
        buried = {bytes(row.digest) for row in scope.run(_BURIED, ids=[digest(own) for own in part])}
        known |= {own for own in part if digest(own) in buried} if buried else set()
        known |= {row.id for row in scope.run(_KNOWN, ids=part)}
    new: list[bool] = []
    for own in ids:
        new.append(own not in known)
        known.add(own)
    scope.run_many(_ADD, [_event_row(record) for record, is_new in zip(records, new, strict=True) if is_new])
    return new


def _session_of(scope: Scope, record: Record) -> Sessions:
    """The event's session. A prompt changes it in any case, so it is only read; for others a touch is enough."""
    own = record.event.session_id
    if record.event.type == "agent.prompt":
        row = scope.run(_SESSION, session=own).first()
    else:
        row = scope.run(_TOUCH if record.question is None else _ASK, **_session_row(record)).one()
    return {} if row is None else {own: dict(zip(_NAMES, row, strict=True))}


def _sessions_of(scope: Scope, records: Iterable[Record]) -> Sessions:
    """The events' sessions, as far as there are any."""
    ids = sorted({record.event.session_id for record in records})
    return {row["id"]: dict(row) for part in in_parts(ids) for row in scope.run(_SESSIONS, ids=part).mappings()}


def _earliest(wanted: Sequence[JobAt]) -> Sequence[JobAt]:
    """The jobs to enqueue: of those with one dedupe key, the earliest."""
    found: dict[object, JobAt] = {}
    for job, at in wanted:
        key = job.dedupe_key or object()
        held = found.get(key)
        if held is None or (job.run_at or at) < (held[0].run_at or held[1]):
            found[key] = (job, at)
    return list(found.values())


@dataclass(slots=True)
class _Step:
    """Sessions as they stand after the events so far, and what was learned from those."""

    sessions: dict[str, dict[str, Any]]
    learned: list[replies.CountedReply] = field(default_factory=list[replies.CountedReply])
    attested: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Sessions, each with the reply that an agent told of and that is now seen to have been typed."""
    jobs: list[JobAt] = field(default_factory=list[JobAt])
    endings: int = 0

    def take(self, record: Record) -> None:
        """One event."""
        event = record.event
        session = self.sessions.get(event.session_id)
        if session is None:
            session = self.sessions[event.session_id] = _session_row(record)
        session["active_at"] = event.received_at
        self.jobs += [(job, event.received_at) for job in record.jobs]
        if record.watch is not None and not _watched(session):
            self.jobs.append((record.watch, event.received_at))
        match event.type:
            case "session.started":
                session.update(_begun(record, session))
            case "session.stopped":
                self.endings += session["ended_at"] is None
                if session["ended_at"] is None or session["ended_at"] < event.occurred_at:
                    session["ended_at"] = event.occurred_at
            case "agent.response" if record.question is not None:
                session["question"] = record.question
            case "agent.prompt":
                self._take_prompt(record, session)
            case _:
                pass

    def _take_prompt(self, record: Record, session: dict[str, Any]) -> None:
        """Whoever typed it, the agent's question is answered; only what the person typed is learned."""
        event, reply = record.event, record.reply
        counted = session["told"] and reply is not None and reply.key == session["last_key"]
        attested = event.channel is Channel.ATTESTED
        if counted and attested:
            self.attested.append((event.session_id, session["last_key"]))
        elif reply is not None and not counted:
            self.learned.append(
                replies.CountedReply(
                    reply,
                    source_id=event.id,
                    session_id=event.session_id,
                    question=session["question"] or b"",
                    previous=session["last_key"],
                    at=event.occurred_at,
                    attested=attested,
                )
            )
        session.update(question=None, last_key=reply.key if reply else session["last_key"], told=False)


def _watched(session: Mapping[str, Any]) -> bool:
    """Whether an earlier turn has asked for the job that looks again for as long as the session goes on."""
    return session["summarised_at"] is None and (session["last_key"] is not None or session["question"] is not None)


def _begun(record: Record, session: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "started_at": record.event.occurred_at,
        "source": record.event.source,
        "source_detail": record.event.source_detail,
        "project": session["project"] if record.project is None else record.project,
    }


def _session_row(record: Record) -> dict[str, Any]:
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


def _event_row(record: Record) -> dict[str, Any]:
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
