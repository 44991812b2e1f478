"""What the person typed, counted as it is recorded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from clone_mcp.models.events import Reply
from clone_mcp.models.prediction import Answer, History, Phrase
from clone_mcp.storage import schema
from clone_mcp.storage.scope import Scope, Upsert, change, in_parts, rows

_ANSWERS, _ENDINGS = "answers", "endings"
_TENANTS = 64
"""How many of them have their answers kept in memory."""

_NOTE = Upsert.into(schema.replies, returning=(schema.replies.c.id,))
_COUNT_PHRASE = Upsert.into(
    schema.phrases,
    update={
        "times": lambda new: schema.phrases.c.times + 1,
        "text": lambda new: new.text,
        "last_at": lambda new: sa.case(
            (new.last_at > schema.phrases.c.last_at, new.last_at), else_=schema.phrases.c.last_at
        ),
    },
)
_COUNT = Upsert.into(schema.counters, update={"value": lambda new: schema.counters.c.value + 1})
_phrase, _reply = schema.phrases.c, schema.replies.c
_OF_PHRASE = (_phrase.key, _phrase.text, _phrase.times, _phrase.last_at)  # every column of a row costs
_PHRASES = (
    rows(schema.phrases, *_OF_PHRASE)
    .order_by(schema.phrases.c.times.desc(), schema.phrases.c.last_at.desc(), schema.phrases.c.key)
    .limit(sa.bindparam("phrases"))
)
_NEWEST = (
    rows(schema.replies, _reply.id, _reply.previous)
    .order_by(_reply.at.desc(), _reply.id)
    .limit(sa.bindparam("answers"))
)
_ANSWER_ROWS = rows(
    schema.replies, _reply.id, _reply.key, _reply.text, _reply.session_id, _reply.question, _reply.previous
)
_ANSWERS_OF = _ANSWER_ROWS.where(_reply.id.in_(sa.bindparam("ids", expanding=True)))
_ANSWER_OF = _ANSWER_ROWS.where(_reply.id == sa.bindparam("one"))
"""From one question to the next there is mostly one answer more, and a list takes longer to bind than to look up."""
_SESSION = rows(schema.sessions, schema.sessions.c.last_key).where(schema.sessions.c.id == sa.bindparam("session"))
_TOLD = (
    change(schema.sessions)
    .where(schema.sessions.c.id == sa.bindparam("session"))
    .values(last_key=sa.bindparam("key"), told=True)
)
_COUNTERS = rows(schema.counters, schema.counters.c.name, schema.counters.c.value)


def learn(
    scope: Scope,
    reply: Reply,
    *,
    source_id: str,
    session_id: str,
    question: bytes,
    previous: str | None,
    at: datetime,
) -> bool:
    """Count one reply, once per source."""
    noted = scope.run(
        _NOTE,
        id=source_id,
        session_id=session_id,
        key=reply.key,
        text=reply.text,
        question=reply.keep(question),
        previous=previous,
        at=at,
    )
    if noted.first() is None:
        return False
    if reply.phrase:
        scope.run(_COUNT_PHRASE, key=reply.key, text=reply.text, times=1, last_at=at)
    scope.run(_COUNT, name=_ANSWERS, value=1)
    return True


def _learn_told(
    scope: Scope, reply: Reply, *, source_id: str, session_id: str | None, question: bytes, at: datetime
) -> bool:
    scope.take_turn()
    session = scope.run(_SESSION, session=session_id).first() if session_id else None
    if session is not None and session.last_key == reply.key:
        return False  # the prompt itself was recorded already
    previous = session.last_key if session is not None else None
    new = learn(
        scope,
        reply,
        source_id=source_id,
        session_id=session_id or "",
        question=question,
        previous=previous,
        at=at,
    )
    if new and session is not None:
        scope.run(_TOLD, session=session_id, key=reply.key)
    return new


def count_ending(scope: Scope) -> None:
    """Count one session that ended."""
    scope.run(_COUNT, name=_ENDINGS, value=1)


def history(scope: Scope, kept: Kept, *, phrases: int, answers: int) -> History:
    """Frequent phrases and newest answers. Answers that were read before, and still stand, are not read again."""
    # Rows are unpacked: asking each for its values by name would cost more than reading them. And all are fetched at
    # once: iterating over a result asks the driver for one after the other.
    repeated: Sequence[Any] = scope.run(_PHRASES, phrases=phrases).all()
    in_order: Sequence[Any] = scope.run(_NEWEST, answers=answers).all()
    newest: dict[str, str | None] = dict(in_order)
    known = kept.of(scope.tenant)
    for part in in_parts([id_ for id_, previous in newest.items() if not _is(known.get(id_), previous)]):
        one = scope.run(_ANSWER_OF, one=part[0]) if len(part) == 1 else None
        found: Sequence[Any] = (one or scope.run(_ANSWERS_OF, ids=part)).all()
        known |= {row[0]: Answer(*row) for row in found}
    kept.put(scope.tenant, {id_: known[id_] for id_ in newest})
    return History(
        tuple(Phrase(*row) for row in repeated),
        tuple(known[id_] for id_ in newest),
        total=_counters(scope).get(_ANSWERS, 0),
    )


def _is(answer: Answer | None, previous: str | None) -> bool:
    """Whether an answer that was read before still stands: erasing takes away what came before others."""
    return answer is not None and answer.previous == previous


def _counters(scope: Scope) -> dict[str, int]:
    return {row.name: row.value for row in scope.run(_COUNTERS)}


class Kept:
    """The answers last read of some tenants, so that the next reading fetches only what is new."""

    def __init__(self) -> None:
        self._answers: OrderedDict[UUID, dict[str, Answer]] = OrderedDict()

    def of(self, tenant: UUID) -> dict[str, Answer]:
        """What is kept, by id. The caller may change it: others get a copy of their own."""
        return dict(self._answers.get(tenant, {}))

    def put(self, tenant: UUID, answers: dict[str, Answer]) -> None:
        """Keep these instead."""
        self._answers[tenant] = answers
        self._answers.move_to_end(tenant)
        while len(self._answers) > _TENANTS:
            self._answers.popitem(last=False)


class SqlReplies:
    """The Replies port."""

    def __init__(self, run: Callable[[Callable[[Scope], Any]], Any], kept: Kept) -> None:
        self._run = run
        self._kept = kept

    async def history(self, *, phrases: int, answers: int) -> History:
        return await self._run(lambda scope: history(scope, self._kept, phrases=phrases, answers=answers))

    async def learn_told(
        self, reply: Reply, *, source_id: str, session_id: str | None, question: bytes, at: datetime
    ) -> bool:
        return await self._run(
            lambda scope: _learn_told(
                scope, reply, source_id=source_id, session_id=session_id, question=question, at=at
            )
        )

    async def endings(self) -> tuple[int, int]:
        counts: dict[str, int] = await self._run(_counters)
        return counts.get(_ANSWERS, 0), counts.get(_ENDINGS, 0)
