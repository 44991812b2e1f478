"""What a guess, a question and then a whole backtest is worth, in numbers.

The one label of a backtest is `Hit.soft`: whether the guess says about the same as what the person typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from clone_mcp.calibration import reliability
from clone_mcp.calibration.promise import NotYet, Supported, lowest_threshold
from clone_mcp.calibration.reliability import Bin, Forecast, Reach
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
    """How near a guess came to what was typed."""

    exact: bool
    soft: bool


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

    @property
    def right(self) -> bool:
        """Whether the first guess said about what was typed."""
        return self.hits[0].soft

    @property
    def forecast(self) -> Forecast:
        """Its confidence, and whether it came true."""
        return Forecast(self.confidence, float(self.right))


def hit(guess: str, typed: str) -> Hit:
    """How near a guess is."""
    return Hit(exact=fold(guess) == fold(typed), soft=resembles(guess, typed))


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
class Scores:
    """Shares of questions for which what was typed was the first guess, or among the first few."""

    questions: int
    exact_at_1: float
    exact_at_5: float
    soft_at_1: float
    soft_at_3: float
    soft_at_5: float


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
    soft_at_1: float
    soft_at_5: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is told of a backtest."""

    predictor: str
    questions: int
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


def report(results: Sequence[Result], *, predictor: str, at_most: float) -> Report:
    """Sum results up. They may be none at all."""
    forecasts = [result.forecast for result in results]
    promise = lowest_threshold(forecasts, at_most=at_most)
    times = [result.at for result in results if result.at is not None]
    return Report(
        predictor=predictor,
        questions=len(results),
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
    )


def scores(results: Sequence[Result]) -> Scores:
    """How often guesses were right."""

    def share(right: Callable[[Result], bool]) -> float:
        return sum(map(right, results)) / len(results) if results else 0.0

    return Scores(
        questions=len(results),
        exact_at_1=share(lambda result: result.hits[0].exact),
        exact_at_5=share(lambda result: any(hit.exact for hit in result.hits[:5])),
        soft_at_1=share(lambda result: result.right),
        soft_at_3=share(lambda result: any(hit.soft for hit in result.hits[:3])),
        soft_at_5=share(lambda result: any(hit.soft for hit in result.hits[:5])),
    )


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
    return Stretch(len(results), results[-1].at, found.soft_at_1, found.soft_at_5, sure)


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
