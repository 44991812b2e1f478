"""Would the person have the agent go on, or are they satisfied with what it just said, and end it there?

How often people in general stop after such a message, moved by how often this person does. Nothing is learned from the
wording that a reply might have: that is the other predictor's question. Going on is an answer like every other: what
the agent says it will do next is held back as a reply's is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache

from clone_mcp.language.message import read
from clone_mcp.language.question_trace import unpacked
from clone_mcp.models.access import Caller, require_writer
from clone_mcp.models.calibration import Ending, Grounds
from clone_mcp.models.prediction import Guess, History, Kind, Prediction, Proposal, Question
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


class PredictContinuation:
    """Tells how likely the person goes on, by how they went on after messages like this one."""

    def __init__(
        self, storage: Storage, clock: Clock, *, redact: bool, gather: Gather | None = None, shadow: bool = False
    ) -> None:
        self._clock = clock
        self._gather = gather or Gather(storage, clock)
        self._decide = Decide(storage, clock, redact=redact, shadow=shadow)

    async def __call__(self, caller: Caller, question: Question) -> Prediction:
        """The prediction, already stored; its first candidate is `continue` or `stop`.

        Raises Forbidden for a viewer.
        """
        require_writer(caller)
        began = self._clock.monotonic()
        grounds = await self._gather.grounds(caller.tenant, [question])
        known = satisfaction(question, grounds.history, grounds.standing.endings)
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
    known = satisfaction(question, attested(grounds.history), grounds.standing.endings)
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


def satisfaction(question: Question, history: History, endings: tuple[Ending, ...]) -> Satisfaction:
    """The chance that the person stops after this message."""
    prompts = Counter[str]()
    stops = Counter[str]()  # by what the messages waited for
    waits = Counter[tuple[str, int]]()  # messages by that, and by the number of prompts in their sessions before them
    for answer in reversed(history.answers):
        waited, stopped = _read(answer.question, answer.text)
        if waited:
            stops[waited] += stopped
            waits[waited, min(prompts[answer.session_id], _LAST)] += 1
        prompts[answer.session_id] += 1
    for ending in endings:  # of the same time as the answers: others would outweigh what is no longer read
        before, waited = prompts[ending.session_id], _read(ending.question, "")[0]
        if before and waited:
            stops[waited] += 1
            waits[waited, min(before, _LAST)] += 1
    usual = defaultdict[str, float](float)
    for (waited, before), times in sorted(waits.items()):  # so that the sum is the same however it came about
        usual[waited] += times * _USUAL[waited][before]
    kind, total = read(question.agent_input).kind, stops.total()
    # 1 where this person stops as often as people do after such messages.
    person = (total + _PERSON) / (sum(usual.values()) + _PERSON)
    known = (stops[kind] + _KIND * STOPS[kind] * person) / (usual[kind] + _KIND * STOPS[kind])
    here = prompts[question.session_id] if question.session_id else 0
    return Satisfaction(min(_SUREST, _USUAL[kind][min(here, _LAST)] * known), waits.total(), total, kind)


@lru_cache(maxsize=8192)
def _read(question: bytes, reply: str) -> tuple[str, bool]:
    """What the message waited for, empty if there was none, and whether the reply says that the person is content."""
    kind = unpacked(question).kind
    return (kind if kind in STOPS else ""), closes(reply)
