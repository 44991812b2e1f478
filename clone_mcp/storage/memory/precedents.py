"""What answers of the person decided on acts, and which answers have not been counted yet.

An answer is a counted reply; its question is looked up where it was recorded, because a reply keeps no words of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.access import Scope as KeyScope
from clone_mcp.models.act import CountableAnswer, DecidedAct
from clone_mcp.models.events import Author, Channel
from clone_mcp.storage.memory_schema import precedents
from clone_mcp.storage.schema import events, feedback, predictions, replies
from clone_mcp.storage.scope import IDS, Repository, Scope, Upsert, change, remove, rows

# What was said last before the answer: if that is no response of the agent, the answer is to nothing that is known.
# Of what happened at one moment, the response comes first.
_LAST_TURN = (
    sa.select(events.c.id)
    .where(
        events.c.tenant_id == replies.c.tenant_id,
        events.c.session_id == replies.c.session_id,
        events.c.occurred_at <= replies.c.at,
        events.c.id != replies.c.id,
        events.c.type.in_(("agent.prompt", "agent.response")),
    )
    .order_by(events.c.occurred_at.desc(), events.c.type.desc(), events.c.id)
    .limit(1)
    .scalar_subquery()
)
ANSWERS = rows(
    replies,
    *(replies.c[name] for name in ("id", "session_id", "at", "text", "question", "attested")),
    _LAST_TURN.label("turn"),
)
"""Rows that `countable` makes answers of."""
_UNCOUNTED = (
    ANSWERS.where(replies.c.counted.is_(None))
    .order_by(replies.c.at.desc())  # and by nothing else: it is what the index has sorted
    .limit(sa.bindparam("most"))
)
_TURNS = rows(events, events.c.id, events.c.type, events.c.author, events.c.channel, events.c.payload).where(
    events.c.id.in_(IDS)
)
# An agent's report brings its own question along, and what the person types next, to whatever it is, may attest the
# reply. So only a report by a key that speaks for the person vouches for both.
_REPORTED = sa.exists(
    sa.select(feedback.c.id).where(
        feedback.c.tenant_id == predictions.c.tenant_id,
        feedback.c.prediction_id == predictions.c.id,
        feedback.c.actual_response.is_not(None),
        feedback.c.by.in_((KeyScope.OWNER.value, KeyScope.RECORDER.value)),
    )
)
_TOLD = rows(
    predictions, predictions.c.id, predictions.c.agent_input, predictions.c.options, _REPORTED.label("vouched")
).where(predictions.c.id.in_(IDS))
_DECIDED = (
    rows(precedents)
    .where(
        precedents.c.key == sa.bindparam("act"),
        sa.or_(precedents.c.attested, ~precedents.c.approved, sa.bindparam("claims", type_=sa.Boolean())),
    )
    .order_by(precedents.c.at.desc())
    .limit(sa.bindparam("most"))
)
_PUT = Upsert.replacing(precedents, ("approved", "refused", "attested", "at", "session_id"))
_DROP = remove(precedents).where(precedents.c.source_id == sa.bindparam("source"))
_COUNTED = change(replies).where(replies.c.id == sa.bindparam("reply")).values(counted=True)
_RECOUNT = change(replies).values(counted=sa.null())


class SqlPrecedents(Repository):
    """The Precedents port."""

    async def uncounted(self, *, limit: int) -> Sequence[CountableAnswer]:
        return await self._run(lambda scope: countable(scope, scope.run(_UNCOUNTED, most=limit).all()))

    async def decided(self, keys: Sequence[str], *, claims: bool, limit: int) -> Sequence[DecidedAct]:
        def read(scope: Scope) -> list[DecidedAct]:
            found = (row for key in keys for row in scope.run(_DECIDED, act=key, claims=claims, most=limit))
            return [
                DecidedAct(row.key, row.session_id, row.approved, row.refused, row.attested, row.at) for row in found
            ]

        return await self._run(read)

    async def count(self, answer_id: str, decided: Sequence[DecidedAct]) -> None:
        def write(scope: Scope) -> None:
            # Whoever forgets it waits now, or has been faster.
            if scope.run(_COUNTED, reply=answer_id).rowcount:
                _keep(scope, answer_id, decided, reply_id=answer_id, prediction_id=None)

        await self._run(write)

    async def take_back(self, prediction_id: str, decided: Sequence[DecidedAct]) -> None:
        source = f"undone {prediction_id}"  # the report may have brought a reply, which is a source of its own
        await self._run(lambda scope: _keep(scope, source, decided, reply_id=None, prediction_id=prediction_id))

    async def recount(self) -> None:
        await self._execute(_RECOUNT)


def _keep(scope: Scope, source: str, decided: Sequence[DecidedAct], **of: str | None) -> None:
    scope.run(_DROP, source=source)
    scope.run_many(_PUT, [{"source_id": source, **of, **_row(each)} for each in decided])


def _row(decided: DecidedAct) -> dict[str, Any]:
    return {
        "key": decided.key,
        "session_id": decided.session_id,
        "approved": decided.approved,
        "refused": decided.refused,
        "attested": decided.attested,
        "at": decided.at,
    }


def countable(scope: Scope, found: Sequence[Any]) -> list[CountableAnswer]:
    """Answers with their questions, as far as these are still there and vouched for."""
    turns = {row.id: row for row in scope.rows_of(_TURNS, [row.turn for row in found if row.turn and row.question])}
    told = {row.id: row for row in scope.rows_of(_TOLD, [row.id for row in found])}
    return [_answer(row, turns.get(row.turn), told.get(row.id)) for row in found]


def _answer(row: Any, turn: Any, told: Any) -> CountableAnswer:
    question, vouched, options = "", True, ()
    if told is not None:  # a report brought it
        question, vouched, options = told.agent_input, told.vouched, tuple(told.options)
    elif turn is not None and turn.type == "agent.response" and turn.author == Author.AGENT:
        said = turn.payload.get("response")
        question, vouched = said if isinstance(said, str) else "", turn.channel == Channel.ATTESTED
    # An agent that could make up the question would have the person approve what they never saw.
    return CountableAnswer(row.id, row.session_id, row.at, row.attested and vouched, question, row.text, options)
