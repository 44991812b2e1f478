"""Would the person have the agent go on, or are they satisfied with what it just said, and end it there?

How often people in general stop after such a message, moved by how often this person does. Nothing is learned from the
wording that a reply might have: that is the other predictor's question. Going on is an answer like every other: what
the agent says it will do next is held back as a reply's is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from clone_mcp.language.message import read
from clone_mcp.language.question_trace import QuestionTrace, unpacked
from clone_mcp.models.access import Caller, require_writer
from clone_mcp.models.calibration import Ending, Grounds
from clone_mcp.models.prediction import Guess, History, Kind, Prediction, Proposal, Question
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.decision import Decide, Draft
from clone_mcp.prediction.grounding import CLAIMED, attested, hears_claims
from clone_mcp.prediction.materials import Gather, calibration, heard, scored_by
from clone_mcp.prediction.outcomes import GO_ON, STOP, closes, ends_content

NAME = "continuation-3"
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
_ALIKE, _NEARLY_ALL = 3.0, 0.8
"""Messages nearly like this one that all the others are worth; and the share of words in common that makes them so."""
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
        asked = heard(question, grounds.standing)
        known = satisfaction(asked, grounds.history, grounds.standing.endings)
        best, score = (GO_ON, 1 - known.stop) if known.stop < 0.5 else (STOP, known.stop)
        guess = Guess(best, score, known.reason(), most=_by_another_reading(asked, best, grounds))
        scored = scored_by(NAME, Proposal((guess,)), calibration(grounds.standing))
        sure = scored[0][1]
        draft = Draft(
            Kind.CONTINUATION,
            question,
            Proposal((guess,), None if known.known else _UNKNOWN, stop_recommended=best == STOP),
            NAME,
            scored,
            grounds.standing,
            claims=lambda: _resting_on_claims(asked, best, sure, grounds),
        )
        return await self._decide(caller.tenant, draft, now=self._clock.now(), began=began)


def _by_another_reading(question: Question, best: str, grounds: Grounds) -> float:
    """The most that is believed of it, where it is not certain what the agent said."""
    if question.beside is None:
        return 1.0
    other = replace(question, said=question.beside, beside=None)
    stop = satisfaction(other, grounds.history, grounds.standing.endings).stop
    return stop if best == STOP else 1 - stop


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
    closed: int
    """Messages after which they only said that they were content, and nothing more was asked for."""
    left: int
    """Messages that they left unanswered."""
    dropped: int
    """Sessions that ended with a prompt for something more, or a complaint: no stop after the message before it."""
    kind: str
    alike: int = 0
    """Messages nearly word for word like this one."""
    stops_alike: int = 0

    @property
    def stops(self) -> int:
        """How often they stopped, in the one way or the other."""
        return self.closed + self.left

    @property
    def known(self) -> bool:
        """Whether enough is known of how this person ends a session."""
        return self.messages >= LEAST_MESSAGES and self.stops >= LEAST_STOPS

    def reason(self) -> str:
        """What was counted, in a sentence or two."""
        said = (
            f"Of {self.messages} messages of agents, this person closed {self.closed} with thanks or the like and left "
            f"{self.left} unanswered as the last of a session. This one reads as `{self.kind}`."
        )
        if self.dropped:
            said += f" The last prompt of {self.dropped} sessions asks for more or complains, and counts as going on."
        if not self.alike:
            return said
        return f"{said} After {self.alike} nearly the same, they stopped {self.stops_alike} times."


def satisfaction(question: Question, history: History, endings: tuple[Ending, ...]) -> Satisfaction:
    """The chance that the person stops after this message."""
    message = read(question.heard)
    seen = list(_seen(history, {each.session_id: each for each in endings if each.session_id != question.session_id}))
    usual = defaultdict[str, float](float)
    for (kind, before), times in sorted(Counter((each.kind, each.before) for each in seen).items()):
        usual[kind] += times * _USUAL[kind][before]  # sorted, so that the sum is the same however it came about
    stops = Counter(each.kind for each in seen if each.stop)
    kind, total = message.kind, stops.total()
    # 1 where this person stops as often as people do after such messages.
    person = (total + _PERSON) / (sum(usual.values()) + _PERSON)
    known = (stops[kind] + _KIND * STOPS[kind] * person) / (usual[kind] + _KIND * STOPS[kind])
    prompts = sum(answer.session_id == question.session_id for answer in history.answers) if question.session_id else 0
    chance = min(_SUREST, _USUAL[kind][min(prompts, _LAST)] * known)
    alike = [each for each in seen if _alike(each.topic, message.topic)]
    stops_alike = sum(each.stop for each in alike)
    return Satisfaction(
        stop=min(_SUREST, (stops_alike + _ALIKE * chance) / (len(alike) + _ALIKE)),
        messages=len(seen),
        closed=sum(each.stop and not each.left for each in seen),
        left=sum(each.left for each in seen),
        dropped=sum(each.dropped for each in seen),
        kind=kind,
        alike=len(alike),
        stops_alike=stops_alike,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A message of an agent, and what this person did."""

    kind: str
    topic: int
    before: int
    """Prompts in its session before it, as far as they matter."""
    stop: bool
    left: bool = False
    dropped: bool = False


def _seen(history: History, endings: Mapping[str, Ending]) -> Iterator[_Seen]:
    """Every message of the time that the answers are from. One that may still be answered is none of them."""
    last = {answer.session_id: answer for answer in reversed(history.answers)}
    prompts = Counter[str]()
    for answer in reversed(history.answers):
        trace, before = _traced(answer.question), prompts[answer.session_id]
        prompts[answer.session_id] += 1
        if trace.kind not in STOPS:
            continue
        ending = endings.get(answer.session_id) if answer is last[answer.session_id] else None
        final = ending is not None and not ending.question
        stop = _closes(answer.text) or (final and ends_content(answer.text))
        yield _Seen(trace.kind, trace.topic, min(before, _LAST), stop, dropped=final and not stop)
    for session_id, ending in endings.items():
        trace, before = _traced(ending.question), prompts[session_id]
        # An agent's goodbye, after the person's, was not for answering. Others are of a time no longer read.
        if before and trace.kind in STOPS and not _closes(last[session_id].text):
            yield _Seen(trace.kind, trace.topic, min(before, _LAST), stop=True, left=True)


def _alike(a: int, b: int) -> bool:
    """Whether two messages have nearly all words in common."""
    return (a & b).bit_count() >= _NEARLY_ALL * (a | b).bit_count() > 0


@lru_cache(maxsize=8192)
def _traced(question: bytes) -> QuestionTrace:
    return unpacked(question)


_closes = lru_cache(maxsize=8192)(closes)
