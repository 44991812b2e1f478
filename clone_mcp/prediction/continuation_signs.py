"""What tells whether a person goes on after an agent's message, as named numbers, and what each number weighs.

The weights are learned from many people by scripts/train_stops.py and stand in continuation_weights.json. They are the
same for everybody: what is this person's own are the numbers. What is made of the sum is in continuation.py.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from clone_mcp.errors import Invalid
from clone_mcp.language import lexicon
from clone_mcp.language.message import KINDS, Message
from clone_mcp.language.question_trace import QuestionTrace, unpacked
from clone_mcp.models.calibration import Ending
from clone_mcp.models.prediction import Answer
from clone_mcp.prediction.outcomes import closes, ends_content

USUAL = 0.15
"""How often people in general stop after a message."""
_USUAL_WORTH = 10.0
"""As many messages of a person is that worth."""
_FADES = 0.5 ** (1 / 80)
"""A message counts half as much as one that came 80 messages later: people change."""
_LOOKED_AT = 150
"""The newest messages that the rate and the likeness are taken from."""
_LIKE_WORTH = 3.0
"""Messages just like this one that the person's rate is worth."""
_NOT_ALIKE, _NOT_ABOUT = 0.2, 0.08
"""What any two messages have in common: of their cues, and of their words."""
_READ, _CLOSE = 1000, 400
"""Characters from the end in which an agent tells its steps; and those in which all else is looked for."""
_REPLIES, _REPLY_FADES = 8, 0.7
"""The person's newest replies in this session that are looked at for questions, and what the one before weighs."""
_USUALLY_ASKS = 0.3
_ASKING = ("?", "？")


def _count(kind: str, characters: int = _CLOSE) -> Callable[[str], float]:
    """How often such words stand at the end of a text, the first ones counting most."""
    wordings = re.compile(lexicon.pattern("messages", kind))
    return lambda text: math.log1p(len(wordings.findall(text[-characters:])))


_WORDS: Mapping[str, Callable[[str], float]] = {
    "words of work done": _count("work done"),
    "words of a commit": _count("committed"),
    "words of passed checks": _count("checks passed"),
    "words to the person": _count("to the person"),
    "steps it tells of": _count("own step", _READ),
    "words of a plan": _count("plan"),
}
NAMES = ("own rate", "turn", "first turn", "asks", "length", *_WORDS, "questions typed", "after messages alike")
"""The numbers, in the order of the weights. Each is higher where more speaks for going on, or so its weight says."""


class Seen(NamedTuple):
    """A message of an agent, and what this person did."""

    session_id: str
    run: int
    """How often the person had been content in that session before."""
    place: int
    """Messages that it makes in that run."""
    trace: QuestionTrace
    stop: bool
    left: bool = False
    """Left unanswered."""
    dropped: bool = False
    """Answered with what asks for more or complains, as the last of a session."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a person when an agent ends its turn."""

    seen: Sequence[Seen]
    """Oldest first."""
    replies: Sequence[str]
    """What they typed to this session's messages since it began, or since they were content, newest first."""
    elsewhere: Sequence[Seen]
    """The newest of `seen`, without those of this session as far as it is still open: that they have not stopped there
    yet is what is asked."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression: what each number adds to the log odds of going on."""

    bias: float
    by_name: Sequence[float]

    def log_odds(self, signs: Sequence[float]) -> float:
        """Of going on."""
        return self.bias + sum(map(float.__mul__, self.by_name, signs))


def parsed(text: str) -> Weights:
    """Weights as they are written. Raises Invalid when they were trained on other numbers."""
    raw = json.loads(text)
    if list(raw["weights"]) != list(NAMES):
        raise Invalid("These weights were trained on other signs than this version has.")
    return Weights(float(raw["bias"]), [float(raw["weights"][name]) for name in NAMES])


@cache
def shipped() -> Weights:
    """The weights that come with Clone."""
    return parsed(resources.files(__package__ or "").joinpath("continuation_weights.json").read_text(encoding="utf-8"))


def signs(message: Message, past: Past) -> list[float]:
    """The numbers, in the order of NAMES."""
    rate = _rate(past.elsewhere)
    turn = len(past.replies) + 1
    return [
        _odds_of_going_on(rate),
        math.log(turn),
        float(turn == 1),
        float("asks" in message.flags),
        math.log1p(min(len(message.text), _READ)),
        *_worded(message.text),
        _asking(past.replies),
        _odds_of_going_on(_rate_after_alike(message, turn, past.elsewhere, rate)) - _odds_of_going_on(rate),
    ]


def past_of(answers: Sequence[Answer], endings: Mapping[str, Ending], session_id: str | None) -> Past:
    """What the answers (newest first) and the endings of other sessions tell."""
    seen = list(_seen(answers, endings))
    runs = Counter(each.session_id for each in seen if each.stop)
    here = (session_id, runs[session_id or ""])
    elsewhere = [each for each in seen[-_LOOKED_AT:] if (each.session_id, each.run) != here]
    mine = [each for each in seen if (each.session_id, each.run) == here]
    typed = [answer.text for answer in answers if answer.session_id == session_id][: len(mine)] if mine else []
    return Past(seen, typed, elsewhere)


def _seen(answers: Sequence[Answer], endings: Mapping[str, Ending]) -> Iterator[Seen]:
    """Every message of the time that the answers are from. One that may still be answered is none of them."""
    last = {answer.session_id: answer for answer in reversed(answers)}
    places, runs = Counter[str](), Counter[str]()
    for answer in reversed(answers):
        session_id = answer.session_id
        ending = endings.get(session_id) if answer is last[session_id] else None
        trace, closed = _traced(answer.question), _closes(answer.text)
        if trace.kind in KINDS:
            places[session_id] += 1
            final = ending is not None and not ending.question
            stop = closed or (final and ends_content(answer.text))
            yield Seen(session_id, runs[session_id], places[session_id], trace, stop, dropped=final and not stop)
            if stop:
                places[session_id], runs[session_id] = 0, runs[session_id] + 1
        # An agent's goodbye, after the person's, was not for answering.
        if ending is not None and not closed and (left := _traced(ending.question)).kind in KINDS:
            yield Seen(session_id, runs[session_id], places[session_id] + 1, left, stop=True, left=True)


def _rate(seen: Sequence[Seen]) -> float:
    """How often this person stops, shrunk towards everybody's rate."""
    weight, whole, stops = 1.0, 0.0, 0.0
    for each in reversed(seen):
        whole += weight
        if each.stop:
            stops += weight
        weight *= _FADES
    return (stops + _USUAL_WORTH * USUAL) / (whole + _USUAL_WORTH)


def _rate_after_alike(message: Message, turn: int, seen: Sequence[Seen], rate: float) -> float:
    """How often they stop after messages like this one: in what it waits for, its words, its place in the session."""
    cues, topic = message.cues, message.topic
    many_cues, many_words = cues.bit_count(), topic.bit_count()
    whole, stops = _LIKE_WORTH, _LIKE_WORTH * rate
    for each in seen:
        trace = each.trace
        common = (cues & trace.cues).bit_count()
        alike = common / (many_cues + trace.cues.bit_count() - common or 1) - _NOT_ALIKE
        if alike <= 0:
            continue
        common = (topic & trace.topic).bit_count()
        about = common / (many_words + trace.topic.bit_count() - common or 1) - _NOT_ABOUT
        near = (turn / each.place if turn < each.place else each.place / turn) ** 0.5
        weight = (alike / (1 - _NOT_ALIKE)) ** 2 * (0.2 + 5 * max(0.0, about)) * near
        whole += weight
        if each.stop:
            stops += weight
    return stops / whole


def _asking(replies: Sequence[str]) -> float:
    """How much of what they typed here asks: who talks a thing through goes on, who gives orders is done sooner."""
    weight, whole, asked = 1.0, 1.0, _USUALLY_ASKS
    for reply in replies[:_REPLIES]:
        whole += weight
        if any(mark in reply for mark in _ASKING):
            asked += weight
        weight *= _REPLY_FADES
    return asked / whole


@lru_cache(maxsize=64)
def _worded(text: str) -> tuple[float, ...]:
    lower = text.lower()
    return tuple(count(lower) for count in _WORDS.values())


def _odds_of_going_on(stops: float) -> float:
    return math.log((1 - stops) / stops)


@lru_cache(maxsize=8192)
def _traced(question: bytes) -> QuestionTrace:
    return unpacked(question)


_closes = lru_cache(maxsize=8192)(closes)
