"""Which predictor answers what: the local one, a model, or the cascade of both.

The cascade asks a model only where the local predictor isn't sure, and does without it where it must.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from clone_mcp.errors import RateLimited, Unavailable, Upstream
from clone_mcp.language.meaning.compare import compare
from clone_mcp.models.prediction import Guess, Proposal, Question
from clone_mcp.ports import Materials, Predictor
from clone_mcp.prediction.materials import scored_by, within_one
from clone_mcp.prediction.predictors.local import LocalPredictor

Choice = Literal["local", "model", "cascade"]
PREDICTORS: tuple[Choice, ...] = get_args(Choice)
NAME = "cascade-1"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Predictors:
    """Who is asked when."""

    usual: Predictor
    by_name: Predictor | None = None
    """For questions that name a model."""
    paused: Predictor | None = None
    """Reaches nobody outside: for a person who has paused Clone. Default: the usual one."""


def chosen(name: Choice, model: Predictor) -> Predictors:
    """The predictors for a setting. Whatever it says, nobody is asked outside while Clone is paused."""
    local = LocalPredictor()
    usual: dict[Choice, Predictor] = {"local": local, "model": model, "cascade": Cascade(local, model)}
    return Predictors(usual[name], by_name=model, paused=local)


class Cascade:
    """Local first, then the model. Each list is calibrated before they meet: their scores are different animals."""

    name = NAME

    def __init__(self, local: Predictor, model: Predictor) -> None:
        self._local = local
        self._model = model

    async def propose(self, question: Question, materials: Materials, /, *, now: datetime) -> Proposal:
        local = await _calibrated(self._local, question, materials, now)
        if question.several:
            return local  # a model names one option
        if local.abstained is None and min(_worth(local.guesses[0]), local.guesses[0].most) >= question.threshold:
            return local
        try:
            model = await _calibrated(self._model, question, materials, now)
        except (Unavailable, RateLimited, Upstream) as exc:
            log.warning("The model could not be asked, so the local predictor answers alone: %s", exc.message)
            return replace(local, degraded=exc.message)
        return merged(local, model, question)


async def _calibrated(predictor: Predictor, question: Question, materials: Materials, now: datetime) -> Proposal:
    proposal = await predictor.propose(question, materials, now=now)
    name = proposal.predictor or predictor.name
    scored = scored_by(name, proposal, materials.calibrate)
    return replace(proposal, guesses=tuple(replace(guess, calibrated=sure) for guess, sure in scored), predictor=name)


def merged(local: Proposal, model: Proposal, question: Question) -> Proposal:
    """One list of both. What means the same keeps the better number; the first guess decides whose proposal it is."""
    first = local if _worth(local.guesses[0]) > _worth(model.guesses[0]) else model
    second = model if first is local else local
    best: list[Guess] = []
    for guess in sorted((*first.guesses, *second.guesses), key=_worth, reverse=True):
        if not any(_same(guess, other, question) for other in best):
            best.append(guess)
    kept = best[: question.k]
    chances = within_one([_worth(guess) for guess in kept])
    guesses = tuple(replace(guess, calibrated=chance) for guess, chance in zip(kept, chances, strict=True))
    return replace(first, guesses=guesses, usage=model.usage, snapshot=model.snapshot)


def _same(guess: Guess, other: Guess, question: Question) -> bool:
    options = tuple((str(place), option) for place, option in enumerate(question.options, 1))
    return compare(guess.response, other.response, question.agent_input, options).sameness == "same"


def _worth(guess: Guess) -> float:
    return guess.score if guess.calibrated is None else guess.calibrated
