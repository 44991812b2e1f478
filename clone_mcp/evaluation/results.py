"""What one question of a backtest came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clone_mcp.calibration.reliability import Forecast
from clone_mcp.evaluation.replay import Answered, Hit
from clone_mcp.recording.reading.likeness import tokens

SHORT = 6
"""Words of a short reply."""
_SHOWN = 200


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
    """Missing where an answer was taken over from a run before, which keeps no words."""

    @property
    def right(self) -> bool:
        """Whether the first guess said about what was typed."""
        return self.hits[0].soft

    @property
    def forecast(self) -> Forecast:
        """Its confidence, and what came of it."""
        return Forecast(self.confidence, float(self.right))


def is_short(typed: str) -> bool:
    """Whether a reply counts as short."""
    return len(tokens(typed)) <= SHORT


def result_of(answered: Answered) -> Result:
    """What an answer came to."""
    guess, confidence = answered.guesses[0]
    return Result(
        session_id=answered.turn.session_id,
        at=answered.turn.at,
        short=is_short(answered.turn.text),
        predictor=answered.predictor,
        raw=guess.score,
        confidence=confidence,
        hits=answered.hits,
        abstained=answered.abstained,
        attested=answered.turn.attested,
        example=Example(_end(answered.agent_input), _start(guess.response), _start(answered.turn.text)),
    )


def _start(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _end(text: str) -> str:
    text = " ".join(text[-4 * _SHOWN :].split())
    return text if len(text) <= _SHOWN else "…" + text[1 - _SHOWN :]
