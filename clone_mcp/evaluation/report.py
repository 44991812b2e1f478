"""What a guess, a question and then a whole backtest is worth, in numbers.

The one label of a backtest is `Hit.same`: whether the guess means the same as what the person typed. A report is
put into words in summary.py, and into charts in page.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from clone_mcp.calibration import binomial, reliability
from clone_mcp.calibration.promise import NotYet, Supported, lowest_threshold
from clone_mcp.calibration.reliability import Bin, Forecast, Reach
from clone_mcp.evaluation.settled import NOTHING_SETTLED, SettledCount, SettledStep, count
from clone_mcp.language.meaning.compare import compare
from clone_mcp.language.wording import fold, resembles, tokens

SHORT = 6
"""Words of a short reply."""
_SHOWN = 200
"""Characters of a text that an example shows."""
_STRETCHES = 10
_EXAMPLES = 10
_POINTS = 200
"""Of a curve: more are not seen."""


class Hit(NamedTuple):
    """How near a guess came to what was typed. Each of these includes the one before it."""

    equal: bool
    """Equal but for case, punctuation and white space."""
    same: bool
    """The same in meaning: the agent would do the same next thing. The only one that counts as right."""
    near: bool
    """Alike in its words or its spelling. Fewer than half of the merely near ones mean the same."""

    @property
    def word(self) -> str:
        """How near it is, as people are told."""
        return "equal" if self.equal else "the same" if self.same else "near" if self.near else "different"


@dataclass(frozen=True, slots=True)
class Example:
    """A question in words, for people to look at."""

    agent: str
    guess: str
    typed: str


@dataclass(frozen=True, slots=True)
class Result:
    """One question: how sure the first guess was, and how near each guess came."""

    session_id: str
    at: datetime | None
    short: bool
    predictor: str
    raw: float
    confidence: float
    hits: tuple[Hit, ...]
    abstained: bool
    attested: bool = False
    """Whether somebody vouches for what was typed."""
    example: Example | None = None
    """None if the answer comes from the journal of an earlier run, which keeps no words."""
    held: str | None = None
    """Why it is not acted on although it is sure enough: what it sets in motion has no precedent."""
    settled: SettledStep = NOTHING_SETTLED
    """What standing answers would have done. Nothing where the answer comes from a journal."""

    @property
    def right(self) -> bool:
        """Whether the first guess means the same as what was typed."""
        return self.hits[0].same

    @property
    def forecast(self) -> Forecast:
        """Its confidence, and whether it came true."""
        return Forecast(self.confidence, float(self.right))


def hit(guess: str, typed: str, question: str) -> Hit:
    """How near a guess is, as an answer to this question."""
    equal = fold(guess) == fold(typed)
    meant = equal or compare(guess, typed, question).sameness == "same"
    return Hit(equal, meant, meant or resembles(guess, typed))


def is_short(typed: str) -> bool:
    """Whether a reply counts as short."""
    return len(tokens(typed)) <= SHORT


def example(agent: str, guess: str, typed: str) -> Example:
    """The end of what the agent said, where its question is, and the start of the rest."""
    return Example(_end(agent), _start(guess), _start(typed))


def _start(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _end(text: str) -> str:
    text = " ".join(text[-4 * _SHOWN :].split())
    return text if len(text) <= _SHOWN else "…" + text[1 - _SHOWN :]


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many, and where the true share lies at 95 %."""

    count: int
    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Depth:
    """For how many questions one of the first few guesses came as near as this."""

    equal: Rate
    same: Rate
    near: Rate


@dataclass(frozen=True, slots=True)
class Scores:
    """How near the first guess came to what was typed, and the nearest of the first few."""

    questions: int
    at_1: Depth
    at_3: Depth
    at_5: Depth

    def at_1_and_5(self) -> tuple[tuple[Rate, Rate], ...]:
        """For each of equal, same and near: the first guess, and the first five."""
        one, five = self.at_1, self.at_5
        return (one.equal, five.equal), (one.same, five.same), (one.near, five.near)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far the confidence can be believed. None where the results can't tell."""

    auroc: float | None
    brier: float | None
    brier_skill: float | None
    ece: float | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the time: what was learned by then."""

    questions: int
    until: datetime | None
    same_at_1: float
    same_at_5: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is told of a backtest."""

    predictor: str
    questions: int
    """That got an answer. All figures are about these."""
    failed: int
    """Questions that got none, because the model failed."""
    out_of_range: int
    """Questions on record that were not asked, because they lie before the range that was asked for."""
    stopped: str | None
    """Why it ended early."""
    sessions: int
    first: datetime | None
    last: datetime | None
    all: Scores
    short: Scores
    calibration: Calibration
    at_most: float
    """The promise: the share of automatic answers that may be wrong."""
    promise: Supported | NotYet
    reliability: tuple[Bin, ...]
    curve: tuple[Reach, ...]
    learning: tuple[Stretch, ...]
    examples: tuple[Result, ...]
    """Those that could have been answered; where there are none, the surest."""
    settled: SettledCount
    """What standing answers would have answered."""


def report(
    results: Sequence[Result],
    *,
    predictor: str,
    at_most: float,
    failed: int = 0,
    out_of_range: int = 0,
    stopped: str | None = None,
) -> Report:
    """Sum results up. They may be none at all; then the last three tell why."""
    forecasts = [result.forecast for result in results]
    promise = lowest_threshold(forecasts, at_most=at_most)
    times = [result.at for result in results if result.at is not None]
    return Report(
        predictor=predictor,
        questions=len(results),
        failed=failed,
        out_of_range=out_of_range,
        stopped=stopped,
        sessions=len({result.session_id for result in results}),
        first=min(times, default=None),
        last=max(times, default=None),
        all=scores(results),
        short=scores([result for result in results if result.short]),
        calibration=calibration(forecasts),
        at_most=at_most,
        promise=promise,
        reliability=reliability.bins(forecasts),
        curve=_thinned(reliability.risk_coverage(forecasts)),
        learning=_learning(results),
        examples=_examples(results, promise),
        settled=count(result.settled for result in results),
    )


def scores(results: Sequence[Result]) -> Scores:
    """How near guesses came."""
    return Scores(len(results), _depth(results, 1), _depth(results, 3), _depth(results, 5))


def rate(count: int, of: int) -> Rate:
    """A share with its interval of 95 %, as if questions were drawn independently of each other."""
    around = binomial.interval(count, of)
    return Rate(count, of, count / of if of else 0.0, around.low, around.high)


def _depth(results: Sequence[Result], k: int) -> Depth:
    def among(near_enough: Callable[[Hit], bool]) -> Rate:
        return rate(sum(any(map(near_enough, result.hits[:k])) for result in results), len(results))

    return Depth(among(lambda hit: hit.equal), among(lambda hit: hit.same), among(lambda hit: hit.near))


def calibration(forecasts: Sequence[Forecast]) -> Calibration:
    """How well confidences came true."""
    return Calibration(
        auroc=reliability.auroc(forecasts),
        brier=reliability.brier(forecasts),
        brier_skill=reliability.brier_skill(forecasts),
        ece=reliability.expected_calibration_error(forecasts),
    )


def _learning(results: Sequence[Result]) -> tuple[Stretch, ...]:
    """Stretches of about equally many questions, in order of time."""
    count = min(_STRETCHES, len(results))
    edges = [place * len(results) // count for place in range(count + 1)] if count else []
    return tuple(_stretch(results[start:end]) for start, end in pairwise(edges))


def _stretch(results: Sequence[Result]) -> Stretch:
    found = scores(results)
    sure = sum(result.confidence for result in results) / len(results)
    return Stretch(len(results), results[-1].at, found.at_1.same.share, found.at_5.same.share, sure)


def _examples(results: Sequence[Result], promise: Supported | NotYet) -> tuple[Result, ...]:
    """From all over what could have been answered, right or wrong; where nothing could, the surest."""
    told = [result for result in results if result.example is not None and not result.abstained]
    if isinstance(promise, Supported):
        told = [result for result in told if result.confidence >= promise.threshold]
        every = max(1, len(told) // _EXAMPLES)
        return tuple(told[::every][:_EXAMPLES])
    return tuple(sorted(told, key=lambda result: -result.confidence)[:_EXAMPLES])


def _thinned(curve: tuple[Reach, ...]) -> tuple[Reach, ...]:
    """Its beginning, its end, and evenly chosen points between them."""
    every = max(1, len(curve) // _POINTS)
    return (*curve[:-1:every], *curve[-1:])
