"""Appending many events of one tenant at once, as an import does.

The outcome is that of appending them one by one. What each event needs to know of those before it (its session's
question, the phrase typed last) is kept in memory in between, so that statements run for all rows together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.events import Channel, Job, Record
from clone_mcp.models.memory import Layer
from clone_mcp.storage import claims, jobs, replies, replies_many
from clone_mcp.storage.memory.tombstones import digest
from clone_mcp.storage.memory_schema import tombstones
from clone_mcp.storage.recording import event_row, session_row, watched
from clone_mcp.storage.schema import events, sessions
from clone_mcp.storage.scope import Scope, Upsert, in_parts, rows

_ids: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
_KNOWN = rows(events, events.c.id).where(events.c.id.in_(_ids))
_BURIED = rows(tombstones, tombstones.c.digest).where(
    tombstones.c.layer == Layer.RAW.value,
    tombstones.c.digest.in_(sa.bindparam("ids", expanding=True, type_=tombstones.c.digest.type)),
)
_SESSIONS = rows(sessions).where(sessions.c.id.in_(_ids))
_ADD = sa.insert(events)
_KEPT = ("source", "source_detail", "project", "started_at", "ended_at", "active_at", "question", "last_key", "told")
Asked = tuple[Job, datetime]
"""A job, and when it was asked for."""
_KEEP = Upsert.replacing(sessions, _KEPT)


def append(scope: Scope, records: Sequence[Record]) -> list[bool]:
    """Store the events and keep their sessions in step; says for each whether it was new."""
    claims.withdraw(scope, [record.event.id for record in records if record.replaces_claim])
    new = _new(scope, [record.event.id for record in records])
    added = [record for record, is_new in zip(records, new, strict=True) if is_new]
    if not added:
        return new
    scope.run_many(_ADD, [event_row(record) for record in added])
    step = _Step(_sessions(scope, {record.event.session_id for record in added}))
    for record in added:
        step.take(record)
    scope.run_many(_KEEP, list(step.sessions.values()))
    for session_id, key in step.attested:  # before these are learned: it was told earlier
        replies.attest(scope, session_id=session_id, key=key)
    replies_many.learn(scope, step.learned)
    replies_many.count_endings(scope, step.endings)
    for job, moment in _earliest(step.jobs):
        jobs.enqueue(scope, job, now=moment)
    return new


def _new(scope: Scope, ids: Sequence[str]) -> list[bool]:
    """Which of these events to store: not those that are known, nor those that were deleted."""
    known: set[str] = set()
    for part in in_parts(ids):
        buried = {bytes(row.digest) for row in scope.run(_BURIED, ids=[digest(own) for own in part])}
        known |= {own for own in part if digest(own) in buried} if buried else set()
        known |= {row.id for row in scope.run(_KNOWN, ids=part)}
    found: list[bool] = []
    for own in ids:
        found.append(own not in known)
        known.add(own)
    return found


def _sessions(scope: Scope, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for part in in_parts(sorted(ids)):
        for row in scope.run(_SESSIONS, ids=part).mappings():
            found[row["id"]] = {name: value for name, value in row.items() if name != "tenant_id"}
    return found


def _earliest(asked: Sequence[Asked]) -> list[Asked]:
    """The jobs to enqueue: of those with one dedupe key, the earliest."""
    found: dict[object, Asked] = {}
    for job, at in asked:
        key = job.dedupe_key or object()
        held = found.get(key)
        if held is None or (job.run_at or at) < (held[0].run_at or held[1]):
            found[key] = (job, at)
    return list(found.values())


@dataclass(slots=True)
class _Step:
    """Sessions as they stand after the events so far, and what was learned from those."""

    sessions: dict[str, dict[str, Any]]
    learned: list[replies_many.Learned] = field(default_factory=list[replies_many.Learned])
    attested: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Sessions, each with what was told of it and is now seen to have been typed."""
    jobs: list[Asked] = field(default_factory=list[Asked])
    endings: int = 0

    def take(self, record: Record) -> None:
        """One event."""
        event = record.event
        session = self.sessions.setdefault(event.session_id, session_row(record))
        session["active_at"] = event.received_at
        self.jobs += [(job, event.received_at) for job in record.jobs]
        if record.watch is not None and not watched(SimpleNamespace(**session)):
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
                self._note_prompt(record, session)
            case _:
                pass

    def _note_prompt(self, record: Record, session: dict[str, Any]) -> None:
        event, reply = record.event, record.reply
        counted = session["told"] and reply is not None and reply.key == session["last_key"]
        attested = event.channel is Channel.ATTESTED
        if counted and attested:
            self.attested.append((event.session_id, session["last_key"]))
        elif reply is not None and not counted:
            self.learned.append(
                replies_many.Learned(
                    reply,
                    event.id,
                    event.session_id,
                    session["question"] or b"",
                    session["last_key"],
                    event.occurred_at,
                    attested,
                )
            )
        session.update(question=None, last_key=reply.key if reply else session["last_key"], told=False)


def _begun(record: Record, session: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "started_at": record.event.occurred_at,
        "source": record.event.source,
        "source_detail": record.event.source_detail,
        "project": record.project or session["project"],
    }
