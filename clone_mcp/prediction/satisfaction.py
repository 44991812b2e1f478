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
_LAST = max(PACE)
_USUAL = {
    kind: [
        chance * next((PACE[least] for least in sorted(PACE, reverse=True) if n >= least), 1) for n in range(_LAST + 1)
    ]
    for kind, chance in STOPS.items()
}
"""The same by the number of prompts before the message; nothing is known of the pace where none came before."""
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
    stops, usual, messages = _known(history, endings)
    total = sum(stops.values())
    # 1 where this person stops as often as people do after such messages.
    person = (total + _PERSON) / (sum(usual.values()) + _PERSON)
    known = (stops[kind] + _KIND * STOPS[kind] * person) / (usual[kind] + _KIND * STOPS[kind])
    prompts = sum(answer.session_id == question.session_id for answer in history.answers)
    return Satisfaction(min(_SUREST, _USUAL[kind][min(prompts, _LAST)] * known), messages, total, kind)


def _known(history: History, endings: tuple[Ending, ...]) -> tuple[dict[str, int], dict[str, float], int]:
    """By what messages waited for: how often the person stopped there, and how often people do; and all messages.

    Three hundred answers are gone through for each question, so this does little for each.
    """
    stops, usual, messages = dict.fromkeys(STOPS, 0), dict.fromkeys(STOPS, 0.0), 0
    prompts: dict[str, int] = {}
    for answer in reversed(history.answers):
        session = answer.session_id
        before = prompts.get(session, 0)
        prompts[session] = before + 1
        waited, stopped = _read(answer.question, answer.text)
        if waited:
            messages += 1
            stops[waited] += stopped
            usual[waited] += _USUAL[waited][before if before < _LAST else _LAST]
    for ending in endings:  # of the same time as the answers: others would outweigh what is no longer read
        waited, _ = _read(ending.question, "")
        before = prompts.get(ending.session_id)
        if waited and before is not None:
            messages += 1
            stops[waited] += 1
            usual[waited] += _USUAL[waited][min(before, _LAST)]
    return stops, usual, messages


@lru_cache(maxsize=8192)
def _read(question: bytes, reply: str) -> tuple[str, bool]:
    """What the message waited for, empty if there was none, and whether the reply says that the person is content."""
    kind = unpacked(question).kind
    return (kind if kind in STOPS else ""), closes(reply)
