"""Would this person be content with what an agent just said, and end it there?

How often people in general stop after such a message, moved by how often this person does. Nothing is learned from the
wording that a reply might have: that is the other predictor's question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from clone_mcp.models.calibration import Ending
from clone_mcp.models.prediction import History, Question
from clone_mcp.prediction.outcomes import closes
from clone_mcp.recording.reading.asked import unpacked
from clone_mcp.recording.reading.message import read

NAME = "continuation-2"

STOPS = {
    "done": 0.19,
    "other": 0.10,
    "request": 0.10,
    "broken": 0.09,
    "offer": 0.06,
    "choice": 0.06,
    "question": 0.06,
    "confirm": 0.02,
}
"""How often ten developers typed no more, or only thanks, after 4,920 messages, by what the message waits for."""

PACE = {1: 1.5, 2: 1.1, 8: 0.7}
"""And how many times as often, by which prompt of the session it answers: from the first, second, eighth on."""

LEAST_MESSAGES, LEAST_STOPS = 20, 3
_PERSON, _KIND = 3.0, 10.0  # stops and messages that what people in general do is worth
_SUREST = 0.98


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How likely the person would stop now."""

    stop: float
    messages: int
    stops: int
    kind: str

    @property
    def known(self) -> bool:
        """Whether enough is known of how this person ends a session."""
        return self.messages >= LEAST_MESSAGES and self.stops >= LEAST_STOPS


def satisfaction(question: Question, history: History, endings: tuple[Ending, ...]) -> Satisfaction:
    """The chance that the person stops after this message."""
    kind = read(question.agent_input).kind
    messages, stops = Counter[str](), Counter[str]()
    usual = dict.fromkeys(STOPS, 0.0)
    for turn in _turns(history, endings):
        messages[turn.kind] += 1
        stops[turn.kind] += turn.stopped
        usual[turn.kind] += STOPS[turn.kind] * _pace(turn.prompts)
    # 1 where this person stops as often as people do after such messages.
    person = (stops.total() + _PERSON) / (sum(usual.values()) + _PERSON)
    prompts = sum(answer.session_id == question.session_id for answer in history.answers)
    general = STOPS[kind] * _pace(prompts)
    known = (stops[kind] + _KIND * STOPS[kind] * person) / (usual[kind] + _KIND * STOPS[kind])
    return Satisfaction(min(_SUREST, general * known), messages.total(), stops.total(), kind)


def _pace(prompts: int) -> float:
    """How much more or less likely a stop is after so many prompts of the session; 1 where they are not known."""
    return next((factor for least, factor in reversed(PACE.items()) if prompts >= least), 1.0)


class _Turn(NamedTuple):
    kind: str
    """What the message waited for."""
    stopped: bool
    prompts: int
    """Of the session, before the message."""


def _turns(history: History, endings: tuple[Ending, ...]) -> Iterator[_Turn]:
    """Messages, and whether the person stopped there."""
    prompts = Counter[str]()
    for answer in reversed(history.answers):
        kind = _kind(answer.question)
        if kind in STOPS:
            yield _Turn(kind, closes(answer.text), prompts[answer.session_id])
        prompts[answer.session_id] += 1
    for ending in endings:  # of the same time as the answers: others would outweigh what is no longer read
        kind = _kind(ending.question)
        if kind in STOPS and ending.session_id in prompts:
            yield _Turn(kind, stopped=True, prompts=prompts[ending.session_id])


@lru_cache(maxsize=4096)
def _kind(question: bytes) -> str:
    return unpacked(question).kind
