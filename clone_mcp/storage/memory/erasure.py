"""Removing events for good, and what is remembered of what was deleted: a hash of its name, enough to know it again.

An erasure takes the text, what was counted of it, and every copy that predictions keep. Withdrawing a claim buries
nothing: the event returns in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.events import Author, Channel
from clone_mcp.models.memory import Layer, Ref, Tombstone
from clone_mcp.storage.memory import links
from clone_mcp.storage.memory.scrub import scrub
from clone_mcp.storage.memory.standing import forget_examples, resting_on
from clone_mcp.storage.memory_schema import links as link_rows
from clone_mcp.storage.memory_schema import tombstones
from clone_mcp.storage.replies import count_erasure
from clone_mcp.storage.schema import counters, events, phrases, predictions, replies, sessions
from clone_mcp.storage.scope import IDS, Repository, Scope, Upsert, change, in_parts, remove, rows

_SESSIONS: sa.BindParameter[str] = sa.bindparam("session_ids", expanding=True)
_KEYS: sa.BindParameter[str] = sa.bindparam("keys", expanding=True)
_DOOMED = rows(events, events.c.id, events.c.session_id, events.c.payload).where(events.c.id.in_(IDS))
_REPLIES = rows(replies, replies.c.id, replies.c.key, replies.c.session_id).where(replies.c.id.in_(IDS))
_DROP_REPLIES = remove(replies).where(replies.c.id.in_(IDS))
_DROP_EVENTS = remove(events).where(events.c.id.in_(IDS))
_DROP_PREDICTIONS = remove(predictions).where(predictions.c.id.in_(IDS))
# What came before a reply is kept in words, too.
_DROP_PREVIOUS = (
    change(replies).where(replies.c.session_id.in_(_SESSIONS), replies.c.previous.in_(_KEYS)).values(previous=None)
)
_LEFT = (
    rows(replies, replies.c.text, replies.c.at)
    .where(replies.c.key == sa.bindparam("phrase"))
    .order_by(replies.c.at.desc(), replies.c.id)
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
    .where(sessions.c.id.in_(_SESSIONS))
    .values(question=None, last_key=None, told=False, summarised_at=None)
)
_EMPTY = (
    rows(sessions, sessions.c.id, sessions.c.ended_at)
    .where(sessions.c.id.in_(_SESSIONS))
    .where(
        ~sa.exists(
            sa.select(events.c.id).where(
                events.c.tenant_id == sessions.c.tenant_id, events.c.session_id == sessions.c.id
            )
        )
    )
)
_DROP_SESSION = remove(sessions).where(sessions.c.id == sa.bindparam("session"))
# What counts as the person's has been learned from, and that would have to be taken back, too.
_DROP_CLAIMS = remove(events).where(
    events.c.id.in_(IDS), events.c.channel == Channel.CLAIMED.value, events.c.author != Author.PERSON.value
)
# Their episodes no longer hold what they are made of, so they are written and read for facts again.
_UNCITE = remove(link_rows).where(
    link_rows.c.citing_layer == Layer.EPISODE.value,
    link_rows.c.cited_layer == Layer.RAW.value,
    link_rows.c.cited_id.in_(IDS),
)


def erase(scope: Scope, ids: Sequence[str], *, at: datetime) -> int:
    """Remove the events and say how many there were. Their ids stay taken."""
    doomed = scope.rows_of(_DOOMED, ids)
    said: defaultdict[str, list[str]] = defaultdict(list)
    for row in doomed:
        said[row.session_id] += _texts(row.payload)
    told = scrub(scope, said)
    scope.take_turn()  # only now: whoever reports an outcome holds its prediction and then waits for a turn
    for part in in_parts([row.id for row in doomed]):
        scope.run(_DROP_EVENTS, ids=part)
    _forget_replies(scope, [*(row.id for row in doomed), *told])
    for part in in_parts(sorted(said)):
        _tidy_sessions(scope, part)
    for row in doomed:
        bury(scope, Layer.RAW, row.id, at)
    return len(doomed)


def erase_predictions(scope: Scope, prediction_ids: Sequence[str]) -> int:
    """Remove predictions, their feedback and what was learned from it; say how many there were."""
    gone = 0
    for part in in_parts(prediction_ids):
        gone += scope.run(_DROP_PREDICTIONS, ids=part).rowcount
    links.drop_all(scope, [Ref(Layer.PREDICTION, each) for each in prediction_ids])
    scope.take_turn()
    _forget_replies(scope, prediction_ids)
    return gone


def withdraw(scope: Scope, ids: Sequence[str]) -> None:
    """Remove those of the events that are claims and nobody's words, so that they can be stored as attested."""
    for part in in_parts(ids):
        scope.run(_DROP_CLAIMS, ids=part)
        scope.run(_UNCITE, ids=part)


def _forget_replies(scope: Scope, ids: Sequence[str]) -> None:
    """Take replies out of what is counted. Their ids are those of the events, or of the predictions that told."""
    gone = scope.rows_of(_REPLIES, ids)
    if not gone:
        return
    resting = resting_on(scope, [row.id for row in gone])
    for part in in_parts(ids):
        scope.run(_DROP_REPLIES, ids=part)
    forget_examples(scope, resting)
    keys, within = sorted({row.key for row in gone}), sorted({row.session_id for row in gone})
    for some_keys in in_parts(keys):
        for some_sessions in in_parts(within):
            scope.run(_DROP_PREVIOUS, keys=some_keys, session_ids=some_sessions)
            scope.run(_FORGET_TURN, session_ids=some_sessions)
    for key in keys:
        _recount(scope, key)
    scope.run(_COUNT, counter="answers", fewer=len(gone))
    count_erasure(scope)


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


def _texts(payload: dict[str, Any]) -> Iterable[str]:
    """What the event said."""
    found = (payload.get(name) for name in ("prompt", "response"))
    return [text.strip() for text in found if isinstance(text, str) and text.strip()]


_BURY = Upsert.replacing(tombstones, ("at",))
_HERE = (tombstones.c.layer == sa.bindparam("of_layer"), tombstones.c.digest == sa.bindparam("hash"))
_BURIED = rows(tombstones, tombstones.c.at).where(*_HERE)
_UNBURY = remove(tombstones).where(*_HERE)
_AMONG = rows(tombstones, tombstones.c.digest).where(
    tombstones.c.layer == sa.bindparam("of_layer"), tombstones.c.digest.in_(sa.bindparam("hashes", expanding=True))
)
_ALL = rows(tombstones).order_by(tombstones.c.layer, tombstones.c.digest)


def digest(name: str) -> bytes:
    """A name's hash."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()


def bury(scope: Scope, layer: str, name: str, at: datetime) -> None:
    """Remember that this was deleted."""
    scope.run(_BURY, layer=layer, digest=digest(name), at=at)


class SqlTombstones(Repository):
    """The Tombstones port."""

    async def bury(self, layer: Layer, name: str, at: datetime) -> None:
        await self._run(lambda scope: bury(scope, layer, name, at))

    async def buried(self, layer: Layer, name: str) -> datetime | None:
        return await self._scalar(_BURIED, of_layer=layer, hash=digest(name))

    async def unbury(self, layer: Layer, name: str) -> None:
        await self._execute(_UNBURY, of_layer=layer, hash=digest(name))

    async def among(self, layer: Layer, names: Sequence[str]) -> Sequence[str]:
        def read(scope: Scope) -> set[bytes]:
            return {
                found
                for part in in_parts(names)
                for found in scope.run(_AMONG, of_layer=layer, hashes=[digest(name) for name in part]).scalars()
            }

        buried = await self._run(read)
        return [name for name in names if digest(name) in buried]

    async def all(self) -> Sequence[Tombstone]:
        found = await self._all(_ALL)
        return [Tombstone(Layer(row.layer), row.digest.hex(), row.at) for row in found]

    async def set_up(self, stones: Sequence[Tombstone]) -> None:
        def write(scope: Scope) -> None:
            for stone in stones:
                scope.run(_BURY, layer=stone.layer, digest=bytes.fromhex(stone.digest), at=stone.at)

        await self._run(write)
