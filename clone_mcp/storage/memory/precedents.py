"""What answers of the person decided on acts, and which answers have not been counted yet.

An answer is a counted reply; its question is looked up where it was recorded, because a reply keeps no words of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.act import CountableAnswer, DecidedAct
from clone_mcp.models.events import Author, Channel
from clone_mcp.storage.memory_schema import precedents
from clone_mcp.storage.schema import events, predictions, replies
from clone_mcp.storage.scope import TENANT, Repository, Scope, Upsert, change, remove, rows

_UNCOUNTED = (
    rows(replies)
    .where(replies.c.counted.is_(None))
    .order_by(replies.c.at.desc(), replies.c.id)
    .limit(sa.bindparam("most"))
    .subquery("uncounted")
)
_asked, _turn = events.alias("asked"), events.alias("turn")
# What was said last before the answer: if that is no response of the agent, the answer is to nothing that is known.
# Of what happened at one moment, the response comes first.
_LAST_TURN = (
    sa.select(_turn.c.id)
    .where(
        _turn.c.tenant_id == TENANT,
        _turn.c.session_id == _UNCOUNTED.c.session_id,
        _turn.c.occurred_at <= _UNCOUNTED.c.at,
        _turn.c.id != _UNCOUNTED.c.id,
        _turn.c.type.in_(("agent.prompt", "agent.response")),
    )
    .order_by(_turn.c.occurred_at.desc(), _turn.c.type.desc(), _turn.c.id)
    .limit(1)
    .correlate(_UNCOUNTED)
    .scalar_subquery()
)
_ANSWERS = (
    sa.select(
        *(_UNCOUNTED.c[name] for name in ("id", "session_id", "at", "text", "question", "attested")),
        _asked.c.type,
        _asked.c.author,
        _asked.c.channel,
        _asked.c.payload,
        predictions.c.agent_input,
        predictions.c.options,
    )
    .select_from(_UNCOUNTED)
    .outerjoin(predictions, sa.and_(predictions.c.tenant_id == TENANT, predictions.c.id == _UNCOUNTED.c.id))
    .outerjoin(_asked, sa.and_(_asked.c.tenant_id == TENANT, _asked.c.id == _LAST_TURN))
    .order_by(_UNCOUNTED.c.at.desc(), _UNCOUNTED.c.id)
)
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
        return [_answer(row) for row in await self._all(_ANSWERS, most=limit)]

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


def _answer(row: Any) -> CountableAnswer:
    if row.agent_input is not None:  # a report brought it
        question, vouched, options = row.agent_input, True, tuple(row.options)
    elif row.type == "agent.response" and row.author == Author.AGENT and row.question:
        said = row.payload.get("response")
        question, vouched, options = said if isinstance(said, str) else "", row.channel == Channel.ATTESTED, ()
    else:
        question, vouched, options = "", True, ()
    # An agent that could make up the question would have the person approve what they never saw.
    attested = row.attested and vouched
    return CountableAnswer(row.id, row.session_id, row.at, attested, question, row.text, options)
