"""What tells whether a person goes on after an agent's message, as named numbers, and what each number weighs.

The weights are learned from many people by scripts/train_stops.py and stand in continuation_weights.json. They are the
same for everybody: what is this person's own are the numbers. What is made of the sum is in continuation.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from clone_mcp.errors import Invalid
from clone_mcp.language import lexicon
from clone_mcp.language.message import Message
from clone_mcp.language.question_trace import OPEN, QuestionTrace, unpacked
from clone_mcp.language.wording import tokens
from clone_mcp.models.calibration import Ending
from clone_mcp.models.prediction import Answer
from clone_mcp.prediction.outcomes import closes, ends_content

USUAL = 0.15
"""How often people in general stop after a message."""
_USUAL_WORTH = 10.0
"""As many messages of a person is that worth."""
_FADES = 0.5 ** (1 / 80)
"""A message counts half as much as one that came 80 messages later: people change."""
_LOOKED_AT = 120
"""The newest answers that all this is taken from: older ones change little, and each costs time."""
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


class _Wordings(NamedTuple):
    """What is looked for in a text: words, and wordings that are looked for as they stand."""

    words: frozenset[str]
    phrases: Sequence[str]

    def mentions(self, text: str, its_words: Sequence[str]) -> float:
        """How often they stand there, the first ones counting most."""
        return math.log1p(sum(map(self.words.__contains__, its_words)) + sum(map(text.count, self.phrases)))


def _wordings(kind: str) -> _Wordings:
    rows = lexicon.rows("messages", kind)
    phrases = [phrase for row in rows if row.form for phrase in row.word.split("|")]
    return _Wordings(frozenset(word for row in rows if not row.form for word in row.word.split()), phrases)


_WORDS = {
    "words of work done": _wordings("work done"),
    "words of passed checks": _wordings("checks passed"),
    "words to the person": _wordings("to the person"),
    "words of a plan": _wordings("plan"),
}
_STEPS = _wordings("own step")
NAMES = ("own rate", "turn", "asks", "length", *_WORDS, "steps it tells of", "questions typed", "after messages alike")
"""The numbers, in the order of the weights."""


class SeenMessage(NamedTuple):
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
class PersonSoFar:
    """What is known of a person when an agent ends its turn."""

    seen: Sequence[SeenMessage]
    """Oldest first."""
    replies: Sequence[str]
    """What they typed to this session's messages since it began, or since they were content, newest first."""
    elsewhere: Sequence[SeenMessage]
    """The same without those of this session as far as it is still open: that they have not stopped there yet is what
    is asked."""


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


def signs(message: Message, past: PersonSoFar) -> list[float]:
    """The numbers, in the order of NAMES."""
    rate = _rate(past.elsewhere)
    turn = len(past.replies) + 1
    return [
        _odds_of_going_on(rate),
        math.log(turn),
        float("asks" in message.flags),
        math.log1p(min(len(message.text), _READ)),
        *_worded(message.text),
        _asking(past.replies),
        _odds_of_going_on(_rate_after_alike(message, turn, past.elsewhere, rate)) - _odds_of_going_on(rate),
    ]


def person_so_far(answers: Sequence[Answer], endings: Mapping[str, Ending], session_id: str | None) -> PersonSoFar:
    """What the answers (newest first) and the endings of other sessions tell."""
    seen = _seen(answers[:_LOOKED_AT], endings)
    mine = [each for each in seen if each.session_id == session_id]
    if not mine:
        return PersonSoFar(seen, (), seen)
    run = mine[-1].run + mine[-1].stop
    typed = [answer.text for answer in answers[:_LOOKED_AT] if answer.session_id == session_id]
    return PersonSoFar(
        seen,
        replies=typed[: sum(each.run == run for each in mine)],
        elsewhere=[each for each in seen if each.session_id != session_id or each.run != run],
    )


def _seen(answers: Sequence[Answer], endings: Mapping[str, Ending]) -> list[SeenMessage]:
    """Every message of the time that the answers are from. One that may still be answered is none of them."""
    found: list[SeenMessage] = []
    newest = {answer.session_id: answer for answer in reversed(answers)}
    places, runs = dict[str, int](), dict[str, int]()
    for answer in reversed(answers):
        session_id = answer.session_id
        trace, closed = _traced(answer.question), _closes(answer.text)
        place, run = places.get(session_id, 0), runs.get(session_id, 0)
        ending = endings.get(session_id) if answer is newest[session_id] else None
        if trace.kind != OPEN.kind:
            places[session_id] = place = place + 1
            final = ending is not None and not ending.question
            stop = closed or (final and ends_content(answer.text))
            found.append(SeenMessage(session_id, run, place, trace, stop, False, final and not stop))
            if stop:
                places[session_id], runs[session_id] = 0, run + 1
        # An agent's goodbye, after the person's, was not for answering.
        if ending is not None and not closed and (left := _traced(ending.question)).kind != OPEN.kind:
            found.append(SeenMessage(session_id, run, place + 1, left, True, True, False))
    return found


def _rate(seen: Sequence[SeenMessage]) -> float:
    """How often this person stops, shrunk towards everybody's rate."""
    weight, whole, stops = 1.0, 0.0, 0.0
    for each in reversed(seen):
        whole += weight
        if each.stop:
            stops += weight
        weight *= _FADES
    return (stops + _USUAL_WORTH * USUAL) / (whole + _USUAL_WORTH)


def _rate_after_alike(message: Message, turn: int, seen: Sequence[SeenMessage], rate: float) -> float:
    """How often they stop after messages like this one: in what it waits for, its words, its place in the session.

    Likeness is the share of what both have together, as everywhere. It is spelled out because this is the inner loop.
    """
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
    lower = text[-_READ:].lower()
    close = lower[-_CLOSE:]
    its_words = tokens(close)
    return *(each.mentions(close, its_words) for each in _WORDS.values()), _STEPS.mentions(lower, ())


def _odds_of_going_on(stops: float) -> float:
    return math.log((1 - stops) / stops)


@lru_cache(maxsize=8192)
def _traced(question: bytes) -> QuestionTrace:
    return unpacked(question)


_closes = lru_cache(maxsize=8192)(closes)
