"""What the person typed, counted for many prompts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.events import Reply
from clone_mcp.storage.replies import ANSWERS, COUNT, COUNT_PHRASE, ENDINGS
from clone_mcp.storage.schema import replies
from clone_mcp.storage.scope import Scope, in_parts, rows

_ADD = sa.insert(replies)
_KNOWN = rows(replies, replies.c.id).where(replies.c.id.in_(sa.bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Learned:
    """A reply to be counted, with what it answered."""

    reply: Reply
    source_id: str
    session_id: str
    question: bytes
    previous: str | None
    at: datetime
    attested: bool


def learn(scope: Scope, learned: Sequence[Learned]) -> None:
    """Count these replies, each once per source."""
    ids = [each.source_id for each in learned]
    known = {row.id for part in in_parts(ids) for row in scope.run(_KNOWN, ids=part)}
    new = [each for each in learned if each.source_id not in known]
    scope.run_many(_ADD, [_row(each) for each in new])
    scope.run_many(COUNT_PHRASE, _phrases(new))
    if new:
        scope.run(COUNT, name=ANSWERS, value=len(new))


def count_endings(scope: Scope, number: int) -> None:
    """Count sessions that ended."""
    if number:
        scope.run(COUNT, name=ENDINGS, value=number)


def _row(learned: Learned) -> dict[str, Any]:
    return {
        "id": learned.source_id,
        "session_id": learned.session_id,
        "key": learned.reply.key,
        "text": learned.reply.text,
        "question": learned.reply.keep(learned.question),
        "previous": learned.previous,
        "at": learned.at,
        "attested": learned.attested,
    }


def _phrases(learned: Sequence[Learned]) -> list[dict[str, Any]]:
    """Each phrase once, as often as it was typed. Spelled as it was last."""
    found: dict[str, dict[str, Any]] = {}
    for each in learned:
        if each.reply.phrase:
            row = found.setdefault(each.reply.key, {"key": each.reply.key, "times": 0, "last_at": each.at})
            row.update(text=each.reply.text, times=row["times"] + 1, last_at=max(row["last_at"], each.at))
    return list(found.values())
