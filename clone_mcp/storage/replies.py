"""What the person typed, counted as it is recorded, and read as the history that a question is answered from.

Which words of a prompt count as a reply is decided in recording/ingest.py.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.events import Reply
from clone_mcp.models.prediction import Answer, History, Phrase
from clone_mcp.storage import schema
from clone_mcp.storage.columns import UtcDateTime
from clone_mcp.storage.reply_cache import KnownReplies, ReadExtent, ReplyCache
from clone_mcp.storage.scope import IDS, InScope, Repository, Scope, Upsert, change, rows

ANSWERS, ENDINGS, ERASURES = "answers", "endings", "erasures"
_EVER = datetime.max.replace(tzinfo=UTC)

_ADD_ONE = Upsert.into(schema.replies, returning=(schema.replies.c.id,))
_ADD = sa.insert(schema.replies)
_KNOWN = rows(schema.replies, schema.replies.c.id).where(schema.replies.c.id.in_(IDS))
_COUNT_PHRASE = Upsert.into(
    schema.phrases,
    update={
        "times": lambda new: schema.phrases.c.times + new.times,
        "text": lambda new: new.text,
        "last_at": lambda new: sa.case(
            (new.last_at > schema.phrases.c.last_at, new.last_at), else_=schema.phrases.c.last_at
        ),
    },
)
_COUNT = Upsert.into(schema.counters, update={"value": lambda new: schema.counters.c.value + new.value})
_phrase, _reply = schema.phrases.c, schema.replies.c
_OF_PHRASE = (_phrase.key, _phrase.text, _phrase.times, _phrase.last_at)  # every column of a row costs
_PHRASES = (
    rows(schema.phrases, *_OF_PHRASE)
    .order_by(schema.phrases.c.times.desc(), schema.phrases.c.last_at.desc(), schema.phrases.c.key)
    .limit(sa.bindparam("phrases"))
)
_BY_TIME = (_reply.at.desc(), _reply.id)
_NEWEST = rows(schema.replies, _reply.id).order_by(*_BY_TIME).limit(sa.bindparam("answers"))
_LATEST = rows(schema.replies, _reply.at).order_by(*_BY_TIME).limit(1)
_ANSWER = (
    _reply.id, _reply.key, _reply.text, _reply.session_id, _reply.question, _reply.previous, _reply.attested,
)  # fmt: skip
_AT = len(_ANSWER)
_ANSWERS_OF = rows(schema.replies, *_ANSWER).where(_reply.id.in_(IDS))
_SINCE = (
    rows(schema.replies, *_ANSWER, _reply.at, *_OF_PHRASE)
    .outerjoin_from(
        schema.replies, schema.phrases, sa.and_(_phrase.tenant_id == _reply.tenant_id, _phrase.key == _reply.key)
    )
    .where(_reply.at >= sa.bindparam("since", type_=UtcDateTime()))
    .order_by(*_BY_TIME)
    .limit(sa.bindparam("most"))
)
_said_last = (
    rows(schema.replies, _reply.id)
    .where(_reply.session_id == sa.bindparam("session"), _reply.key == sa.bindparam("said"), ~_reply.attested)
    .order_by(*_BY_TIME)
    .limit(1)
)
_ATTEST = change(schema.replies).where(_reply.id == _said_last.scalar_subquery()).values(attested=sa.true())
_SESSION = rows(schema.sessions, schema.sessions.c.last_key).where(schema.sessions.c.id == sa.bindparam("session"))
_TOLD = (
    change(schema.sessions)
    .where(schema.sessions.c.id == sa.bindparam("session"))
    .values(last_key=sa.bindparam("key"), told=True)
)
_COUNTERS = rows(schema.counters, schema.counters.c.name, schema.counters.c.value)


@dataclass(frozen=True, slots=True)
class CountedReply:
    """A reply to be counted, with what it answered."""

    reply: Reply
    source_id: str
    session_id: str
    question: bytes
    previous: str | None
    at: datetime
    attested: bool


def learn(scope: Scope, learned: Sequence[CountedReply]) -> int:
    """Count these replies, each once per source. How many of them were new."""
    if not learned:
        return 0
    new = _add_one(scope, learned[0]) if len(learned) == 1 else _add_many(scope, learned)
    scope.run_many(_COUNT_PHRASE, _phrases_in(new))
    if new:
        scope.run(_COUNT, name=ANSWERS, value=len(new))
    return len(new)


def _add_one(scope: Scope, learned: CountedReply) -> Sequence[CountedReply]:
    return [] if scope.run(_ADD_ONE, **_row(learned)).first() is None else [learned]


def _add_many(scope: Scope, learned: Sequence[CountedReply]) -> Sequence[CountedReply]:
    ids = [each.source_id for each in learned]
    known = {row.id for row in scope.rows_of(_KNOWN, ids)}
    new = [each for each in learned if each.source_id not in known]
    scope.run_many(_ADD, [_row(each) for each in new])
    return new


def _row(learned: CountedReply) -> dict[str, Any]:
    return {
        "id": learned.source_id,
        "session_id": learned.session_id,
        "key": learned.reply.key,
        "text": learned.reply.text,
        "question": learned.reply.keep(learned.question),
        "previous": learned.previous,
        "at": learned.at,
        "attested": learned.attested,
        "counted": None if learned.question else True,  # who was asked nothing decided nothing
        "sign": None if learned.question else "",
    }


def _phrases_in(learned: Sequence[CountedReply]) -> list[dict[str, Any]]:
    """Each phrase once, as often as it was typed. Spelled as it was last."""
    found: dict[str, dict[str, Any]] = {}
    for each in learned:
        if each.reply.phrase:
            row = found.setdefault(each.reply.key, {"key": each.reply.key, "times": 0, "last_at": each.at})
            row.update(text=each.reply.text, times=row["times"] + 1, last_at=max(row["last_at"], each.at))
    return list(found.values())


def attest(scope: Scope, *, session_id: str, key: str) -> None:
    """What an agent told of a session's last reply has now been seen to be typed."""
    if scope.run(_ATTEST, session=session_id, said=key).rowcount:
        count_erasure(scope)  # so that nobody goes by what they read before


def count_endings(scope: Scope, number: int) -> None:
    """Count sessions that ended."""
    if number:
        scope.run(_COUNT, name=ENDINGS, value=number)


def count_erasure(scope: Scope) -> None:
    """Note that replies were taken away, or changed: whatever was read of them before is worth nothing now."""
    scope.run(_COUNT, name=ERASURES, value=1)


def history(scope: Scope, cache: ReplyCache, *, phrases: int, answers: int) -> History:
    """Frequent phrases and newest answers. What was read before, and still stands, is not read again."""
    counts = _counters(scope)
    now = ReadExtent(phrases, answers, counts.get(ANSWERS, 0), counts.get(ERASURES, 0))
    before = cache.of(scope.tenant)
    known = _grown(scope, before, now) if before and before.read.grows_into(now) else None
    if known is None:
        known = _whole(scope, before, now)
    cache.put(scope.tenant, known)
    return History(known.phrases, known.answers, now.total)


def _grown(scope: Scope, before: KnownReplies, now: ReadExtent) -> KnownReplies | None:
    """What was known, and the replies since. None where others came in late, which only reading all of them shows."""
    if now.total == before.read.total:
        return before
    # Rows are unpacked: asking each for its values by name would cost more than reading them.
    found: list[Any] = list(scope.run(_SINCE, since=before.latest, most=now.answers))
    latest = {answer.id for answer in before.answers[: len(found)]}  # those of that moment are among these
    new = [(Answer(*row[:_AT]), row[_AT], row[_AT + 1 :]) for row in found if row[0] not in latest]
    if len(new) != now.total - before.read.total or new[-1][1] == before.latest:
        return None
    said = {phrase[0]: Phrase(*phrase) for _, _, phrase in new if phrase[0] is not None}
    ranked = [phrase for phrase in before.phrases if phrase.key not in said]
    for phrase in said.values():
        insort(ranked, phrase, key=_rank)
    answers = (*(answer for answer, _, _ in new), *before.answers)
    return KnownReplies(now, answers[: now.answers], tuple(ranked[: now.phrases]), latest=new[0][1])


def _whole(scope: Scope, before: KnownReplies | None, now: ReadExtent) -> KnownReplies:
    repeated: list[Any] = list(scope.run(_PHRASES, phrases=now.phrases))
    newest = [id_ for (id_,) in scope.run(_NEWEST, answers=now.answers)]
    still = before.answers if before and before.read.erasures == now.erasures else ()
    known = {answer.id: answer for answer in still}
    new = scope.rows_of(_ANSWERS_OF, [id_ for id_ in newest if id_ not in known])
    known |= {row[0]: Answer(*row) for row in new}
    return KnownReplies(
        now,
        tuple(known[id_] for id_ in newest),
        tuple(Phrase(*row) for row in repeated),
        latest=scope.run(_LATEST).scalar(),
    )


def _rank(phrase: Phrase) -> tuple[int, timedelta, str]:
    """As the database has them: the most frequent first, of those the newest."""
    return -phrase.times, _EVER - phrase.last_at, phrase.key


def _counters(scope: Scope) -> dict[str, int]:
    return {row.name: row.value for row in scope.run(_COUNTERS)}


class SqlReplies(Repository):
    """The Replies port."""

    def __init__(self, run: InScope, cache: ReplyCache) -> None:
        super().__init__(run)
        self._reply_cache = cache

    async def history(self, *, phrases: int, answers: int) -> History:
        return await self._run(lambda scope: history(scope, self._reply_cache, phrases=phrases, answers=answers))

    async def learn_told(
        self,
        reply: Reply,
        *,
        source_id: str,
        session_id: str | None,
        question: bytes,
        at: datetime,
        attested: bool,
    ) -> bool:
        def within(scope: Scope) -> bool:
            scope.take_turn()
            session = scope.run(_SESSION, session=session_id).first() if session_id else None
            if session is not None and session.last_key == reply.key:
                return False  # the prompt itself was recorded already
            previous = session.last_key if session is not None else None
            new = learn(scope, [CountedReply(reply, source_id, session_id or "", question, previous, at, attested)])
            if new and session is not None:
                scope.run(_TOLD, session=session_id, key=reply.key)
            return bool(new)

        return await self._run(within)

    async def endings(self) -> tuple[int, int]:
        counts = await self._run(_counters)
        return counts.get(ANSWERS, 0), counts.get(ENDINGS, 0)
