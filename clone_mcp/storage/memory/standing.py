"""Standing answers, the answers they rest on, and the predictions that were answered by them.

How often one was used and kept is counted from its uses. What matches and what is offered is decided in
clone_mcp/stakes/ and clone_mcp/memory/, never here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.act import Consequence, CountableAnswer, Weight
from clone_mcp.models.standing import (
    AskedQuestion,
    SettledAct,
    SignedAnswer,
    StandingAnswer,
    StandingExample,
    StandingLimits,
    StandingOrigin,
    StandingStatus,
    StandingUse,
)
from clone_mcp.storage.memory.precedents import ANSWERS, countable
from clone_mcp.storage.memory_schema import standing_answers as answers
from clone_mcp.storage.memory_schema import standing_examples as examples
from clone_mcp.storage.memory_schema import standing_uses as uses
from clone_mcp.storage.schema import predictions, replies, sessions
from clone_mcp.storage.scope import IDS, TENANT, Repository, Scope, Upsert, change, fields_of, others, remove, rows

_MINE = (uses.c.tenant_id == answers.c.tenant_id, uses.c.standing_id == answers.c.id)
_COUNTS = (
    sa.select(sa.func.count()).where(*_MINE).scalar_subquery().label("uses"),
    sa.select(sa.func.count()).where(*_MINE, ~uses.c.overridden).scalar_subquery().label("kept"),
    sa.select(sa.func.max(uses.c.at, type_=uses.c.at.type)).where(*_MINE).scalar_subquery().label("last_used_at"),
)
_ALL = rows(answers, *answers.c, *_COUNTS).order_by(answers.c.created_at.desc(), answers.c.id)
_ONE = _ALL.where(answers.c.id == sa.bindparam("standing"))
_IN = _ALL.where(answers.c.status.in_(sa.bindparam("statuses", expanding=True)))
_OF_SIGN = _ALL.where(answers.c.sign == sa.bindparam("of_sign"))
_PUT = Upsert.replacing(answers, others(answers, "created_at"))
_DROP = remove(answers).where(answers.c.id == sa.bindparam("standing"))
_DROP_ALL = remove(answers)
_EXAMPLES = (
    rows(examples)
    .where(examples.c.standing_id == sa.bindparam("standing"))
    .order_by(examples.c.at.desc(), examples.c.answer_id)
)
_DROP_EXAMPLES = remove(examples).where(examples.c.standing_id == sa.bindparam("standing"))
_ADD_EXAMPLE = sa.insert(examples)
_STILL_THERE = rows(replies, replies.c.id).where(replies.c.id.in_(IDS)).with_for_update()
_USES = (
    sa.select(uses.c.prediction_id, uses.c.at, uses.c.overridden, predictions.c.agent_input)
    .join(
        predictions,
        sa.and_(predictions.c.tenant_id == uses.c.tenant_id, predictions.c.id == uses.c.prediction_id),
    )
    .where(uses.c.tenant_id == TENANT, uses.c.standing_id == sa.bindparam("standing"))
    .order_by(uses.c.at.desc(), uses.c.prediction_id)
    .limit(sa.bindparam("most"))
)
_LOCK = (
    rows(answers, answers.c.id)
    .where(answers.c.id == sa.bindparam("standing"), answers.c.status == StandingStatus.CONFIRMED.value)
    .with_for_update()
)
_USED = Upsert.into(uses)
_USED_SINCE = rows(uses, sa.func.count()).where(
    uses.c.standing_id == sa.bindparam("standing"), uses.c.at > sa.bindparam("since")
)
_OF_PREDICTION = rows(uses, uses.c.standing_id).where(uses.c.prediction_id == sa.bindparam("prediction"))
_OVERRULE = (
    change(uses).where(uses.c.prediction_id == sa.bindparam("prediction")).values(overridden=sa.bindparam("undone"))
)
_UNSIGNED = (
    ANSWERS.where(replies.c.sign.is_(None))
    .order_by(replies.c.at.desc())  # and by nothing else: it is what the index has sorted
    .limit(sa.bindparam("most"))
)
_SIGN = change(replies).where(replies.c.id == sa.bindparam("reply")).values(sign=sa.bindparam("known_by"))
_SIGNED = (
    ANSWERS.where(replies.c.sign == sa.bindparam("known_by"))
    .order_by(replies.c.at.desc(), replies.c.id)
    .limit(sa.bindparam("most"))
)
_PROJECTS = rows(sessions, sessions.c.id, sessions.c.project).where(sessions.c.id.in_(IDS))
_RESTING = rows(examples).where(examples.c.answer_id.in_(IDS)).order_by(examples.c.standing_id)

LEAST = 3
"""An offer that rests on fewer answers is none."""


class SqlStandingAnswers(Repository):
    """The StandingAnswers port."""

    async def get(self, standing_id: str) -> StandingAnswer:
        row = await self._first(_ONE, standing=standing_id)
        if row is None:
            raise NotFound("There is no such standing answer.", hint="`clone-mcp standing list` shows them.")
        return _answer(row)

    async def all(self, *, statuses: Sequence[StandingStatus] = ()) -> Sequence[StandingAnswer]:
        found = await (self._all(_IN, statuses=[each.value for each in statuses]) if statuses else self._all(_ALL))
        return [_answer(row) for row in found]

    async def of_sign(self, sign: str) -> Sequence[StandingAnswer]:
        return [_answer(row) for row in await self._all(_OF_SIGN, of_sign=sign)]

    async def put(self, answer: StandingAnswer) -> None:
        await self._execute(_PUT, **_row(answer))

    async def drop(self, standing_id: str) -> None:
        await self._execute(_DROP, standing=standing_id)

    async def drop_all(self) -> None:
        await self._execute(_DROP_ALL)

    async def examples(self, standing_id: str) -> Sequence[StandingExample]:
        return [_example(row) for row in await self._all(_EXAMPLES, standing=standing_id)]

    async def exemplify(self, standing_id: str, examples: Sequence[StandingExample]) -> None:
        def write(scope: Scope) -> None:
            left = {row.id for row in scope.rows_of(_STILL_THERE, [each.answer_id for each in examples])}
            scope.run(_DROP_EXAMPLES, standing=standing_id)
            kept = [each for each in examples if each.answer_id in left]
            scope.run_many(_ADD_EXAMPLE, [{"standing_id": standing_id, **fields_of(each)} for each in kept])

        await self._run(write)

    async def uses(self, standing_id: str, *, limit: int) -> Sequence[StandingUse]:
        found = await self._all(_USES, standing=standing_id, most=limit)
        return [StandingUse(row.prediction_id, row.at, row.overridden, row.agent_input) for row in found]

    async def used(
        self, standing_id: str, prediction_id: str, at: datetime, *, since: datetime, at_most: int | None
    ) -> bool:
        def note(scope: Scope) -> bool:
            if scope.run(_LOCK, standing=standing_id).first() is None:
                return False
            used = scope.run(_USED_SINCE, standing=standing_id, since=since).scalar() or 0
            if at_most is not None and used >= at_most:
                return False
            scope.run(_USED, standing_id=standing_id, prediction_id=prediction_id, at=at, overridden=False)
            return True

        return await self._run(note)

    async def used_since(self, standing_id: str, since: datetime) -> int:
        return await self._scalar(_USED_SINCE, standing=standing_id, since=since) or 0

    async def of_prediction(self, prediction_id: str) -> str | None:
        return await self._scalar(_OF_PREDICTION, prediction=prediction_id)

    async def overrule(self, prediction_id: str, *, overridden: bool) -> None:
        await self._execute(_OVERRULE, prediction=prediction_id, undone=overridden)

    async def unsigned(self, *, limit: int) -> Sequence[CountableAnswer]:
        return await self._run(lambda scope: countable(scope, scope.run(_UNSIGNED, most=limit).all()))

    async def sign(self, signs: Sequence[tuple[str, str]]) -> None:
        def write(scope: Scope) -> None:
            for answer_id, sign in sorted(signs):  # in order, like everybody who holds several
                scope.run(_SIGN, reply=answer_id, known_by=sign)

        await self._run(write)

    async def signed(self, sign: str, *, limit: int) -> Sequence[SignedAnswer]:
        def read(scope: Scope) -> list[SignedAnswer]:
            found = countable(scope, scope.run(_SIGNED, known_by=sign, most=limit).all())
            within = sorted({each.session_id for each in found if each.session_id})
            projects = {row.id: row.project for row in scope.rows_of(_PROJECTS, within)}
            return [SignedAnswer(each, projects.get(each.session_id)) for each in found]

        return await self._run(read)


def confirmed_answers(scope: Scope) -> tuple[StandingAnswer, ...]:
    """Those that may answer."""
    return tuple(_answer(row) for row in scope.run(_IN, statuses=[StandingStatus.CONFIRMED.value]))


def resting_on(scope: Scope, answer_ids: Sequence[str]) -> dict[str, list[StandingExample]]:
    """By standing answer, those of its examples that are among these answers."""
    found: dict[str, list[StandingExample]] = {}
    for row in scope.rows_of(_RESTING, answer_ids):
        found.setdefault(row.standing_id, []).append(_example(row))
    return found


def forget_examples(scope: Scope, gone: Mapping[str, Sequence[StandingExample]]) -> None:
    """Take the words of erased answers out of what rested on them; what has none left goes altogether.

    Told after the answers were erased, with what `resting_on` them before.
    """
    for standing_id, erased in gone.items():
        row = scope.run(_ONE, standing=standing_id).first()
        if row is None:
            continue
        left = [_example(each) for each in scope.run(_EXAMPLES, standing=standing_id).all()]
        settled = _answer(row)
        if settled.origin is StandingOrigin.MINED and (
            not left or (settled.status is StandingStatus.OFFERED and len(left) < LEAST)
        ):
            scope.run(_DROP, standing=standing_id)
        elif left:
            scope.run(_PUT, **{**_row(settled), **_words_of(settled, erased, left)})


def _words_of(
    settled: StandingAnswer, erased: Sequence[StandingExample], left: Sequence[StandingExample]
) -> dict[str, Any]:
    """Its words, as the answers that are left have them. What the person wrote themselves stays."""
    words: dict[str, Any] = {"evidence": max(0, settled.evidence - len(erased))}
    if settled.question.wording in {each.wording for each in erased} - {each.wording for each in left}:
        words["wording"] = left[0].wording
    if settled.reply in {each.reply for each in erased} - {each.reply for each in left}:
        words["reply"] = left[0].reply
    if words.keys() & {"wording", "reply"}:  # an act's name quotes a question; its key is in all of them
        limits = _row(settled)["limits"]
        words["limits"] = {**limits, "acts": [{**act, "named": act["key"]} for act in limits["acts"]]}
    words["very"] = [each for each in settled.very if each in {example.very for example in left}]
    return words


def _example(row: Any) -> StandingExample:
    return StandingExample(row.answer_id, row.session_id, row.at, row.wording, row.reply, row.kind, row.very)


def _row(answer: StandingAnswer) -> dict[str, Any]:
    limits = answer.limits
    return {
        "id": answer.id,
        "status": answer.status.value,
        "origin": answer.origin.value,
        "wording": answer.question.wording,
        "kind": answer.question.kind,
        "sign": answer.question.sign,
        "first_very": answer.question.very,
        "marks": list(answer.question.marks),
        "reply": answer.reply,
        "taken": list(answer.taken),
        "limits": {**asdict(limits), "kinds": list(limits.kinds), "acts": [asdict(act) for act in limits.acts]},
        "very": list(answer.very),
        "evidence": answer.evidence,
        "sessions": answer.sessions,
        "reason": answer.reason,
        "created_at": answer.created_at,
        "updated_at": answer.updated_at,
        "confirmed_at": answer.confirmed_at,
    }


def _answer(row: Any) -> StandingAnswer:
    return StandingAnswer(
        id=row.id,
        status=StandingStatus(row.status),
        origin=StandingOrigin(row.origin),
        question=AskedQuestion(row.wording, row.kind, row.sign, row.first_very, tuple(row.marks)),
        reply=row.reply,
        taken=tuple(row.taken),
        limits=_limits(row.limits),
        very=tuple(row.very),
        created_at=row.created_at,
        updated_at=row.updated_at,
        confirmed_at=row.confirmed_at,
        last_used_at=row.last_used_at,
        evidence=row.evidence,
        sessions=row.sessions,
        uses=row.uses,
        kept=row.kept,
        reason=row.reason,
    )


def _limits(kept: Mapping[str, Any]) -> StandingLimits:
    acts = tuple(
        SettledAct(
            each["key"],
            Weight(each["weight"]),
            each["named"],
            Consequence(each["consequence"]) if each["consequence"] else None,
            each["detail"],
        )
        for each in kept["acts"]
    )
    return StandingLimits(kept["project"], tuple(kept["kinds"]), acts, kept["per_day"], kept["unused_days"])
