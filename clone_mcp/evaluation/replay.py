"""A person's conversations, replayed: every question is answered with what was known then."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clone_mcp.calibration.platt import IDENTITY, LEARNED, MOST_LABELS, Sample, fit
from clone_mcp.evaluation.book import Book
from clone_mcp.evaluation.conversations import Turn
from clone_mcp.models.prediction import Guess, History, Question
from clone_mcp.prediction.predictors.local import LocalPredictor
from clone_mcp.recording.reading.likeness import same

_K = 5
_REFIT_AFTER = 20
"""The fit is made anew once this part of its labels is new: 1/20."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: a turn of the person that follows directly on one of the agent."""

    turn: Turn
    agent_input: str
    history: History


@dataclass(frozen=True, slots=True)
class Answered:
    """What would have been predicted."""

    turn: Turn
    confidence: float
    """Calibrated with the outcomes that were known by then."""
    guesses: tuple[tuple[Guess, float], ...]
    """Best first, each with its calibrated confidence."""


def questions(turns: Sequence[Turn]) -> Iterator[Asked]:
    """A person's questions in order of time, each with the history before it."""
    book, before = Book(), dict[str, Turn]()
    for turn in turns:
        last = before.get(turn.session_id)
        before[turn.session_id] = turn
        if not turn.by_person:
            book.said(turn.session_id, turn.text)
            continue
        if last is not None and not last.by_person:
            yield Asked(turn, last.text, book.history())
        book.typed(turn.session_id, turn.text)


def replay(turns: Sequence[Turn], predictor: LocalPredictor) -> Iterator[Answered]:
    """A person's questions, answered. What the person really typed is learned from after the answer, never before."""
    labels = _Labels()
    for asked in questions(turns):
        question = Question("backtest", asked.agent_input, asked.turn.session_id, k=_K)
        guesses = predictor.ranked(question, asked.history).guesses
        calibrated = tuple((guess, labels.fit.apply(guess.score)) for guess in guesses)
        yield Answered(asked.turn, calibrated[0][1], calibrated)
        labels.add(guesses[0].score, came_true=same(guesses[0].response, asked.turn.text))


class _Labels:
    """What became of the answers so far, and what that says of the next one's confidence."""

    def __init__(self) -> None:
        self.fit = IDENTITY
        self._newest_first: deque[Sample] = deque(maxlen=MOST_LABELS)
        self._new = 0

    def add(self, raw: float, *, came_true: bool) -> None:
        self._newest_first.appendleft(Sample(raw, float(came_true)))
        self._new += 1
        if self._new * _REFIT_AFTER >= len(self._newest_first):
            self.fit = fit(list(self._newest_first), LEARNED)
            self._new = 0
