"""The Calibration port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.calibration import VOUCHED, Grounds, PredictionFigures, Promise, Standing, StoredFit, Switch
from clone_mcp.models.prediction import Decision, Feedback, Kind, Outcome
from clone_mcp.storage import grounds, replies
from clone_mcp.storage.reply_cache import ReplyCache
from clone_mcp.storage.schema import fits, predictions, standing
from clone_mcp.storage.scope import InScope, Scope, Upsert, remove, rows

_SET = Upsert.replacing(standing, ("value", "at"))
_UNSET = remove(standing).where(standing.c.name == sa.bindparam("which"), standing.c.subject == sa.bindparam("of_what"))
_NO_FITS = remove(standing).where(standing.c.name == grounds.FIT)
_KEEP = Upsert.into(fits)
_made = predictions.c
_WHEN = sa.func.coalesce(_made.outcome_at, _made.settled_at)
_MADE = rows(
    predictions,
    _made.id,
    _made.kind,
    _made.model,
    _made.candidates[0]["confidence"].label("confidence"),  # the texts are of no use here
    _made.threshold,
    _made.decision,
    _made.abstained,
    _made.created_at,
    _made.outcome,
    _made.outcome_by,
    _made.outcome_at,
    _made.actual_response.is_not(None).label("told"),
    _made.stood,
)
_HAS_OUTCOME = sa.or_(_made.outcome.is_not(None), _made.stood)
_LABELS = (
    _MADE.where(_made.model == sa.bindparam("predictor"), _HAS_OUTCOME)
    .order_by(_WHEN.desc(), _made.id)
    .limit(sa.bindparam("most"))
)
_VOUCHED_LABELS = _LABELS.where(_made.outcome_by.in_(sorted(VOUCHED)))
_ALL = (
    _MADE.where(_made.created_at >= sa.bindparam("since"))
    .order_by(_made.created_at.desc(), _made.id)
    .limit(sa.bindparam("most"))
)
_PREDICTORS = rows(predictions, _made.model).where(_HAS_OUTCOME).distinct().order_by(_made.model)
_NEWEST = rows(predictions, sa.func.max(_WHEN).label("at")).where(_HAS_OUTCOME)
_LONG_AGO = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


def _prediction(row: Any) -> PredictionFigures:
    feedback = None
    if row.outcome is not None:
        said = "" if row.told else None  # whether it was said matters here, not what
        feedback = Feedback(row.id, Outcome(row.outcome), said, row.outcome_by, row.outcome_at)
    return PredictionFigures(
        id=row.id,
        kind=Kind(row.kind),
        predictor=row.model,
        raw=row.confidence["raw"],
        calibrated=row.confidence["calibrated"],
        threshold=row.threshold,
        decision=Decision(row.decision),
        abstained=row.abstained,
        created_at=row.created_at,
        feedback=feedback,
        stood=row.stood,
    )


class SqlCalibration:
    """The Calibration port."""

    def __init__(self, run: InScope, kept: ReplyCache) -> None:
        self._run = run
        self._kept = kept

    async def grounds(
        self, *, phrases: int, answers: int, endings: int, sessions: Sequence[str], idle_since: datetime
    ) -> Grounds:
        def read(scope: Scope) -> Grounds:
            history = replies.history(scope, self._kept, phrases=phrases, answers=answers)
            known = grounds.now(scope)
            projects = grounds.of_sessions(scope, known, sessions)
            left = grounds.left(scope, most=endings, idle_since=idle_since)
            return Grounds(history, replace(known, projects=projects, endings=left))

        return await self._run(read)

    async def standing(self) -> Standing:
        return await self._run(grounds.now)

    async def fits(self) -> Sequence[StoredFit]:
        known = await self._run(grounds.now)
        return [known.fits[name] for name in sorted(known.fits)]

    async def put(self, fit: StoredFit) -> None:
        values = {name: value for name, value in asdict(fit).items() if name not in ("predictor", "fitted_at")}

        def put(scope: Scope) -> None:
            scope.run(_KEEP, predictor=fit.predictor, fitted_at=fit.fitted_at, **values)
            scope.run(_SET, name=grounds.FIT, subject=fit.predictor, value=values, at=fit.fitted_at)

        await self._run(put)

    async def predictors(self) -> Sequence[str]:
        return await self._run(lambda scope: list(scope.run(_PREDICTORS).scalars()))

    async def labels(self, predictor: str, *, limit: int, vouched: bool = False) -> Sequence[PredictionFigures]:
        wanted = _VOUCHED_LABELS if vouched else _LABELS
        found = await self._run(lambda scope: scope.run(wanted, predictor=predictor, most=limit).all())
        return [_prediction(row) for row in found if row.confidence]

    async def made(self, *, since: datetime | None, limit: int) -> Sequence[PredictionFigures]:
        found = await self._run(lambda scope: scope.run(_ALL, since=since or _LONG_AGO, most=limit).all())
        return [_prediction(row) for row in found if row.confidence]

    async def newest_outcome(self) -> datetime | None:
        return await self._run(lambda scope: scope.run(_NEWEST).scalar())

    async def switch(self, switch: Switch, *, project: str, on: bool, at: datetime) -> None:
        if on:
            await self._run(lambda scope: scope.run(_SET, name=switch.value, subject=project, value={}, at=at))
        else:
            await self._run(lambda scope: scope.run(_UNSET, which=switch.value, of_what=project))

    async def promise(self, promise: Promise | None, *, at: datetime) -> None:
        if promise is None:
            await self._run(lambda scope: scope.run(_UNSET, which=grounds.PROMISE, of_what=""))
            return
        await self._run(lambda scope: scope.run(_SET, name=grounds.PROMISE, subject="", value=asdict(promise), at=at))

    async def forget(self) -> None:
        def forget(scope: Scope) -> None:
            scope.run(_NO_FITS)
            scope.run(remove(fits))

        await self._run(forget)
