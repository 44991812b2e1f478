"""What is known of how far predictions may be believed, and what the person allows.

The arithmetic is in the package calibration/, and the tables are read in storage/calibration.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from clone_mcp.models.events import Channel, StoredEvent
from clone_mcp.models.prediction import Decision, Feedback, History, Kind, Outcome, Prediction
from clone_mcp.models.standing import StandingAnswer

EVERYWHERE = ""
"""Stands for every project."""


_CEILINGS = "ceilings"
LABELS, BY_MEANING = "labels", "meaning"
"""In a fit's details."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A fit to some of the labels only, which what is acted on may not exceed."""

    a: float
    b: float
    labels: int


@dataclass(frozen=True, slots=True)
class StoredFit:
    """What a predictor's scores are worth for one person: sigma(a * logit(score) + b). Versions count from 1.

    It goes by all labels, whoever told them. What may be acted on is the lowest of it and its ceilings.
    """

    predictor: str
    version: int
    a: float
    b: float
    labels: int
    fitted_at: datetime
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    """What it did to the labels it was made from, and what it is held under."""

    @property
    def ceilings(self) -> tuple[Ceiling, ...] | None:
        """The first goes by vouched labels alone. None for a fit from before labels were told apart."""
        found = self.details.get(_CEILINGS)
        return None if found is None else tuple(Ceiling(**each) for each in found)

    @property
    def vouched(self) -> int:
        """How many labels somebody vouches for."""
        return self.ceilings[0].labels if self.ceilings else 0

    def under(self, ceilings: Sequence[Ceiling]) -> StoredFit:
        """The same fit, held under these."""
        return replace(self, details={**self.details, _CEILINGS: [asdict(each) for each in ceilings]})

    @property
    def by_meaning(self) -> bool:
        """Whether its labels went by meaning. Fits from before went by resemblance, and say nothing."""
        return self.details.get(LABELS) == BY_MEANING

    def says_the_same(self, other: StoredFit) -> bool:
        """Whether it is the same fit to as many labels."""
        mine, theirs = ((each.a, each.b, each.labels, each.ceilings) for each in (self, other))
        return mine == theirs


class Switch(StrEnum):
    """What the person can turn on, everywhere or for one project."""

    PAUSE = "pause"
    SHADOW = "shadow"
    TRUST = "trust"
    """What agents say that the person typed is acted on like what they are known to have typed."""


@dataclass(frozen=True, slots=True)
class Promise:
    """At most this share of automatic answers is to be wrong, and what threshold keeps that."""

    at_most: float
    threshold: float | None
    """None as long as no threshold is known to keep it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A session that was left, and what it waited on: see `language.question_trace`."""

    session_id: str
    question: bytes
    """Empty where the person had the last word."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a person at the moment."""

    fits: Mapping[str, StoredFit] = field(default_factory=dict[str, StoredFit])
    """By predictor."""
    switches: Mapping[Switch, frozenset[str]] = field(default_factory=dict[Switch, frozenset[str]])
    """The projects for which each is on."""
    promise: Promise | None = None
    projects: Mapping[str, str] = field(default_factory=dict[str, str])
    """By session, where a switch is on for a project."""
    endings: tuple[Ending, ...] = ()
    """Newest first."""
    said: Mapping[str, str] = field(default_factory=dict[str, str])
    """By session, what an agent said there last."""
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """By agent, what was put to Clone of late, as far as it is kept."""
    settled: tuple[StandingAnswer, ...] = ()
    """The standing answers that are confirmed."""

    def on(self, switch: Switch, session_id: str | None) -> bool:
        """Whether a switch is on for a session."""
        projects = self.switches.get(switch, frozenset())
        return EVERYWHERE in projects or self.projects.get(session_id or "", EVERYWHERE) in projects


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a prediction is made from."""

    history: History
    standing: Standing


@dataclass(frozen=True, slots=True)
class FollowedPredictions:
    """Predictions of a session after which something was typed there."""

    predictions: Sequence[tuple[Prediction, Feedback | None]] = ()
    """Oldest first, each with what is known of its outcome."""
    turns: Sequence[StoredEvent] = ()
    """The session's prompts, and what its agents said, since the first of them."""


class OutcomeSource(StrEnum):
    """How an outcome is known, the strongest first."""

    TYPED = "typed"
    """The person's own prompt, attested."""
    PERSON = "person"
    """Reported with an owner's or a recorder's key."""
    AGENT = "agent"
    """Reported by an agent."""
    CLAIMED = "claimed"
    """A prompt that an agent says the person typed."""


_TOLD = {
    Channel.ATTESTED.value: OutcomeSource.TYPED,
    "owner": OutcomeSource.PERSON,
    "recorder": OutcomeSource.PERSON,
    "agent": OutcomeSource.AGENT,
    Channel.CLAIMED.value: OutcomeSource.CLAIMED,
}


VOUCHED = frozenset(by for by, told in _TOLD.items() if told in (OutcomeSource.TYPED, OutcomeSource.PERSON))
"""Who tells outcomes that answers may be given for: the person's own prompts, and keys that speak for the person."""


def told_by(by: str) -> OutcomeSource:
    """How strong a report is."""
    return _TOLD.get(by, OutcomeSource.CLAIMED)


@dataclass(frozen=True, slots=True)
class PredictionFigures:
    """One prediction as calibration and statistics see it: numbers, no text of anybody's."""

    id: str
    kind: Kind
    predictor: str
    raw: float
    calibrated: float
    threshold: float
    decision: Decision
    abstained: str | None
    created_at: datetime
    feedback: Feedback | None
    stood: bool
    """The answer went out automatically, and the person went on without undoing it."""

    @property
    def label(self) -> float | None:
        """Whether it was right: 1 or 0, and part of an answer is not the answer. None where nothing is known."""
        if self.feedback is None or not self.feedback.judges(self.decision):
            return 1.0 if self.stood else None
        return float(self.feedback.outcome is Outcome.ACCEPTED)

    @property
    def label_as_shown(self) -> float | None:
        """The same, but what somebody reports as edited was half right: it was worth showing."""
        told = self.feedback
        return 0.5 if told is not None and told.outcome is Outcome.EDITED and not told.implicit else self.label

    @property
    def vouched(self) -> bool:
        """Whether somebody vouches for the label. That nobody undid an answer is no word of anybody's."""
        return self.feedback is not None and self.feedback.judges(self.decision) and self.feedback.by in VOUCHED

    @property
    def left_off(self) -> bool:
        """Whether the person did not go on where that was predicted: an absence, which nobody can vouch for."""
        told = self.feedback
        stopped = told is not None and told.implicit and told.outcome is Outcome.REJECTED
        return stopped and self.kind is Kind.CONTINUATION
