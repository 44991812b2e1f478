"""Which of some choices the person would take: those that a message lists, or the caller's options."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from clone_mcp.language import lexicon
from clone_mcp.language.choices import Choice, head, marked
from clone_mcp.language.message import Message
from clone_mcp.language.wording import fold, tokens
from clone_mcp.models.prediction import Guess, Proposal, Question
from clone_mcp.prediction.predictors.local.meant import points, taken
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
    rows = traits(choices, message.text, *_habits(choices, message, window))
    scores = [math.exp(sum(weight * value for weight, value in zip(WEIGHTS, row, strict=True))) for row in rows]
    whole = sum(scores)
    return [score / whole for score in scores]


def _habits(choices: Sequence[Choice], message: Message, window: Window) -> tuple[list[float], list[float]]:
    """How often each choice was taken after messages like this one, wherever it stood; and its place, after any."""
    picks = [read.asked for read in window.reads if read.asked.picked is not None]
    this, alike, usual = norm(message.topic), [0.0] * len(choices), [1.0] * len(choices)
    places = {known: marked(choices, known) for known in {asked.taken for asked in picks}}
    for asked in picks:
        if (place := places[asked.taken]) is not None:
            alike[place] += _LIKENESS * ((asked.topic & message.topic).bit_count() * norm(asked.topic) * this) ** 4
        if asked.picked is not None and asked.picked < len(choices):
            usual[asked.picked] += 1
    return alike, [times / (len(picks) + 3) - _THIRD for times in usual]  # as if three had been taken beforehand


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
    listed = dict(message.choices)  # of which an option may be no more than the label
    said: tuple[Choice, ...] = tuple(
        (str(place), listed.get(option.casefold(), option)) for place, option in enumerate(options, 1)
    )
    general = preferences(said, message, window)
    taken, others = _votes(said, message, window)
    mass = _PRIOR + sum(taken) + others
    chances = [(_PRIOR * (1 - _NONE) * liked + votes) / mass for liked, votes in zip(general, taken, strict=True)]
    order = sorted(range(len(options)), key=lambda place: -chances[place])
    guesses = tuple(Guess(options[place], chances[place], _reason(taken[place])) for place in order[: question.k])
    return Proposal(guesses, abstained=None if any(taken) else "Nothing is known yet about choices like these.")


def _votes(options: tuple[Choice, ...], message: Message, window: Window) -> tuple[list[float], float]:
    """What earlier answers to questions like this one say for each option, and for something else."""
    likeness = window.topics(message)
    uses: list[int] = np.flatnonzero(likeness >= _CLOSE).tolist()
    close = [use for use in uses if _tells(options, window, use)]
    places = [_place(options, window, use) for use in close]
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
    """Which of the options an earlier answer would take now: what it took then, whatever its place, or says now."""
    text, known = window.answers[use].text, window.reads[use].asked.taken
    if points(text):
        return marked(options, known) if known else _worded(options, text)
    place = taken(text, options)
    return marked(options, known) if place is None else place


def _tells(options: tuple[Choice, ...], window: Window, use: int) -> bool:
    """Whether it is known what an earlier answer took: "2" tells nothing where the options were not seen."""
    text = window.answers[use].text
    return bool(window.reads[use].asked.taken) or not points(text) or _worded(options, text) is not None


def _worded(options: tuple[Choice, ...], text: str) -> int | None:
    """The option that is that very text: a number of workers, say, not a place."""
    return next((place for place, (_, option) in enumerate(options) if fold(option) == fold(text)), None)


def _contradicted(places: Sequence[int | None]) -> float:
    """What answers count that the newest contradict, the more of those there are in a row."""
    if not places or places[0] is None:
        return 1.0
    return float(CONTRADICTED ** next((n for n, place in enumerate(places) if place != places[0]), 0))


def _reason(votes: float) -> str:
    return "You chose this before." if votes else "One of the options offered; nothing you chose before points to it."
