"""Removing events for good: their text, what was counted of it, and every copy that predictions keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.storage.memory.tombstones import bury
from clone_mcp.storage.schema import counters, events, feedback, phrases, predictions, replies, sessions
from clone_mcp.storage.scope import TENANT, Scope, change, in_parts, remove, rows

GONE = "[deleted]"

_IDS: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
_DOOMED = rows(events, events.c.id, events.c.session_id, events.c.payload).where(events.c.id.in_(_IDS))
_REPLIES = rows(replies, replies.c.id, replies.c.key).where(replies.c.id.in_(_IDS))
# Learned from feedback, so they bear a prediction's id; the prompt that was recorded afterwards did not count again.
_TOLD_REPLIES = (
    rows(replies, replies.c.id, replies.c.key)
    .where(replies.c.text.in_(sa.bindparam("texts", expanding=True)))
    .where(~sa.exists(sa.select(events.c.id).where(events.c.tenant_id == TENANT, events.c.id == replies.c.id)))
)
_DROP_REPLIES = remove(replies).where(replies.c.id.in_(_IDS))
_DROP_EVENTS = remove(events).where(events.c.id.in_(_IDS))
_LEFT = (
    rows(replies, replies.c.text, replies.c.at)
    .where(replies.c.key == sa.bindparam("phrase"))
    .order_by(replies.c.at.desc())
)
_DROP_PHRASE = remove(phrases).where(phrases.c.key == sa.bindparam("phrase"))
_SET_PHRASE = (
    change(phrases)
    .where(phrases.c.key == sa.bindparam("phrase"))
    .values(times=sa.bindparam("now_times"), last_at=sa.bindparam("newest"), text=sa.bindparam("spelled"))
)
_COUNT = (
    change(counters)
    .where(counters.c.name == sa.bindparam("counter"))
    .values(value=counters.c.value - sa.bindparam("fewer"))
)
_FORGET_TURN = (
    change(sessions)
    .where(sessions.c.id.in_(sa.bindparam("session_ids", expanding=True)))
    .values(question=None, last_key=None, told=False, summarised_at=None)
)
_EMPTY = (
    rows(sessions, sessions.c.id, sessions.c.ended_at)
    .where(sessions.c.id.in_(sa.bindparam("session_ids", expanding=True)))
    .where(
        ~sa.exists(
            sa.select(events.c.id).where(
                events.c.tenant_id == sessions.c.tenant_id, events.c.session_id == sessions.c.id
            )
        )
    )
)
_DROP_SESSION = remove(sessions).where(sessions.c.id == sa.bindparam("session"))


def erase(scope: Scope, ids: Sequence[str], *, at: datetime) -> int:
    """Remove the events and say how many there were. Their ids stay taken."""
    erased = 0
    for part in in_parts(ids):
        doomed = scope.run(_DOOMED, ids=part).all()
        texts = {text for row in doomed if (text := _said(row.payload))}
        counted = [*scope.run(_REPLIES, ids=part), *scope.run(_TOLD_REPLIES, texts=sorted(texts))]
        keys = Counter(row.key for row in counted)
        scope.run(_DROP_REPLIES, ids=[row.id for row in counted])
        scope.run(_DROP_EVENTS, ids=part)
        for key in keys:
            _recount(scope, key)
        if keys:
            scope.run(_COUNT, counter="answers", fewer=keys.total())
        _tidy_sessions(scope, sorted({row.session_id for row in doomed}))
        for row in doomed:
            bury(scope, "raw", row.id, at)
        scrub(scope, texts)
        erased += len(doomed)
    return erased


def _recount(scope: Scope, key: str) -> None:
    """Count a phrase again from what is left; its spelling, too, is the newest that is left."""
    left = scope.run(_LEFT, phrase=key).all()
    if not left:
        scope.run(_DROP_PHRASE, phrase=key)
        return
    scope.run(_SET_PHRASE, phrase=key, now_times=len(left), newest=left[0].at, spelled=left[0].text or key)


def _tidy_sessions(scope: Scope, session_ids: list[str]) -> None:
    scope.run(_FORGET_TURN, session_ids=session_ids)
    for empty in scope.run(_EMPTY, session_ids=session_ids).all():
        if empty.ended_at is not None:
            scope.run(_COUNT, counter="endings", fewer=1)
        scope.run(_DROP_SESSION, session=empty.id)


def _said(payload: dict[str, Any]) -> str:
    return str(payload.get("prompt") or payload.get("response") or "").strip()


def scrub(scope: Scope, texts: set[str]) -> None:
    """Remove the texts from stored predictions and feedback. An erasure is rare, so reading all of them is fine."""
    if not texts:
        return
    kept = rows(
        predictions,
        predictions.c.id,
        predictions.c.agent_input,
        predictions.c.candidates,
        predictions.c.options,
        predictions.c.actual_response,
    )
    for row in scope.run(kept).all():
        found = {
            "agent_input": _without(row.agent_input, texts),
            "candidates": [{**c, "response": _without(c["response"], texts)} for c in row.candidates],
            "options": [_without(option, texts) for option in row.options],
            "actual_response": row.actual_response and _without(row.actual_response, texts),
        }
        if any(found[name] != getattr(row, name) for name in found):
            scope.run(change(predictions).where(predictions.c.id == row.id).values(**found))
    reports = rows(feedback, feedback.c.id, feedback.c.actual_response).where(feedback.c.actual_response.is_not(None))
    for row in scope.run(reports).all():
        if (clean := _without(row.actual_response, texts)) != row.actual_response:
            scope.run(change(feedback).where(feedback.c.id == row.id).values(actual_response=clean))


def _without(kept: str, texts: set[str]) -> str:
    """What is kept, minus the texts. A few letters are replaced only where they are all there is."""
    for text in texts:
        if kept.strip() == text or (len(text) > 8 and text in kept):
            kept = kept.replace(text, GONE)
        elif len(kept) > 8 and kept in text:
            kept = GONE  # a question is kept by its end only
    return kept
