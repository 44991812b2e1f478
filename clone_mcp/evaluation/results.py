"""What a guess, and then a whole question, is worth: the numbers that a report sums up.

The one label of a backtest is `Hit.soft`: whether the guess says about the same as what the person typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from clone_mcp.calibration.reliability import Forecast
from clone_mcp.language.wording import fold, same, tokens

SHORT = 6
"""Words of a short reply."""
_SHOWN = 200
"""Characters of a text that an example shows."""


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
    return Hit(exact=fold(guess) == fold(typed), soft=same(guess, typed))


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
