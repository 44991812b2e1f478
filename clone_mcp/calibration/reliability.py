"""How well confidences came true.

A forecast's outcome is 1 where the answer was right and 0 where it was wrong; only part of an answer is wrong. The
arithmetic takes what lies between, too. A measure that the forecasts at hand can't answer (none at all, or one kind of
outcome only) is None, never a made-up number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from clone_mcp.calibration import binomial
from clone_mcp.calibration.binomial import Interval

_SUREST = 1e-6  # log loss of a confidence of 0 or 1 that fails is large, not infinite


@dataclass(frozen=True, slots=True)
class Forecast:
    """A confidence (as `Fit.apply` gives it) and what came of it. Raises ValueError where either leaves [0, 1]."""

    confidence: float
    outcome: float

    def __post_init__(self) -> None:
        if not (0 <= self.confidence <= 1 and 0 <= self.outcome <= 1):
            raise ValueError(f"Confidence and outcome lie within [0, 1], unlike {self}.")


@dataclass(frozen=True, slots=True)
class Bin:
    """Neighbouring forecasts: how sure they were on average, and how often they were right."""

    count: int
    low: float
    high: float
    confidence: float
    observed: float
    interval: Interval
    """Where the true rate lies, at 95 %."""


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Murphy's parts of the Brier score: brier = reliability - resolution + uncertainty + within.

    `reliability` is the cost of saying the wrong number, `resolution` the gain from telling cases apart, `uncertainty`
    what always saying the base rate would score. `within` is what binning hides: 0 where each bin is one confidence.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float


@dataclass(frozen=True, slots=True)
class Reach:
    """What answering at `threshold` and above comes to."""

    threshold: float
    answered: int
    coverage: float
    risk: float
    """The share of answers that were wrong."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How often answers at a threshold were right. `rate` is None where nothing was answered."""

    answered: int
    rate: float | None
    interval: Interval
    """Where the true rate lies, at 95 %."""


def bins(forecasts: Sequence[Forecast], count: int = 10) -> tuple[Bin, ...]:
    """Bins of about equal mass, by rising confidence, `count` at most. Equal confidences share a bin."""
    return tuple(_bin(members) for members in _equal_mass(forecasts, count))


def expected_calibration_error(forecasts: Sequence[Forecast], count: int = 15) -> float | None:
    """The mean distance between confidence and observed rate over bins of equal mass."""
    gaps = [abs(sum(f.confidence - f.outcome for f in members)) for members in _equal_mass(forecasts, count)]
    return sum(gaps) / len(forecasts) if forecasts else None


def brier(forecasts: Sequence[Forecast]) -> float | None:
    """The mean squared distance between confidence and outcome. 0 is best."""
    return _mean([(f.confidence - f.outcome) ** 2 for f in forecasts])


def decomposition(forecasts: Sequence[Forecast], count: int = 10) -> Decomposition | None:
    """The Brier score's parts, over bins of equal mass."""
    total = len(forecasts)
    if not total:
        return None
    base = sum(f.outcome for f in forecasts) / total
    reliability = resolution = within = 0.0
    for members in _equal_mass(forecasts, count):
        said = sum(f.confidence for f in members) / len(members)
        came = sum(f.outcome for f in members) / len(members)
        reliability += len(members) * (said - came) ** 2
        resolution += len(members) * (came - base) ** 2
        within += sum((f.confidence - said) * (f.confidence - said - 2 * (f.outcome - came)) for f in members)
    return Decomposition(
        reliability=reliability / total,
        resolution=resolution / total,
        uncertainty=sum((f.outcome - base) ** 2 for f in forecasts) / total,
        within=within / total,
    )


def brier_skill(forecasts: Sequence[Forecast]) -> float | None:
    """What share of the base rate's Brier score is saved: 1 is perfect, 0 no better than saying the base rate."""
    parts = decomposition(forecasts)
    score = brier(forecasts)
    if parts is None or score is None or parts.uncertainty == 0:
        return None
    return 1 - score / parts.uncertainty


def log_loss(forecasts: Sequence[Forecast]) -> float | None:
    """The mean surprise, in nats. A confidence nearer to 0 or 1 than a millionth counts as a millionth."""
    held = [(min(max(f.confidence, _SUREST), 1 - _SUREST), f.outcome) for f in forecasts]
    return _mean([-(outcome * math.log(p) + (1 - outcome) * math.log1p(-p)) for p, outcome in held])


def auroc(forecasts: Sequence[Forecast]) -> float | None:
    """How often a right guess got more confidence than a wrong one; a tie is half."""
    below = right = ordered = alone = 0.0
    for members in _ties(forecasts):
        good = sum(f.outcome for f in members)
        bad = len(members) - good
        itself = sum(f.outcome * (1 - f.outcome) for f in members)  # no guess is compared with itself
        ordered += good * (below + bad / 2) - itself / 2
        alone += itself
        below += bad
        right += good
    pairs = right * below - alone
    return ordered / pairs if pairs > 0 else None


def risk_coverage(forecasts: Sequence[Forecast]) -> tuple[Reach, ...]:
    """What each threshold that makes a difference comes to, from the highest down. Ties are answered together."""
    curve: list[Reach] = []
    answered, wrong = 0, 0.0
    for members in reversed(_ties(forecasts)):
        answered += len(members)
        wrong += sum(1 - f.outcome for f in members)
        coverage = answered / len(forecasts)
        curve.append(Reach(members[0].confidence, answered, coverage, risk=wrong / answered))
    return tuple(curve)


def precision_at(forecasts: Sequence[Forecast], threshold: float) -> Precision:
    """How often answers at this threshold and above were right."""
    outcomes = [f.outcome for f in forecasts if f.confidence >= threshold]
    right = sum(outcomes)
    return Precision(len(outcomes), _mean(outcomes), binomial.interval(right, len(outcomes)))


def _ties(forecasts: Sequence[Forecast]) -> list[list[Forecast]]:
    """Forecasts by rising confidence, equal ones together."""
    ordered = sorted(forecasts, key=lambda f: f.confidence)
    return [list(members) for _, members in groupby(ordered, key=lambda f: f.confidence)]


def _equal_mass(forecasts: Sequence[Forecast], count: int) -> list[list[Forecast]]:
    """Each group of ties goes where its middle member belongs, so that chance never decides which of them go where."""
    members: dict[int, list[Forecast]] = {}
    before = 0
    for tied in _ties(forecasts):
        place = int((before + len(tied) / 2) * count / len(forecasts))
        members.setdefault(place, []).extend(tied)
        before += len(tied)
    return list(members.values())


def _bin(members: list[Forecast]) -> Bin:
    count = len(members)
    right = sum(f.outcome for f in members)
    return Bin(
        count=count,
        low=members[0].confidence,
        high=members[-1].confidence,
        confidence=sum(f.confidence for f in members) / count,
        observed=right / count,
        interval=binomial.interval(right, count),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
