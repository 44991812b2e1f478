"""How predictions came out, on the wire. What the numbers mean is said in calibration/, where they are worked out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel

from clone_mcp.calibration.statistics import Statistics
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
    """Statistics as clients read them: under the names of the core, and with what clients would work out."""
    told = asdict(found)
    for tally in (told["replies"], told["continuations"]):
        tally["escalated"] = tally["predictions"] - tally["auto"]
    replies = found.replies
    return StatisticsReply(**told, automation_rate=replies.automation_rate, precision=replies.precision.rate)
