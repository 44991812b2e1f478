"""Questions, what Clone answers, and what the person then did.

How an answer is found is in the package prediction/. Fits and switches are in calibration.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from clone_mcp.models.act import Act, Leave
from clone_mcp.models.events import Channel
from clone_mcp.models.usage import Usage

_CHANNELS = frozenset(channel.value for channel in Channel)


@dataclass(frozen=True, slots=True)
class Question:
    """What an agent said and now waits on."""

    agent: str
    agent_input: str
    session_id: str | None = None
    options: tuple[str, ...] = ()
    k: int = 1
    threshold: float = 0.8
    model: str | None = None
    """The language model to ask, and no other predictor. Its failure is then an error."""
    recency_minutes: int = 60
    """How far back a model is shown what was said and done."""
    usual_threshold: bool = False
    """Whether the caller left the threshold to Clone's setting."""
    said: str | None = None
    """What of `agent_input` the agent said, where a client wrapped it. For guessing alone, and never stored."""
    several: bool = False
    """Whether more than one of the options may be taken. For guessing alone, and never stored."""
    beside: str | None = None
    """Another reading of it, where the first is not certain: what is sent is no surer than by this. Never stored."""

    @property
    def heard(self) -> str:
        """What the person would reply to. What a reply would set in motion is read off `agent_input`."""
        return self.agent_input if self.said is None else self.said


@dataclass(frozen=True, slots=True)
class CitedFact:
    """A fact that an answer rests on."""

    id: str
    importance: float
    tier: str


@dataclass(frozen=True, slots=True)
class Guess:
    """One possible reply as a predictor scores it."""

    response: str
    score: float
    reasoning: str
    facts: tuple[CitedFact, ...] = ()
    episodes: tuple[str, ...] = ()
    """Ids of what the guess rests on, all of them things the predictor was shown."""
    calibrated: float | None = None
    """What the score is worth, from a predictor that merges lists and has calibrated each of them first."""
    most: float = 1.0
    """The score it would have by another reading of the question: what is sent is no surer than that is worth."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A predictor's ranked guesses. `abstained` says why none of them is to be relied on."""

    guesses: tuple[Guess, ...]
    abstained: str | None = None
    stop_recommended: bool = False
    exclusive: bool = True
    """Whether no two of the guesses can come true."""
    predictor: str = ""
    """Whose score the first guess has, if it was made by another predictor than the one that was asked."""
    degraded: str | None = None
    """Why a better predictor could not be asked."""
    usage: Usage | None = None
    snapshot: dict[str, Any] = field(default_factory=dict[str, Any])
    """Ids and versions of what a model was shown. No text."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """The three numbers that are kept: the predictor's score, after the fit, and as sent."""

    raw: float
    calibrated: float
    sent: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible reply as it is answered."""

    response: str
    confidence: Confidence
    reasoning: str


class Decision(StrEnum):
    """Whether an agent may go on without asking."""

    AUTO = "auto"
    ESCALATED = "escalated"


class Kind(StrEnum):
    """What was asked."""

    REPLY = "reply"
    CONTINUATION = "continuation"


@dataclass(frozen=True, slots=True)
class Prediction:
    """The stored answer to one question."""

    id: str
    kind: Kind
    question: Question
    candidates: tuple[Candidate, ...]
    decision: Decision
    abstained: str | None
    stop_recommended: bool
    model: str
    created_at: datetime
    latency_ms: float
    cited_facts: tuple[CitedFact, ...] = ()
    snapshot: dict[str, Any] = field(default_factory=dict[str, Any])
    degraded: str | None = None
    """Why the answer is not the one that was wanted: a model was to be asked, and could not be."""
    usage: Usage | None = None
    fit: int | None = None
    """Version of the fit that calibrated the first candidate; None where there was none yet."""
    grave: bool | None = None
    """Whether the first candidate would begin something that only the person may. None: too unlikely to ask."""
    acts: tuple[Act, ...] = ()
    """What the first candidate would set in motion, the gravest first. Empty, too, where it was too unlikely to ask."""
    leave: tuple[Leave, ...] = ()
    """What lets that happen without asking, where something does."""

    @property
    def top(self) -> Candidate:
        """The best candidate. There always is one."""
        return self.candidates[0]


class Outcome(StrEnum):
    """What the person did with a prediction."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One report of an outcome. Later reports replace earlier ones that weigh no more; all are kept."""

    prediction_id: str
    outcome: Outcome
    actual_response: str | None
    by: str
    """Scope of the credential that reported it, or channel of the prompt that told it by itself."""
    at: datetime
    event_id: str | None = None
    """That prompt."""
    by_meaning: bool = True
    """False where an earlier version judged by resemblance and it could not be judged again."""

    @property
    def implicit(self) -> bool:
        """Whether nobody had to report it: what the person typed next told."""
        return self.by in _CHANNELS

    def judges(self, decision: Decision) -> bool:
        """Whether it says something of the guess. Some clients report every escalation as rejected."""
        looked_at = decision is Decision.AUTO or self.actual_response is not None or self.implicit
        return self.by_meaning and (looked_at or self.outcome is not Outcome.REJECTED)


@dataclass(frozen=True, slots=True)
class PredictionFilter:
    """Which predictions to list. Conditions add up."""

    outcome: Outcome | None = None
    decision: Decision | None = None
    """With this, only those of which no outcome is known."""
    agent: str | None = None
    session_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something the person types, and how often."""

    key: str
    text: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One occasion on which the person typed something."""

    id: str
    key: str
    text: str
    session_id: str
    question: bytes
    """What the agent had said, as the recording layer keeps it: see `recording.reading.asked`."""
    previous: str | None
    """Key of the reply before it in that session."""
    attested: bool
    """Whether a program that saw the person type it says so, or their own word; else an agent claims it."""


@dataclass(frozen=True, slots=True)
class History:
    """What the local predictor knows of the person: frequent phrases and recent answers, newest first."""

    phrases: tuple[Phrase, ...] = ()
    answers: tuple[Answer, ...] = ()
    total: int = 0
    """How many answers the person has given in all."""
