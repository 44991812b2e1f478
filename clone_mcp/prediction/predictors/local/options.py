"""The caller's options: how likely the person takes each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clone_mcp.language.message import Message
from clone_mcp.language.wording import fold
from clone_mcp.models.prediction import Guess, Proposal, Question
from clone_mcp.prediction.predictors.local.choosing import preferences
from clone_mcp.prediction.predictors.local.situation import topics
from clone_mcp.prediction.predictors.local.window import Window

_PRIOR = 2.0
"""What is known of people in general weighs as much as so many of the person's own choices."""
_NONE = 0.15
"""How often none of the options is taken, before anything is known."""
_CLOSE = 0.3
"""Questions less alike than this say nothing about each other."""


def choose(question: Question, message: Message, window: Window) -> Proposal:
    """Rank the options. The first ones, advised ones and ones taken before come first."""
    options = question.options
    wordings = [(str(place), option) for place, option in enumerate(options, 1)]
    general = preferences(wordings, message, window)
    taken, others = _votes(options, message, window)
    mass = _PRIOR + sum(taken) + others
    chances = [(_PRIOR * (1 - _NONE) * liked + votes) / mass for liked, votes in zip(general, taken, strict=True)]
    order = sorted(range(len(options)), key=lambda place: -chances[place])
    guesses = tuple(Guess(options[place], chances[place], _reason(taken[place])) for place in order[: question.k])
    return Proposal(guesses, abstained=None if any(taken) else "Nothing is known yet about choices like these.")


def _votes(options: Sequence[str], message: Message, window: Window) -> tuple[list[float], float]:
    """What earlier answers to questions like this one say for each option, and for something else."""
    taken, others = [0.0] * len(options), 0.0
    spelled = {fold(option): place for place, option in enumerate(options)}
    near = window.near(options)[:, window.of]
    meant = {use: place for place in range(len(options)) for use in np.flatnonzero(near[place]).tolist()}
    labels = {str(place + 1): place for place in range(len(options))}
    likeness = topics(message, window)
    for use in np.flatnonzero(likeness >= _CLOSE).tolist():
        key = window.answers[use].key
        place = spelled.get(key, labels.get(key, meant.get(use, window.reads[use].asked.picked)))
        if place is not None and place < len(options):
            taken[place] += float(likeness[use]) ** 2
        else:
            others += float(likeness[use]) ** 4
    return taken, others


def _reason(votes: float) -> str:
    return "You chose this before." if votes else "One of the options offered; nothing you chose before points to it."
