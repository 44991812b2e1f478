"""What other people's replayed data come to: shares and calibration, with intervals over people.

One person's questions are alike, so ten people with thousands of questions are ten people. Intervals say where 95 % of
the figures fall if the people are drawn again, each with all their questions. The draws are seeded: the same results
give the same intervals. The figures of a person's own backtest are in report.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from clone_mcp.calibration import reliability
from clone_mcp.calibration.reliability import Forecast
from clone_mcp.evaluation import settled
from clone_mcp.evaluation.decisions import ChoiceResult
from clone_mcp.evaluation.pairs import PairResult
from clone_mcp.evaluation.people import THRESHOLD
from clone_mcp.evaluation.report import Hit, Result
from clone_mcp.evaluation.stops import StopResult
from clone_mcp.evaluation.summary import MEASURES

T = TypeVar("T")
People = Mapping[str, Sequence[T]]
DRAWS = 400
_PRECISION, _LEAST_ANSWERED = 0.9, 20
"""How many answers must be right, and how few answers say nothing of that."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. None where the results can't tell."""

    name: str
    value: float | None
    of: int
    """Questions that it is about."""
    low: float | None
    high: float | None
    mean: float | None
    """Over people, everybody counting the same."""


@dataclass(frozen=True, slots=True)
class RateBin:
    """Stops of about the same confidence: what was said of them on average, and what came of it."""

    said: float
    came: float
    low: float
    high: float
    """Where the rate lies if the people are drawn again."""
    count: int
    people: int

    @property
    def holds(self) -> bool:
        """Whether what was said lies where the rate may be."""
        return self.low <= self.said <= self.high


@dataclass(frozen=True, slots=True)
class Share(Generic[T]):
    """The share of questions of which something is so, among those that it can be so of; or the mean of a chance."""

    name: str
    is_so: Callable[[T], float]
    among: Callable[[T], bool] = lambda _result: True


Measure = Callable[[Sequence[Forecast]], float | None]
CALIBRATION: Mapping[str, Measure] = {
    "AUROC": reliability.auroc,
    "Brier skill": reliability.brier_skill,
    "ECE": reliability.expected_calibration_error,
}
EXPLAINED = tuple((name, what) for name, what in MEASURES if name in CALIBRATION)
LABELS = (
    ("precision", "how many of those that Clone calls by a label have it, going by careful readers"),
    ("recall", "how many of those that have a label Clone calls by it"),
)


def turns_figures(people: People[Result]) -> list[Figure]:
    """Equal, the same in meaning and near, at first and among five; then the calibration with "the same" as right."""
    shares = [*_nearness("", lambda _: True), *_nearness("short replies: ", lambda result: result.short)]
    shares.append(Share(f"confidence of {THRESHOLD} or more", lambda result: result.confidence >= THRESHOLD))
    held = "of these held for what they set in motion"
    shares.append(Share(held, lambda result: result.held is not None, lambda result: result.confidence >= THRESHOLD))
    return [*_shares(people, shares), *_calibration(people, lambda result: result.forecast)]


def decisions_figures(people: People[ChoiceResult]) -> list[Figure]:
    """How often the option was right. An answer that was typed or dismissed is wrong for every option."""
    shares: list[Share[ChoiceResult]] = [
        Share("the option that was taken, first guess", lambda result: result.right),
        Share("the same where an option was taken", lambda result: result.right, lambda result: not result.took_none),
        Share("the option that was taken, first two", lambda result: result.in_two),
        Share("for comparison: the first option", lambda result: result.took_first),
        Share("the first option was the first guess", lambda result: result.guessed_first),
        Share("none of the options was taken", lambda result: result.took_none),
        Share("none of the options was expected, on average", lambda result: result.none_expected),
        Share("automatic", lambda result: result.auto),
        Share("right among the automatic ones", lambda result: result.right, lambda result: result.auto),
    ]
    return [*_shares(people, shares), *_calibration(people, lambda result: result.forecast)]


def decisions_in_words(people: People[ChoiceResult]) -> list[str]:
    """The same as sentences: what people do with options, and what Clone expected of them."""
    found = [result for results in people.values() for result in results]

    def percent(of: Callable[[ChoiceResult], float]) -> str:
        return f"{sum(map(of, found)) / len(found):.0%}"

    autos = [result for result in found if result.auto]
    return [
        f"People took none of the options in {percent(lambda result: result.took_none)} of the questions. "
        f"Clone expected that in {percent(lambda result: result.none_expected)}.",
        f"People took the first option in {percent(lambda result: result.took_first)}. "
        f"Clone called it the likeliest in {percent(lambda result: result.guessed_first)}.",
        f"The option that was taken was Clone's first guess in {percent(lambda result: result.right)}, "
        f"and among its first two in {percent(lambda result: result.in_two)}.",
        f"Clone would have answered {len(autos)} of {len(found)} by itself, "
        f"{sum(result.right for result in autos)} of them as the person did.",
        *_settled_in_words(people),
    ]


def turns_in_words(people: People[Result]) -> list[str]:
    """What standing answers would have answered, as sentences."""
    return _settled_in_words(people)


def _settled_in_words(people: People[Any]) -> list[str]:
    return list(settled.words([settled.count(each.settled for each in mine) for mine in people.values()]))


def stops_figures(people: People[StopResult]) -> list[Figure]:
    """How well going on was told from leaving off."""
    shares: list[Share[StopResult]] = [
        Share("went on", lambda result: result.went_on),
        Share("the likelier of both came true", lambda result: result.right),
        Share("automatic", lambda result: result.auto),
        Share("right among the automatic ones", lambda result: result.right, lambda result: result.auto),
    ]
    told = _foretold([[result.likelier for result in results] for results in people.values()])
    return [*_shares(people, shares), told, *_calibration(people, lambda result: result.forecast)]


def stops_bins(people: People[StopResult]) -> list[RateBin]:
    """Ten groups of about as many stops, by how likely going on was said to be, the least likely first."""
    found: list[RateBin] = []
    for each in reliability.bins([result.forecast for results in people.values() for result in results]):

        def within(result: StopResult, low: float = each.low, high: float = each.high) -> bool:
            return low <= result.continues <= high

        rate = _share(people, Share("went on", lambda result: result.went_on, within))
        of_people = sum(any(map(within, results)) for results in people.values())
        low, high = rate.low or 0.0, 1.0 if rate.high is None else rate.high
        found.append(RateBin(each.confidence, each.observed, low, high, each.count, of_people))
    return found


def pairs_figures(people: People[PairResult]) -> list[Figure]:
    """Precision and recall of each label. Intervals are over pairs, as if they had nothing to do with each other."""
    found = [result for results in people.values() for result in results]
    figures: list[Figure] = []
    for label in ("same", "part", "different"):
        right = sum(result.said == result.label == label for result in found)
        said, are = (sum(getattr(result, name) == label for result in found) for name in ("said", "label"))
        figures += [_over_pairs(f"precision of {label}", right, said), _over_pairs(f"recall of {label}", right, are)]
    different = [result for result in found if result.label == "different"]
    wrong = sum(result.said == "same" for result in different)
    return [*figures, _over_pairs("different, but called the same", wrong, len(different))]


def _over_pairs(name: str, hits: int, of: int) -> Figure:
    around = reliability.binomial.interval(hits, of)
    return Figure(name, hits / of if of else None, of, around.low, around.high, None)


def _nearness(prefix: str, among: Callable[[Result], bool]) -> list[Share[Result]]:
    names: tuple[tuple[str, Callable[[Hit], bool]], ...] = (
        ("the same in meaning", lambda hit: hit.same),
        ("equal", lambda hit: hit.equal),
        ("near", lambda hit: hit.near),
    )
    return [
        Share(f"{prefix}{name}, {depth}", _within(k, near_enough), among)
        for k, depth in ((1, "first guess"), (5, "first five"))
        for name, near_enough in names
    ]


def _within(k: int, near_enough: Callable[[Hit], bool]) -> Callable[[Result], bool]:
    return lambda result: any(map(near_enough, result.hits[:k]))


def _shares(people: People[T], shares: Sequence[Share[T]]) -> list[Figure]:
    return [_share(people, each) for each in shares]


def _share(people: People[T], share: Share[T]) -> Figure:
    """From one count a person, so that drawing people again costs nothing."""
    counts = [
        (sum(map(share.is_so, asked)), len(asked))
        for results in people.values()
        for asked in [list(filter(share.among, results))]
    ]

    def pooled(drawn: Sequence[tuple[float, int]]) -> float | None:
        of = sum(each for _, each in drawn)
        return sum(each for each, _ in drawn) / of if of else None

    whole = sum(each for _, each in counts)
    return _drawn_again(share.name, counts, pooled, whole, [hits / of for hits, of in counts if of])


def _calibration(people: People[T], forecast: Callable[[T], Forecast]) -> list[Figure]:
    groups = [list(map(forecast, results)) for results in people.values()]
    whole = sum(map(len, groups))

    def over(measure: Measure) -> Callable[[Sequence[list[Forecast]]], float | None]:
        return lambda drawn: measure([each for group in drawn for each in group])

    return [
        _drawn_again(name, groups, over(measure), whole, [v for group in groups if (v := measure(group)) is not None])
        for name, measure in CALIBRATION.items()
    ]


def _foretold(groups: Sequence[Sequence[Forecast]]) -> Figure:
    """How many of the surest can be told before more than one in ten is wrong."""

    def reached(drawn: Sequence[Sequence[Forecast]]) -> float | None:
        curve = reliability.risk_coverage([each for group in drawn for each in group])
        kept = [each.coverage for each in curve if each.answered >= _LEAST_ANSWERED and each.risk <= 1 - _PRECISION]
        return max(kept, default=0.0) if curve else None

    return _drawn_again("the surest, with nine in ten right", groups, reached, sum(map(len, groups)), [])


def _drawn_again(
    name: str,
    groups: Sequence[T],
    measure: Callable[[Sequence[T]], float | None],
    of: int,
    singly: Sequence[float],
) -> Figure:
    chance = random.Random(1)  # noqa: S311 (a simulation)
    drawn = [measure(chance.choices(groups, k=len(groups))) for _ in range(DRAWS)] if groups else []
    known = sorted(value for value in drawn if value is not None)
    low, high = (known[len(known) // 40], known[-1 - len(known) // 40]) if known else (None, None)
    mean = sum(singly) / len(singly) if singly else None
    return Figure(name, measure(groups), of, low, high, mean)
