"""Which of some choices the person would take: those that a message lists, or the caller's options."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from clone_mcp.language import lexicon
from clone_mcp.language.choices import Choice, head
from clone_mcp.language.message import Message
from clone_mcp.language.wording import tokens
from clone_mcp.models.prediction import Guess, Proposal, Question
from clone_mcp.prediction.predictors.local.meant import taken
from clone_mcp.prediction.predictors.local.window import CONTRADICTED, Window, norm

TRAITS = ("first", "last", "recommended", "praised", "vague", "whole", "habit", "place")
WEIGHTS = (0.44, -0.05, 0.73, 0.5, -0.43, 0.04, 0.31, 0.1)
"""Fitted to 48 choices that six of the ten developers typed: training.md."""

_ADVICE, _PRAISE, _VAGUE, _WHOLE = (
    re.compile(lexicon.pattern("choices", kind), re.IGNORECASE)
    for kind in ("advice", "praise", "no choice", "all of them")
)
_POINTER = lexicon.pattern("choices", "points to a choice")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")
_ADVISED_IN = 900
"""Characters at the end of a message in which advice is looked for."""
_LIKENESS, _THIRD = 4, 1 / 3
"""What a pick after a message of the same words counts; and what a place is worth where nothing was picked."""

_PRIOR = 2.0
"""What is known of people in general weighs as much as so many of the person's own choices."""
_NONE = 0.15
"""How often none of the options is taken, before anything is known."""
_CLOSE = 0.3
"""Questions less alike than this say nothing about each other."""


def preferences(choices: Sequence[Choice], message: Message, window: Window) -> list[float]:
    """The chance of each choice, given that one is taken."""
    if not choices:
        return []
    rows = traits(choices, message.text, *_habits(len(choices), message, window))
    scores = [math.exp(sum(weight * value for weight, value in zip(WEIGHTS, row, strict=True))) for row in rows]
    whole = sum(scores)
    return [score / whole for score in scores]


def _habits(count: int, message: Message, window: Window) -> tuple[list[float], list[float]]:
    """How often each place was taken: after messages like this one, and at all."""
    taken = [
        (read.asked.picked, (read.asked.topic & message.topic).bit_count() * norm(read.asked.topic))
        for read in window.reads
        if read.asked.picked is not None
    ]
    this = norm(message.topic)
    alike = [sum(_LIKENESS * (shared * this) ** 4 for place, shared in taken if place == i) for i in range(count)]
    usual = [
        (sum(place == i for place, _ in taken) + 1) / (len(taken) + 3) - _THIRD for i in range(count)
    ]  # as if three had been taken beforehand
    return alike, usual


def traits(
    choices: Sequence[Choice], text: str, habit: Sequence[float], places: Sequence[float]
) -> list[tuple[float, ...]]:
    """Numbers for each choice, in TRAITS order. `habit`: picks after like messages; `places`: how usual a place is."""
    advised = _advised(choices, text)
    last = len(choices) - 1
    return [
        (
            float(i == 0),
            float(i == last),
            advised[i],
            float(bool(_PRAISE.search(wording))),
            float(bool(_VAGUE.search(head(wording)))),
            float(bool(_WHOLE.search(head(wording)))),
            math.log1p(habit[i]),
            places[i],
        )
        for i, (_, wording) in enumerate(choices)
    ]


def _advised(choices: Sequence[Choice], text: str) -> list[float]:
    """How much the message's advice points to each choice."""
    found = [0.0] * len(choices)
    for sentence in _SENTENCE.split(text[-_ADVISED_IN:]):
        if sentence and _ADVICE.search(sentence):
            found = [max(old, _points(sentence, *choice)) for old, choice in zip(found, choices, strict=True)]
    return found


def _points(sentence: str, label: str, wording: str) -> float:
    if label and re.search(rf"(?:{_POINTER})\s*\(?{re.escape(label)}\b", sentence, re.IGNORECASE):
        return 1.0
    if label and sentence.lstrip(" -*").lower().startswith(label):
        return 0.0  # the line of the choice itself
    mine = set(tokens(head(wording)))
    return 0.7 * len(mine & set(tokens(sentence))) / len(mine) if mine else 0.0


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
    labelled: tuple[Choice, ...] = tuple((str(place), option) for place, option in enumerate(options, 1))
    likeness = window.topics(message)
    close: list[int] = np.flatnonzero(likeness >= _CLOSE).tolist()
    places = [_place(labelled, window, use) for use in close]
    contradicted = _contradicted(places)
    found, others = [0.0] * len(options), 0.0
    for use, place in zip(close, places, strict=True):
        holds = 1.0 if place == places[0] else contradicted
        if place is None:
            others += holds * float(likeness[use]) ** 4
        else:
            found[place] += holds * float(likeness[use]) ** 2
    return found, others


def _place(options: tuple[Choice, ...], window: Window, use: int) -> int | None:
    """Which of the options an earlier answer would take now: by its meaning, or else by the place that it took then."""
    place = taken(window.answers[use].text, options)
    if place is None:
        place = window.reads[use].asked.picked
    return place if place is None or place < len(options) else None


def _contradicted(places: Sequence[int | None]) -> float:
    """What answers count that the newest contradict, the more of those there are in a row."""
    if not places or places[0] is None:
        return 1.0
    return float(CONTRADICTED ** next((n for n, place in enumerate(places) if place != places[0]), 0))


def _reason(votes: float) -> str:
    return "You chose this before." if votes else "One of the options offered; nothing you chose before points to it."
