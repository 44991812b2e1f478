"""Would this person be content with what an agent just said, and end it there?

How often people in general stop after such a message, moved by how often this person does. Nothing is learned from the
wording that a reply might have: that is the other predictor's question.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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
_PACES = tuple(next((PACE[least] for least in sorted(PACE, reverse=True) if n >= least), 1.0) for n in range(9))
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
    usual, stops, messages = dict.fromkeys(STOPS, 0.0), dict.fromkeys(STOPS, 0), 0
    for waited, stopped, prompts in _turns(history, endings):
        messages += 1
        stops[waited] += stopped
        usual[waited] += STOPS[waited] * _pace(prompts)
    total = sum(stops.values())
    # 1 where this person stops as often as people do after such messages.
    person = (total + _PERSON) / (sum(usual.values()) + _PERSON)
    known = (stops[kind] + _KIND * STOPS[kind] * person) / (usual[kind] + _KIND * STOPS[kind])
    prompts = sum(answer.session_id == question.session_id for answer in history.answers)
    return Satisfaction(min(_SUREST, STOPS[kind] * _pace(prompts) * known), messages, total, kind)


def _pace(prompts: int) -> float:
    """How much more or less likely a stop is after so many prompts of the session; 1 where they are not known."""
    return _PACES[prompts] if prompts < len(_PACES) else _PACES[-1]


def _turns(history: History, endings: tuple[Ending, ...]) -> list[tuple[str, bool, int]]:
    """What each message waited for, whether the person stopped there, and after how many prompts of the session."""
    prompts: dict[str, int] = {}
    turns: list[tuple[str, bool, int]] = []
    for answer in reversed(history.answers):
        before = prompts.get(answer.session_id, 0)
        prompts[answer.session_id] = before + 1
        waited, stopped = _read(answer.question, answer.text)
        if waited:
            turns.append((waited, stopped, before))
    for ending in endings:  # of the same time as the answers: others would outweigh what is no longer read
        waited, _ = _read(ending.question, "")
        if waited and ending.session_id in prompts:
            turns.append((waited, True, prompts[ending.session_id]))
    return turns


@lru_cache(maxsize=8192)
def _read(question: bytes, reply: str) -> tuple[str, bool]:
    """What the message waited for, empty if there was none, and whether the reply says that the person is content."""
    kind = unpacked(question).kind
    return (kind if kind in STOPS else ""), closes(reply)
