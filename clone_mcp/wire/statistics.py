"""How predictions came out, on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from clone_mcp.calibration.binomial import Interval
from clone_mcp.calibration.statistics import PredictorFigures, PromiseFigures, Statistics, Tally
from clone_mcp.models.calibration import StoredFit
from clone_mcp.models.prediction import Kind
from clone_mcp.wire.figures import Figure


class IntervalShape(BaseModel):
    low: Figure
    high: Figure


class PrecisionShape(BaseModel):
    answered: int
    rate: Figure | None
    interval: IntervalShape


class TallyShape(BaseModel):
    predictions: int
    auto: int
    escalated: int
    abstained: int
    shadowed: int
    accepted: int
    edited: int
    rejected: int
    stood: int
    implicit: int
    unjudged: int
    automation_rate: Figure | None
    precision: PrecisionShape


class BinShape(BaseModel):
    count: int
    low: Figure
    high: Figure
    confidence: Figure
    observed: Figure
    interval: IntervalShape


class DecompositionShape(BaseModel):
    reliability: Figure
    resolution: Figure
    uncertainty: Figure
    within: Figure


class ReachShape(BaseModel):
    threshold: Figure
    answered: int
    coverage: Figure
    risk: Figure


class FitShape(BaseModel):
    version: int
    a: Figure
    b: Figure
    labels: int
    fitted_at: datetime


class PredictorShape(BaseModel):
    predictor: str
    kind: Kind
    predictions: int
    labels: int
    brier: Figure | None
    raw_brier: Figure | None
    brier_skill: Figure | None
    decomposition: DecompositionShape | None
    ece: Figure | None
    auroc: Figure | None
    reliability: list[BinShape]
    risk_coverage: list[ReachShape]
    fit: FitShape | None


class PromiseShape(BaseModel):
    at_most: Figure
    threshold: Figure | None
    answered: int
    wrong: int
    bound: Figure | None
    more_labels: int | None


class StatisticsReply(BaseModel):
    """`automation_rate` and `precision` are those of replies; `precision.rate` alone says nothing without its n."""

    since: datetime | None
    automation_rate: Figure | None
    precision: Figure | None
    replies: TallyShape
    continuations: TallyShape
    predictors: list[PredictorShape]
    promise: PromiseShape | None


def statistics_reply(found: Statistics) -> StatisticsReply:
    """Statistics as clients read them."""
    return StatisticsReply(
        since=found.since,
        automation_rate=found.replies.automation_rate,
        precision=found.replies.precision.rate,
        replies=_tally(found.replies),
        continuations=_tally(found.continuations),
        predictors=[_predictor(each) for each in found.predictors],
        promise=promise_shape(found.promise),
    )


def promise_shape(kept: PromiseFigures | None) -> PromiseShape | None:
    """What a promise comes to."""
    return None if kept is None else PromiseShape.model_validate(kept, from_attributes=True)


def fit_shape(fit: StoredFit | None) -> FitShape | None:
    """A fit that is in use."""
    return None if fit is None else FitShape.model_validate(fit, from_attributes=True)


def _tally(tally: Tally) -> TallyShape:
    precision = PrecisionShape(
        answered=tally.precision.answered, rate=tally.precision.rate, interval=_interval(tally.precision.interval)
    )
    return TallyShape(
        predictions=tally.predictions,
        auto=tally.auto,
        escalated=tally.predictions - tally.auto,
        abstained=tally.abstained,
        shadowed=tally.shadowed,
        accepted=tally.accepted,
        edited=tally.edited,
        rejected=tally.rejected,
        stood=tally.stood,
        implicit=tally.implicit,
        unjudged=tally.unjudged,
        automation_rate=tally.automation_rate,
        precision=precision,
    )


def _predictor(measured: PredictorFigures) -> PredictorShape:
    return PredictorShape.model_validate(measured, from_attributes=True)


def _interval(interval: Interval) -> IntervalShape:
    return IntervalShape(low=interval.low, high=interval.high)
