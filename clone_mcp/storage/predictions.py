"""Answers given, and what became of them.

Fits, switches and labels are in calibration.py. Whether a report replaces another is decided in prediction/feedback.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.calibration import FollowedPredictions
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.models.prediction import (
    Feedback,
    Kind,
    Outcome,
    Prediction,
    PredictionFilter,
)
from clone_mcp.storage import events, rejudging
from clone_mcp.storage.columns import dumps
from clone_mcp.storage.memory import links
from clone_mcp.storage.prediction_rows import prediction_of, row_of
from clone_mcp.storage.schema import events as recorded
from clone_mcp.storage.schema import feedback, predictions
from clone_mcp.storage.scope import IDS, Repository, Scope, Upsert, between, change, in_parts, rows

_NAMESPACE = UUID("b0b8d0a4-0f5c-4a51-8a8e-5e6f3f0d9c27")
"""Ids of repeated reports are made from it, so it never changes."""
_TURNS = 100
"""How many turns are read at most after the oldest prediction whose outcome is sought."""

_ADD = Upsert.into(predictions)
_ONE = rows(predictions).where(predictions.c.id == sa.bindparam("prediction"))
_NEWEST = rows(predictions).order_by(predictions.c.created_at.desc(), predictions.c.id)
_REPORTS = (
    rows(feedback).where(feedback.c.prediction_id == sa.bindparam("prediction")).order_by(feedback.c.at, feedback.c.id)
)
_HELD = _ONE.with_for_update()
_REPORT = Upsert.into(feedback)
_SETTLE = (
    change(predictions)
    .where(predictions.c.id == sa.bindparam("prediction"))
    .values(
        outcome=sa.bindparam("what"),
        outcome_by=sa.bindparam("who"),
        outcome_at=sa.bindparam("when"),
        actual_response=sa.bindparam("actual"),
        by_meaning=True,
    )
)
_LATER_PROMPT = sa.exists(
    sa.select(recorded.c.id).where(
        recorded.c.tenant_id == predictions.c.tenant_id,
        recorded.c.session_id == predictions.c.session_id,
        recorded.c.occurred_at > predictions.c.created_at,
        recorded.c.type == "agent.prompt",
    )
)
_OPEN = sa.and_(predictions.c.settled_at.is_(None), predictions.c.created_at >= sa.bindparam("since"))
_NEWEST_FOLLOWED = (
    rows(predictions, predictions.c.id)
    .where(
        predictions.c.session_id == sa.bindparam("session"),
        _OPEN,
        sa.or_(
            _LATER_PROMPT,
            sa.and_(
                predictions.c.kind == Kind.CONTINUATION.value, predictions.c.created_at < sa.bindparam("idle_since")
            ),
        ),
    )
    .order_by(predictions.c.created_at.desc())
    .limit(sa.bindparam("most"))
    .correlate(None)
)
_FOLLOWED = (
    rows(predictions)
    .where(predictions.c.id.in_(_NEWEST_FOLLOWED), predictions.c.settled_at.is_(None))
    .order_by(predictions.c.id)  # like everybody who holds several
    .with_for_update()
)
_UNCLOSED = (
    rows(predictions, predictions.c.session_id)
    .where(_OPEN, predictions.c.session_id.is_not(None))
    .distinct()
    .order_by(predictions.c.session_id)
    .limit(sa.bindparam("most"))
)
_CLOSE = (
    change(predictions)
    .where(predictions.c.id.in_(IDS))
    .values(settled_at=sa.bindparam("when"), stood=sa.bindparam("it_stood"))
)

_SETTLE_AND_CLOSE = _SETTLE.values(settled_at=sa.bindparam("when"))


def _sought(sought: PredictionFilter) -> sa.Select[Any]:
    wanted = between(_NEWEST, predictions.c.created_at, sought.since, sought.until)
    if sought.outcome is not None:
        wanted = wanted.where(predictions.c.outcome == sought.outcome.value)
    if sought.decision is not None:
        wanted = wanted.where(predictions.c.decision == sought.decision.value, predictions.c.outcome.is_(None))
    if sought.agent is not None:
        wanted = wanted.where(predictions.c.agent == sought.agent)
    return wanted if sought.session_id is None else wanted.where(predictions.c.session_id == sought.session_id)


def _outcome(row: Any) -> Feedback | None:
    if row.outcome is None:
        return None
    by, at = row.outcome_by, row.outcome_at
    meant = row.by_meaning is not False  # until it is looked at again it keeps its place; it is no label (calibration)
    return Feedback(row.id, Outcome(row.outcome), row.actual_response, by, at, by_meaning=meant)


def _add(scope: Scope, prediction: Prediction) -> None:
    scope.run(_ADD, **row_of(prediction))
    for fact in prediction.cited_facts:
        links.cite(scope, Ref(Layer.PREDICTION, prediction.id), Ref(Layer.FACT, fact.id))


def _settle(scope: Scope, report: Feedback, *, stands: bool) -> None:
    scope.run(
        _REPORT,
        id=str(uuid4()) if stands else _once(report),
        prediction_id=report.prediction_id,
        outcome=report.outcome,
        actual_response=report.actual_response,
        by=report.by,
        at=report.at,
        event_id=report.event_id,
    )
    if stands:
        scope.run(
            _SETTLE_AND_CLOSE if report.implicit else _SETTLE,
            prediction=report.prediction_id,
            what=report.outcome,
            who=report.by,
            when=report.at,
            actual=report.actual_response,
        )


def _once(report: Feedback) -> str:
    """An id under which the same report, repeated, is kept once."""
    said = (report.prediction_id, report.by, report.outcome.value, report.actual_response)
    return str(uuid5(_NAMESPACE, dumps(said)))


class SqlPredictions(Repository):
    """The Predictions port."""

    async def add(self, prediction: Prediction) -> None:
        await self._run(lambda scope: _add(scope, prediction))

    async def get(self, prediction_id: str) -> Prediction:
        return prediction_of(await self._one(_ONE, prediction_id))

    async def outcome(self, prediction_id: str) -> Feedback | None:
        return _outcome(await self._one(_ONE, prediction_id))

    async def held(self, prediction_id: str) -> tuple[Prediction, Feedback | None]:
        row = await self._one(_HELD, prediction_id)
        return prediction_of(row), _outcome(row)

    async def listed(
        self, sought: PredictionFilter, *, limit: int, offset: int = 0
    ) -> Sequence[tuple[Prediction, Feedback | None]]:
        found = await self._all(_sought(sought).limit(limit).offset(offset))
        return [(prediction_of(row), _outcome(row)) for row in found]

    async def reports(self, prediction_id: str) -> Sequence[Feedback]:
        found = await self._all(_REPORTS, prediction=prediction_id)
        return [Feedback(r.prediction_id, Outcome(r.outcome), r.actual_response, r.by, r.at, r.event_id) for r in found]

    async def outdated(self, *, after: str, limit: int) -> Sequence[str]:
        return await self._scalars(rejudging.OUTDATED, after=after, most=limit)

    async def rejudge(self, standing: Feedback) -> None:
        await self._run(lambda scope: rejudging.rejudge(scope, standing))

    async def settle(self, feedback: Feedback, *, stands: bool) -> None:
        await self._run(lambda scope: _settle(scope, feedback, stands=stands))

    async def followed(
        self, session_id: str, *, since: datetime, idle_since: datetime, limit: int
    ) -> FollowedPredictions:
        window = {"since": since, "idle_since": idle_since, "most": limit}

        def read(scope: Scope) -> FollowedPredictions:
            found = scope.run(_FOLLOWED, session=session_id, **window).all()
            if not found:
                return FollowedPredictions()
            found = sorted(found, key=lambda row: (row.created_at, row.id))
            turns = events.turns_after(scope, session_id, found[0].created_at, limit=_TURNS)
            return FollowedPredictions([(prediction_of(row), _outcome(row)) for row in found], turns)

        return await self._run(read)

    async def unclosed(self, *, since: datetime, limit: int) -> Sequence[str]:
        return await self._scalars(_UNCLOSED, since=since, most=limit)

    async def close(self, ids: Sequence[str], *, stood: bool, at: datetime) -> None:
        def close(scope: Scope) -> None:
            for part in in_parts(ids):
                scope.run(_CLOSE, ids=part, when=at, it_stood=stood)

        await self._run(close)

    async def _one(self, statement: sa.Select[Any], prediction_id: str) -> Any:
        row = await self._first(statement, prediction=prediction_id)
        if row is None:
            raise NotFound("There is no such prediction.", hint="Use the id that the prediction came with.")
        return row
