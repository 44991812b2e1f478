"""Would this person be content with what an agent just said, and end it there?

How often people in general stop after such a message, moved by how often this person does. Nothing is learned from the
wording that a reply might have: that is the other predictor's question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from clone_mcp.models.calibration import Ending
from clone_mcp.models.prediction import History
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


def satisfaction(agent_input: str, history: History, endings: tuple[Ending, ...]) -> Satisfaction:
    """The chance that the person stops after this message."""
    kind = read(agent_input).kind
    messages, stops = Counter[str](), Counter[str]()
    for waited, stopped in _turns(history, endings):
        messages[waited] += 1
        stops[waited] += stopped
    usual = sum(STOPS[each] * count for each, count in messages.items())
    person = (stops.total() + _PERSON) / (usual + _PERSON)  # 1: stops as often as people do after such messages
    expected = min(_SUREST, STOPS[kind] * person)
    chance = (stops[kind] + _KIND * expected) / (messages[kind] + _KIND)
    return Satisfaction(min(_SUREST, chance), messages.total(), stops.total(), kind)


def _turns(history: History, endings: tuple[Ending, ...]) -> Iterator[tuple[str, bool]]:
    """What each message waited for, and whether the person stopped there."""
    spoken_in = {answer.session_id for answer in history.answers}
    for answer in history.answers:
        kind = _kind(answer.question)
        if kind in STOPS:
            yield kind, closes(answer.text)
    for ending in endings:  # of the same time as the answers: others would outweigh what is no longer read
        kind = _kind(ending.question)
        if kind in STOPS and ending.session_id in spoken_in:
            yield kind, True


@lru_cache(maxsize=4096)
def _kind(question: bytes) -> str:
    return unpacked(question).kind
