"""What a predictor's score is worth for one person, learned from what the person then did.

A fit maps raw confidence p to sigma(a * logit(p) + b). On the logit scale a = 1, b = 0 changes nothing, so "not
enough labels" has an exact meaning. a = exp(alpha) is always positive: a fit never turns an order round.

The fit minimises, over alpha and b,

    sum of w * (log(1 + exp(z)) - t * z)  +  ridge.alpha / 2 * alpha^2  +  ridge.b / 2 * b^2,    z = exp(alpha) * x + b

with x the logit of the raw score held within [EDGE, 1 - EDGE], w the weight, and t the smoothed target. With P the sum
of w * target and N the sum of w * (1 - target), a target of 1 becomes (P + 1) / (P + 2), a target of 0 becomes
1 / (N + 2), and one between them the same mixture of the two (Platt 1999). So a weight of two is the same as two equal
samples.

What may be acted on is the lowest of several fits. Agents report outcomes too, and they may be wrong, or want more
leave than they have. So one fit goes by the labels that somebody vouches for and nothing else, and others add the rest.
Each is a ceiling: whatever is reported beside the vouched labels can lower what is acted on, and never raise it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from clone_mcp.models.calibration import Ceiling, StoredFit

LEAST_LABELS = 5
"""Below this many labels a fit is the identity."""
MOST_LABELS = 5_000
"""Only the newest labels count: people and models change."""
EDGE = 1e-4
"""A stated 0 or 1 means "sure", not odds of a million to one: nearer the ends, one answer would outweigh hundreds."""

_MOST_WEIGHT = float(MOST_LABELS)  # no single label counts for more than everything else together
_MOST_ALPHA = 30.0  # far outside what data can ask for; keeps exp() finite whatever they hold
_ITERATIONS = 100
_HALVINGS = 40
_SETTLED = 1e-8  # Newton's error after a step this small is its square


@dataclass(frozen=True, slots=True)
class Ridge:
    """How strongly a fit is held to the identity: what is known beforehand of the scores, as precisions."""

    alpha: float
    b: float


STATED = Ridge(alpha=4.0, b=1.0)
"""For scores that somebody states: a lies within about a factor of e of 1 (alpha = 0 +- 0.5), b within two of 0."""
LEARNED = Ridge(alpha=100.0, b=30.0)
"""For scores fitted to what other people did, which hold until proven wrong (alpha = 0 +- 0.1, b = 0 +- 0.2)."""
PERSONAL = Ridge(alpha=1000.0, b=300.0)
"""For such scores that go by the person's own rate already: a loose fit would count it twice."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One label: a raw confidence, what became of it and how much it counts.

    It was right (1) or wrong (0); in the fit for suggestions, what somebody reports as edited is 1/2.
    """

    raw: float
    target: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """A map from raw to calibrated confidence that keeps the order. `n` is the number of labels it rests on.

    Raises ValueError where a is not positive or a number is not finite.
    """

    a: float
    b: float
    n: int

    def __post_init__(self) -> None:
        if not (0 < self.a < math.inf and -math.inf < self.b < math.inf):
            raise ValueError(f"A fit needs a finite a > 0 and a finite b, not a={self.a}, b={self.b}.")

    def apply(self, p: float) -> float:
        """The calibrated confidence, within [0, 1]. What lies outside [0, 1] counts as its nearer end, NaN as 0."""
        if self.a == 1 and self.b == 0:
            return float(_within(p, 0.0, 1.0, otherwise=0.0))  # exactly, not through a logit and back
        return _sigmoid(self.a * _logit(_within(p, EDGE, 1 - EDGE, otherwise=EDGE)) + self.b)


IDENTITY = Fit(a=1.0, b=0.0, n=0)


def fit(samples: Sequence[Sample], ridge: Ridge = STATED) -> Fit:
    """The fit for these samples, which come newest first: what follows the 5,000th usable one is left out.

    Never raises. A sample that says nothing (NaN, or a weight that is not positive) is no label. Raw scores and targets
    outside [0, 1] count as the nearer end, a weight above 5,000 as 5,000. With fewer than five labels, the identity.
    """
    labels = list(islice(_labels(samples), MOST_LABELS))
    if len(labels) < LEAST_LABELS:
        return IDENTITY
    alpha, b = _minimum(_groups(labels), ridge)
    return Fit(a=math.exp(alpha), b=b, n=len(labels))


def _labels(samples: Sequence[Sample]) -> Iterator[Sample]:
    for sample in samples:
        raw = _within(sample.raw, EDGE, 1 - EDGE)
        target = _within(sample.target, 0.0, 1.0)
        weight = _within(sample.weight, 0.0, _MOST_WEIGHT)
        if weight > 0 and not math.isnan(raw) and not math.isnan(target):
            yield Sample(raw, target, weight)


class _Group(NamedTuple):
    """All labels of one raw score: its logit, their weight, their weighted targets."""

    x: float
    weight: float
    target: float


def _groups(labels: Sequence[Sample]) -> list[_Group]:
    """Labels by raw score, targets smoothed. The loss is linear in the targets, so their sum is all it needs."""
    weights: dict[float, float] = {}
    targets: dict[float, float] = {}
    for label in labels:
        weights[label.raw] = weights.get(label.raw, 0.0) + label.weight
        targets[label.raw] = targets.get(label.raw, 0.0) + label.weight * label.target
    positive = sum(targets.values())
    negative = sum(weights.values()) - positive
    high, low = (positive + 1) / (positive + 2), 1 / (negative + 2)
    return [
        _Group(_logit(raw), weight, targets[raw] * high + (weight - targets[raw]) * low)
        for raw, weight in weights.items()
    ]


class _Point(NamedTuple):
    """The objective at one place, with its slopes and curvatures. `bend` belongs to `curve_aa` and may be negative."""

    alpha: float
    b: float
    loss: float
    slope_a: float
    slope_b: float
    curve_aa: float
    curve_ab: float
    curve_bb: float
    bend: float


def _point(groups: Sequence[_Group], ridge: Ridge, alpha: float, b: float) -> _Point:
    a, exp, log1p = math.exp(alpha), math.exp, math.log1p
    loss = residual = residual_x = spread = spread_x = spread_xx = 0.0
    for x, weight, target in groups:
        z = a * x + b
        tail = exp(-abs(z))
        larger = 1 / (1 + tail)
        loss += weight * ((z if z > 0 else 0.0) + log1p(tail)) - target * z
        off = weight * (larger if z > 0 else tail * larger) - target
        wide = weight * tail * larger * larger
        residual += off
        residual_x += off * x
        spread += wide
        spread_x += wide * x
        spread_xx += wide * x * x
    return _Point(
        alpha=alpha,
        b=b,
        loss=loss + (ridge.alpha * alpha * alpha + ridge.b * b * b) / 2,
        slope_a=a * residual_x + ridge.alpha * alpha,
        slope_b=residual + ridge.b * b,
        curve_aa=a * a * spread_xx + ridge.alpha,
        curve_ab=a * spread_x,
        curve_bb=spread + ridge.b,
        bend=a * residual_x,
    )


def _step(at: _Point) -> tuple[float, float]:
    """Newton's step. Where the objective bends downwards, without the bend: then it still leads downhill."""
    across = at.curve_aa + at.bend
    if across <= 0 or across * at.curve_bb <= at.curve_ab**2:
        across = at.curve_aa
    determinant = across * at.curve_bb - at.curve_ab**2
    return (
        (at.curve_ab * at.slope_b - at.curve_bb * at.slope_a) / determinant,
        (at.curve_ab * at.slope_a - across * at.slope_b) / determinant,
    )


def _minimum(groups: Sequence[_Group], ridge: Ridge) -> tuple[float, float]:
    """Alpha and b at the bottom of the objective, walking downhill from the identity."""
    here = _point(groups, ridge, 0.0, 0.0)
    for _ in range(_ITERATIONS):
        by_alpha, by_b = _step(here)
        there = _downhill(groups, ridge, here, by_alpha, by_b)
        if there is None:
            break
        here = there
        if max(abs(by_alpha), abs(by_b)) < _SETTLED:
            break
    return here.alpha, here.b


def _downhill(groups: Sequence[_Group], ridge: Ridge, here: _Point, by_alpha: float, by_b: float) -> _Point | None:
    """The first of the step, half of it, a quarter… that descends as its slope promises; None where none does."""
    slope = by_alpha * here.slope_a + by_b * here.slope_b
    noise = 1e-13 * (1 + abs(here.loss))  # near the bottom the gain drowns in rounding; the step is right all the same
    share = 1.0
    for _ in range(_HALVINGS):
        alpha = _within(here.alpha + share * by_alpha, -_MOST_ALPHA, _MOST_ALPHA)
        there = _point(groups, ridge, alpha, here.b + share * by_b)
        if there.loss <= here.loss + 1e-4 * share * slope + noise:
            return there
        share /= 2
    return None


def _within(value: float, low: float, high: float, *, otherwise: float = math.nan) -> float:
    """The value, or the end of the range that it lies beyond. NaN lies nowhere and becomes `otherwise`."""
    if value <= low:
        return low
    if value >= high:
        return high
    return otherwise if math.isnan(value) else value


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _sigmoid(z: float) -> float:
    # One formula for both signs, so that rounding can't turn two neighbours round; beyond 700 exp() overflows.
    return 1 / (1 + math.exp(-max(z, -700.0)))


def ceilings(nested: Sequence[Sequence[Sample]], ridge: Ridge) -> tuple[Ceiling, ...]:
    """A fit to each of these lists of labels, newest first. One with less than five labels is the score as it is."""
    found = (fit(labels, ridge) for labels in nested)
    return tuple(Ceiling(each.a, each.b, each.n) for each in found)


def worth(fitted: StoredFit | None, score: float) -> float:
    """What a score may be acted on as.

    A fit that does not say whom its labels are from, or that they went by meaning, may only lower it.
    """
    if fitted is None:
        return IDENTITY.apply(score)
    known = fitted.ceilings if fitted.by_meaning else None
    above = [IDENTITY] if known is None else [Fit(each.a, each.b, each.labels) for each in known]
    return min(each.apply(score) for each in (Fit(fitted.a, fitted.b, fitted.labels), *above))
