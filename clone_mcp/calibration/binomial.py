"""What a count says of the chance behind it.

Clopper-Pearson bounds are exact: they hold for every sample size and every chance, at the price of being a little wide.
`hits` need not be whole, where answers are weighed; between whole numbers the bounds run smoothly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_TINY = 1e-300
_ENOUGH = 2e-15  # as near to 1 as a product of two roundings gets
_TERMS = 100_000


@dataclass(frozen=True, slots=True)
class Interval:
    """From low to high, both included."""

    low: float
    high: float


def interval(hits: float, trials: float, *, level: float = 0.95) -> Interval:
    """Two-sided Clopper-Pearson: each side is missed with probability (1 - level) / 2 at most."""
    one_sided = (1 + level) / 2
    return Interval(lower(hits, trials, level=one_sided), upper(hits, trials, level=one_sided))


def upper(hits: float, trials: float, *, level: float = 0.95) -> float:
    """One-sided: the chance lies below this, at the stated level. Raises ValueError on an impossible count."""
    _check(hits, trials, level)
    return 1.0 if hits == trials else _beta_quantile(level, hits + 1, trials - hits)


def lower(hits: float, trials: float, *, level: float = 0.95) -> float:
    """One-sided: the chance lies above this, at the stated level. Raises ValueError on an impossible count."""
    _check(hits, trials, level)
    return 0.0 if hits == 0 else _beta_quantile(1 - level, hits, trials - hits + 1)


def at_most(hits: float, trials: float, chance: float) -> float:
    """The probability of so few hits or fewer."""
    _check(hits, trials, 0.5)
    return 1.0 if hits == trials else beta(1 - chance, trials - hits, hits + 1)


def beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function: the share of a Beta(a, b) distribution that lies below x."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):  # beyond it the fraction converges slowly and its mirror image fast
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, from the front (Lentz's method)."""
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or _TINY)
    value = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        c, d = (1 + even / c) or _TINY, 1 / ((1 + even * d) or _TINY)
        value *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        c, d = (1 + odd / c) or _TINY, 1 / ((1 + odd * d) or _TINY)
        value *= c * d
        if abs(c * d - 1) < _ENOUGH:
            break
    return value


def _beta_quantile(share: float, a: float, b: float) -> float:
    """Where `share` of a Beta(a, b) distribution lies below. Halving is slow and can't go astray."""
    low, high = 0.0, 1.0
    while high - low > 1e-13 * high + _TINY:
        middle = (low + high) / 2
        if beta(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _check(hits: float, trials: float, level: float) -> None:
    if not 0 <= hits <= trials < math.inf:
        raise ValueError(f"{hits} hits in {trials} trials can't be.")
    if not 0 < level < 1:
        raise ValueError(f"A level lies between 0 and 1, not at {level}.")
