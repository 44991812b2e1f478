"""What guesses, and what it may go by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol, Self

from clone_mcp.models.calibration import Standing
from clone_mcp.models.memory import Bundle, Raw
from clone_mcp.models.prediction import History, Proposal, Question
from clone_mcp.ports.language_model import LanguageModel


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a model is shown beside the question. Nothing in it is an instruction."""

    bundle: Bundle
    session: tuple[Raw, ...] = ()
    """The conversation that the question belongs to, oldest first."""


async def _nowhere() -> Surroundings:
    return Surroundings(Bundle(None, (), (), (), {}))


def _unchanged(_predictor: str, score: float) -> float:
    return score


_NOTHING_SET = Standing()


@dataclass(frozen=True, slots=True)
class Materials(History):
    """A person's history, which every predictor gets, and what else a predictor may ask for if it needs it."""

    surroundings: Callable[[], Awaitable[Surroundings]] = _nowhere
    """Reads the bundle, in a transaction of its own that has ended when this returns. It is read once."""
    model: LanguageModel | None = None
    """A model at this person's expense, if they have allowed one."""
    calibrate: Callable[[str, float], float] = _unchanged
    """What a score is worth, going by how earlier predictions of the predictor so named came out."""
    standing: Standing = _NOTHING_SET
    """What held when this was read: the fits behind `calibrate` too."""

    @classmethod
    def of(
        cls,
        history: History,
        *,
        surroundings: Callable[[], Awaitable[Surroundings]] = _nowhere,
        model: LanguageModel | None = None,
        calibrate: Callable[[str, float], float] = _unchanged,
        standing: Standing = _NOTHING_SET,
    ) -> Self:
        """The history, and more."""
        known = {each.name: getattr(history, each.name) for each in fields(history)}
        return cls(**known, surroundings=surroundings, model=model, calibrate=calibrate, standing=standing)


class Predictor(Protocol):
    """Guesses what the person would type."""

    @property
    def name(self) -> str:
        """What the stored prediction says it was made by, unless the proposal names another."""
        ...

    async def propose(self, question: Question, materials: Materials, /, *, now: datetime) -> Proposal:
        """Ranked guesses, at least one. Knows only what it is given; one that needs mere history may ask for that.

        A predictor that asks a model raises what LanguageModel raises.
        """
        ...
