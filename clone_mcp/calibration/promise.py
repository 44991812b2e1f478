"""From a promise, "at most r of the automatic answers are wrong", to a threshold.

The lowest threshold that did well in hindsight flatters itself: among many, one was lucky. Fixed-sequence testing
does not. Thresholds are tried in an order laid down beforehand, `GRID` from 0.99 down to 0.01, each with a test at the
full level, and the first that fails ends the search. To break the promise, a test must have passed at the first
threshold in that order which does not deserve it, and that happens with probability 1 - level at most. Nothing is
lost to the number of thresholds, because none is tried after a failure.

Thresholds with few answers stand first and could never pass, so the order begins where enough answers lie for a test to
survive one wrong answer. That looks at confidences only, never at outcomes, and so leaves the guarantee whole.

The guarantee: if answers are right or wrong independently of each other given their confidences, then with probability
`level` (over the outcomes) either no threshold is named, or the average chance of being wrong among answers like those
seen at that threshold and above is at most r. It says nothing of a person who changes, or of another predictor.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist

from clone_mcp.calibration import binomial
from clone_mcp.calibration.reliability import Forecast

GRID = tuple(hundredths / 100 for hundredths in range(99, 0, -1))
"""The candidates, in the order in which they are tried."""

_ALLOWED = 1  # wrong answers that the first test must be able to survive: one unlucky case does not end the search
_OUT_OF_REACH = 100_000  # labels; nobody gives so many
_PRIOR = 10  # answers' worth of trust in the confidences themselves when foreseeing how many will be wrong


@dataclass(frozen=True, slots=True)
class Supported:
    """Answering at `threshold` and above keeps the promise."""

    threshold: float
    answered: int
    wrong: int
    bound: float
    """The chance of a wrong answer lies below this, at the level asked for."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """No threshold keeps the promise for sure.

    `more_labels` says about how many more would give an even chance of one, if the person and the predictor go on as
    before; None where no number in reach would, because even the surest answers are wrong too often.
    """

    more_labels: int | None


@dataclass(frozen=True, slots=True)
class _Tally:
    """Answers at a threshold and above: how many, how many wrong, and how many wrong the confidences foresaw."""

    threshold: float
    answered: int
    wrong: int
    foreseen: float


def lowest_threshold(forecasts: Sequence[Forecast], *, at_most: float, level: float = 0.95) -> Supported | NotYet:
    """The lowest threshold at which, at this level, at most this share of automatic answers is wrong.

    What is less than right is wrong here: it had gone out before anyone could edit it. Raises ValueError unless
    0 < at_most < 1 and 1/2 < level < 1.
    """
    if not (0 < at_most < 1 and 0.5 < level < 1):
        raise ValueError(f"No promise can be at most {at_most} wrong at a level of {level}.")
    enough = _enough(at_most, level)
    tallies = _tallies(forecasts)
    tested = [tally for tally in tallies if tally.answered >= enough]
    kept: _Tally | None = None
    for tally in tested:
        if binomial.at_most(tally.wrong, tally.answered, at_most) > 1 - level:
            break
        kept = tally
    if kept is None:
        # What comes after the first test can't be reached before that one passes.
        open_ones = tallies[: len(tallies) - len(tested) + 1]
        return NotYet(_more_labels(open_ones, len(forecasts), at_most, level))
    bound = binomial.upper(kept.wrong, kept.answered, level=level)
    return Supported(kept.threshold, kept.answered, kept.wrong, bound)


def _tallies(forecasts: Sequence[Forecast]) -> list[_Tally]:
    ordered = sorted(forecasts, key=lambda f: f.confidence)
    confidences = [f.confidence for f in ordered]
    wrong = list(accumulate((f.outcome < 1 for f in reversed(ordered)), initial=0))
    foreseen = list(accumulate((1 - c for c in reversed(confidences)), initial=0.0))
    counts = ((threshold, len(ordered) - bisect_left(confidences, threshold)) for threshold in GRID)
    return [_Tally(threshold, count, wrong[count], foreseen[count]) for threshold, count in counts]


def _enough(at_most: float, level: float) -> int:
    """The fewest answers whose test survives `_ALLOWED` wrong ones."""

    def survives(answers: int) -> bool:
        return binomial.at_most(_ALLOWED, answers, at_most) <= 1 - level

    high = _ALLOWED + 1
    while not survives(high):
        high *= 2
    return bisect_left(range(high), True, lo=high // 2, key=survives)


def _more_labels(tallies: Sequence[_Tally], labels: int, at_most: float, level: float) -> int | None:
    """The smallest number over all thresholds that could be the first to pass."""
    if not labels:
        return _enough(at_most, level)  # nothing is known yet; fewer can't do
    needs = (_labels_missing(tally, labels, at_most, level) for tally in tallies if tally.answered)
    return min((need for need in needs if need is not None and need <= _OUT_OF_REACH), default=None)


def _labels_missing(tally: _Tally, labels: int, at_most: float, level: float) -> int | None:
    """How many more labels until this threshold passes, if its errors and its share of the answers stay the same."""
    foreseen = _PRIOR * tally.foreseen / tally.answered
    margin = at_most - (tally.wrong + foreseen) / (tally.answered + _PRIOR)
    if margin <= 0:
        return None
    # Normal approximation to the test's size with Yates's correction, which is near enough for an "about".
    spread = NormalDist().inv_cdf(level) ** 2 * at_most * (1 - at_most) / margin**2
    answers = spread / 4 * (1 + math.sqrt(1 + 2 / (spread * margin))) ** 2
    missing = max(answers, _enough(at_most, level)) - tally.answered
    return max(1, math.ceil(missing * labels / tally.answered))
