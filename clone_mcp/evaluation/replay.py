"""A person's conversations, replayed: every question is answered with what was known then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from clone_mcp.evaluation.conversations import Turn
from clone_mcp.evaluation.course import Asked, Course
from clone_mcp.evaluation.labels import Labels
from clone_mcp.evaluation.past import Past
from clone_mcp.models.prediction import Guess, Proposal, Question
from clone_mcp.models.usage import Usage
from clone_mcp.ports import Materials, Predictor, Surroundings
from clone_mcp.ports.language_model import LanguageModel
from clone_mcp.recording.pasted import own_words
from clone_mcp.recording.reading.likeness import same
from clone_mcp.recording.wording import fold

K = 5
"""Guesses for each question."""
_AGENT = "backtest"
_MINUTES = 60
_UNTIMED = datetime(2000, 1, 1, tzinfo=UTC)


class Hit(NamedTuple):
    """How near a guess came to what was typed."""

    exact: bool
    soft: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What would have been predicted, and what it came to."""

    turn: Turn
    agent_input: str
    guesses: tuple[tuple[Guess, float], ...]
    """Best first, each with its confidence, calibrated with the outcomes that were known by then."""
    hits: tuple[Hit, ...]
    predictor: str
    abstained: bool = False
    degraded: str | None = None
    usage: Usage | None = None

    @property
    def confidence(self) -> float:
        """Of the first guess."""
        return self.guesses[0][1]

    @property
    def right(self) -> bool:
        """Whether the first guess said about what was typed."""
        return self.hits[0].soft


@dataclass(frozen=True, slots=True)
class Pending:
    """A question, with what a model may be shown beside it."""

    asked: Asked
    around: Surroundings


class Replay:
    """One person's course, and a predictor that is asked along the way."""

    def __init__(self, predictor: Predictor, *, threshold: float = 0.8, model: LanguageModel | None = None) -> None:
        self._predictor = predictor
        self._threshold = threshold
        self._model = model
        self._course, self._past, self._labels = Course(), Past(), Labels()

    def advance(self, turn: Turn) -> Pending | None:
        """Go on by one turn; the question, if it answers one."""
        asked = self._course.step(turn)
        pending = Pending(asked, self._past.around(turn, minutes=_MINUTES)) if asked is not None else None
        if self._model is not None:  # nobody else is shown it
            self._past.add(turn)
        return pending

    async def answer(self, pending: Pending) -> Answered:
        """What the predictor would have said. Raises what it raises."""
        asked = pending.asked

        async def surroundings() -> Surroundings:
            return pending.around

        question = Question(_AGENT, asked.agent_input, asked.turn.session_id, k=K, threshold=self._threshold)
        materials = Materials.of(
            asked.history, surroundings=surroundings, model=self._model, calibrate=self._labels.calibrate
        )
        proposal = await self._predictor.propose(question, materials, now=asked.turn.at or _UNTIMED)
        return self._answered(asked, proposal)

    def learn(self, predictor: str, raw: float, *, right: bool) -> None:
        """Take an outcome into account from the next question on."""
        self._labels.add(predictor, raw, came_true=right)

    def _answered(self, asked: Asked, proposal: Proposal) -> Answered:
        name = proposal.predictor or self._predictor.name
        guesses = tuple((guess, self._worth(name, guess)) for guess in proposal.guesses)
        # As outcomes are told: a log below a "yes" is no part of the answer. A mere paste was no guess's to foresee.
        typed = own_words(asked.turn.text) or asked.turn.text
        return Answered(
            turn=asked.turn,
            agent_input=asked.agent_input,
            guesses=guesses,
            hits=tuple(hit(guess.response, typed) for guess, _ in guesses),
            predictor=name,
            abstained=proposal.abstained is not None,
            degraded=proposal.degraded,
            usage=proposal.usage,
        )

    def _worth(self, name: str, guess: Guess) -> float:
        return self._labels.calibrate(name, guess.score) if guess.calibrated is None else guess.calibrated


def hit(guess: str, typed: str) -> Hit:
    """How near a guess is."""
    return Hit(exact=fold(guess) == fold(typed), soft=same(guess, typed))


async def replay(turns: Iterable[Turn], predictor: Predictor) -> AsyncIterator[Answered]:
    """A person's questions, answered. What the person really typed is learned from after the answer, never before."""
    course = Replay(predictor)
    for turn in turns:
        pending = course.advance(turn)
        if pending is not None:
            answered = await course.answer(pending)
            yield answered
            course.learn(answered.predictor, answered.guesses[0][0].score, right=answered.right)
