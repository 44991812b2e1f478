"""Which of the choices that a message lists the person would take. The caller's own options are in options.py."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from clone_mcp.language import lexicon
from clone_mcp.language.choices import Choice, head, marked
from clone_mcp.language.message import Message
from clone_mcp.language.wording import tokens
from clone_mcp.prediction.predictors.local.window import Window, norm

TRAITS = ("first", "last", "recommended", "praised", "vague", "whole", "habit", "place")
WEIGHTS = (0.44, -0.05, 0.73, 0.5, -0.43, 0.04, 0.31, 0.1)
"""Fitted to 48 choices that six of the ten developers typed: training.md."""

_ADVICE, _PRAISE, VAGUE, _WHOLE = (
    re.compile(lexicon.pattern("choices", kind), re.IGNORECASE)
    for kind in ("advice", "praise", "no choice", "all of them")
)
_POINTER = lexicon.pattern("choices", "points to a choice")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")
_ADVISED_IN = 900
"""Characters at the end of a message in which advice is looked for."""
_LIKENESS, _THIRD = 4, 1 / 3
"""What a pick after a message of the same words counts; and what a place is worth where nothing was picked."""


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
    pointed = advised(choices, text)
    last = len(choices) - 1
    return [
        (
            float(i == 0),
            float(i == last),
            pointed[i],
            float(bool(_PRAISE.search(wording))),
            float(bool(VAGUE.search(head(wording)))),
            float(bool(_WHOLE.search(head(wording)))),
            math.log1p(habit[i]),
            places[i],
        )
        for i, (_, wording) in enumerate(choices)
    ]


def advised(choices: Sequence[Choice], text: str) -> list[float]:
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
