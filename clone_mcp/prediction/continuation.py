"""Would the person have the agent go on, or are they satisfied with what it just said, and end it there?

How often people in general stop after such a message, moved by how often this person does. Nothing is learned from the
wording that a reply might have: that is the other predictor's question. Going on is an answer like every other: what
the agent says it will do next stands behind the same gate as a reply's.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from functools import lru_cache

from clone_mcp.access.scopes import require_writer
from clone_mcp.language.message import read
from clone_mcp.language.question_trace import unpacked
from clone_mcp.models.access import Caller
from clone_mcp.models.calibration import Ending, Grounds
from clone_mcp.models.prediction import Answer, Guess, History, Kind, Prediction, Proposal, Question
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.decision import Decide, Draft
from clone_mcp.prediction.grounding import CLAIMED, attested, hears_claims
from clone_mcp.prediction.materials import Gather, calibration
from clone_mcp.prediction.outcomes import GO_ON, STOP, closes

NAME = "continuation-2"
_UNKNOWN = "Too little is known yet about when this person ends a session."

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
_FEW = 9
"""So many answers are looked at as new ones; with more of them it is as quick to begin anew."""
_Read = tuple[str, bool]


class PredictContinuation:
    """Tells how likely the person goes on, by how they went on after messages like this one."""

    def __init__(
        self, storage: Storage, clock: Clock, *, redact: bool, gather: Gather | None = None, shadow: bool = False
    ) -> None:
        self._clock = clock
        self._gather = gather or Gather(storage, clock)
        self._stopping = Stopping()
        self._decide = Decide(storage, clock, redact=redact, shadow=shadow)

    async def __call__(self, caller: Caller, question: Question) -> Prediction:
        """The prediction, already stored; its first candidate is `continue` or `stop`.

        Raises Forbidden for a viewer.
        """
        require_writer(caller)
        began = self._clock.monotonic()
        grounds = await self._gather.grounds(caller.tenant, [question])
        known = self._stopping.satisfaction(question, grounds.history, grounds.standing.endings)
        best, score = (GO_ON, 1 - known.stop) if known.stop < 0.5 else (STOP, known.stop)
        guess = Guess(
            best,
            score,
            f"After {known.messages} messages they stopped {known.stops} times. This one reads as `{known.kind}`.",
        )
        sure = calibration(grounds.standing)(NAME, score)
        draft = Draft(
            Kind.CONTINUATION,
            question,
            Proposal((guess,), None if known.known else _UNKNOWN, stop_recommended=best == STOP),
            NAME,
            [(guess, sure)],
            grounds.standing,
            claims=lambda: _resting_on_claims(question, best, sure, grounds),
        )
        return await self._decide(caller.tenant, draft, now=self._clock.now(), began=began)


def _resting_on_claims(question: Question, best: str, sure: float, grounds: Grounds) -> str | None:
    """Why this may not be acted on, if it could be and attested answers alone don't make it as sure."""
    if sure < question.threshold or not hears_claims(question, grounds.history, grounds.standing):
        return None
    known = Stopping().satisfaction(question, attested(grounds.history), grounds.standing.endings)
    score = known.stop if best == STOP else 1 - known.stop
    borne_out = known.known and calibration(grounds.standing)(NAME, score) >= question.threshold
    return None if borne_out else CLAIMED


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


class Stopping:
    """Where the person stopped, among the answers that were looked at last.

    From one question to the next one answer comes and one goes, so these are not gone through again. Another person's
    are.
    """

    def __init__(self) -> None:
        self._begin()

    def satisfaction(self, question: Question, history: History, endings: tuple[Ending, ...]) -> Satisfaction:
        """The chance that the person stops after this message."""
        self._move_to(history.answers)
        stops, waits = self._stops.copy(), self._waits.copy()
        for ending in endings:  # of the same time as the answers: others would outweigh what is no longer read
            if (said := self._sessions.get(ending.session_id)) and (waited := _read(ending.question, "")[0]):
                stops[waited] += 1
                waits[waited, min(len(said), _LAST)] += 1
        usual = defaultdict[str, float](float)
        for (waited, before), times in sorted(waits.items()):  # so that the sum is the same however it came about
            usual[waited] += times * _USUAL[waited][before]
        kind, total = read(question.agent_input).kind, stops.total()
        # 1 where this person stops as often as people do after such messages.
        person = (total + _PERSON) / (sum(usual.values()) + _PERSON)
        known = (stops[kind] + _KIND * STOPS[kind] * person) / (usual[kind] + _KIND * STOPS[kind])
        prompts = len(self._sessions.get(question.session_id, ())) if question.session_id else 0
        return Satisfaction(min(_SUREST, _USUAL[kind][min(prompts, _LAST)] * known), waits.total(), total, kind)

    def _begin(self) -> None:
        self._answers: tuple[Answer, ...] = ()
        self._sessions: dict[str, deque[_Read]] = {}
        """The answers of each, oldest first."""
        self._stops = Counter[str]()
        """By what the messages waited for."""
        self._waits = Counter[tuple[str, int]]()
        """Messages by that, and by the number of prompts in their sessions before them."""

    def _move_to(self, answers: tuple[Answer, ...]) -> None:
        before = self._answers
        new = next((n for n in range(_FEW) if answers[n:] == before[: max(0, len(answers) - n)]), None)
        if new is None:
            self._begin()
            before, new = (), len(answers)
        for answer in reversed(before[len(answers) - new :]):
            self._drop_oldest(answer.session_id)
        for answer in reversed(answers[:new]):
            said = self._sessions.setdefault(answer.session_id, deque())
            said.append(_read(answer.question, answer.text))
            self._count(said[-1], len(said) - 1, 1)
        self._answers = answers

    def _drop_oldest(self, session_id: str) -> None:
        """Each of the session's others has then one less before it."""
        said = self._sessions.pop(session_id)
        for place, each in enumerate(said):
            self._count(each, place, -1)
        said.popleft()
        for place, each in enumerate(said):
            self._count(each, place, 1)
        if said:
            self._sessions[session_id] = said

    def _count(self, each: _Read, before: int, by: int) -> None:
        waited, stopped = each
        if waited:
            self._waits[waited, min(before, _LAST)] += by
            self._stops[waited] += by * stopped


@lru_cache(maxsize=8192)
def _read(question: bytes, reply: str) -> _Read:
    """What the message waited for, empty if there was none, and whether the reply says that the person is content."""
    kind = unpacked(question).kind
    return (kind if kind in STOPS else ""), closes(reply)
