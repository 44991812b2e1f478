"""How predictions came out: counted, and measured against the confidence they were given when they were made.

It reads and stores nothing: prediction/calibrate.py fetches the predictions and keeps the fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clone_mcp.calibration import reliability
from clone_mcp.calibration.promise import NotYet, Supported, lowest_threshold
from clone_mcp.calibration.reliability import Bin, Decomposition, Forecast, Precision, Reach
from clone_mcp.models.calibration import PredictionFigures, StoredFit
from clone_mcp.models.prediction import Decision, Kind, Outcome

_STEPS = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """Predictions of one kind, counted."""

    predictions: int
    auto: int
    abstained: int
    shadowed: int
    """Not automatic only because Clone was told to watch."""
    accepted: int
    edited: int
    rejected: int
    stood: int
    """Automatic, without an outcome, and the person went on without undoing it."""
    implicit: int
    """Outcomes that the person's own prompt told."""
    unjudged: int
    """Without anything that says how they came out."""
    automation_rate: float | None
    precision: Precision
    """How often automatic answers were right, as far as that is known. Those that stood count as right."""


@dataclass(frozen=True, slots=True)
class PredictorFigures:
    """One predictor: how far its calibrated confidence came true, over what has an outcome."""

    predictor: str
    kind: Kind
    predictions: int
    labels: int
    brier: float | None
    raw_brier: float | None
    """The same had nothing been calibrated."""
    brier_skill: float | None
    decomposition: Decomposition | None
    ece: float | None
    auroc: float | None
    reliability: tuple[Bin, ...]
    risk_coverage: tuple[Reach, ...]
    fit: StoredFit | None


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """What the promise of at most this share of wrong automatic answers comes to."""

    at_most: float
    threshold: float | None
    answered: int
    wrong: int
    bound: float | None
    """The share of wrong answers lies below this, at 95 %."""
    more_labels: int | None
    """About so many are missing, where there is no threshold yet; None where no number in reach would do."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything there is to say of a person's predictions since a moment, or of all of them."""

    since: datetime | None
    replies: Tally
    continuations: Tally
    predictors: tuple[PredictorFigures, ...]
    promise: PromiseFigures | None


def statistics(
    made: Sequence[PredictionFigures],
    fits: Sequence[StoredFit],
    *,
    since: datetime | None,
    at_most: float | None,
    watched: str,
) -> Statistics:
    """The statistics of these predictions. `watched` is what they say that were held back by shadow mode alone."""
    by_predictor: defaultdict[tuple[str, Kind], list[PredictionFigures]] = defaultdict(list)
    for each in made:
        by_predictor[each.predictor, each.kind].append(each)
    in_use = {fit.predictor: fit for fit in fits}
    return Statistics(
        since=since,
        replies=_tally([each for each in made if each.kind is Kind.REPLY], watched),
        continuations=_tally([each for each in made if each.kind is Kind.CONTINUATION], watched),
        predictors=tuple(
            _measured(name, kind, own, in_use.get(name)) for (name, kind), own in sorted(by_predictor.items())
        ),
        promise=None if at_most is None else promised(made, at_most, watched=watched),
    )


def promised(made: Sequence[PredictionFigures], at_most: float, *, watched: str) -> PromiseFigures:
    """The lowest threshold that keeps a promise, by the replies that could have been sent automatically.

    It has to keep it by the outcomes that somebody vouches for, and again with what agents report: that may raise it.
    """
    free = [each for each in made if each.kind is Kind.REPLY and each.abstained in (None, watched)]
    by_vouched, by_all = (_promise_figures(part, at_most) for part in ([each for each in free if each.vouched], free))
    if by_vouched.threshold is None or by_all.threshold is None:
        return by_vouched if by_vouched.threshold is None else by_all
    return max(by_vouched, by_all, key=lambda kept: kept.threshold or 1.0)


def _promise_figures(made: Sequence[PredictionFigures], at_most: float) -> PromiseFigures:
    found = lowest_threshold(_forecasts(made), at_most=at_most)
    match found:
        case Supported():
            return PromiseFigures(at_most, found.threshold, found.answered, found.wrong, found.bound, None)
        case NotYet():
            return PromiseFigures(at_most, None, 0, 0, None, found.more_labels)


def _tally(made: Sequence[PredictionFigures], watched: str) -> Tally:
    outcomes = [each.feedback.outcome for each in made if each.feedback and each.feedback.judges(each.decision)]
    auto = [each for each in made if each.decision is Decision.AUTO]
    return Tally(
        predictions=len(made),
        auto=len(auto),
        abstained=sum(each.abstained not in (None, watched) for each in made),
        shadowed=sum(each.abstained == watched for each in made),
        accepted=outcomes.count(Outcome.ACCEPTED),
        edited=outcomes.count(Outcome.EDITED),
        rejected=outcomes.count(Outcome.REJECTED),
        stood=sum(each.stood and each.feedback is None for each in made),
        implicit=sum(each.feedback is not None and each.feedback.implicit for each in made),
        unjudged=sum(each.label is None for each in made),
        automation_rate=len(auto) / len(made) if made else None,
        precision=reliability.precision_at(_forecasts(auto), 0.0),
    )


def _measured(predictor: str, kind: Kind, made: Sequence[PredictionFigures], fit: StoredFit | None) -> PredictorFigures:
    forecasts = _forecasts(made)
    raw = [Forecast(each.raw, each.label) for each in made if each.label is not None]
    return PredictorFigures(
        predictor=predictor,
        kind=kind,
        predictions=len(made),
        labels=len(forecasts),
        brier=reliability.brier(forecasts),
        raw_brier=reliability.brier(raw),
        brier_skill=reliability.brier_skill(forecasts),
        decomposition=reliability.decomposition(forecasts),
        ece=reliability.expected_calibration_error(forecasts),
        auroc=reliability.auroc(forecasts),
        reliability=reliability.bins(forecasts),
        risk_coverage=_thinned(reliability.risk_coverage(forecasts)),
        fit=fit,
    )


def _forecasts(made: Sequence[PredictionFigures]) -> list[Forecast]:
    return [Forecast(each.calibrated, each.label) for each in made if each.label is not None]


def _thinned(curve: Sequence[Reach]) -> tuple[Reach, ...]:
    """Some twenty points of a curve, its last one among them."""
    step = max(1, len(curve) // _STEPS)
    return tuple(reversed(curve[::-1][::step]))
