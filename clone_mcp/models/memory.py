"""The four tiers: raw rows, episodes, facts, and the profile compiled from them.

How one tier becomes the next is in the package memory/. The tables are in storage/memory_schema.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from clone_mcp.models.events import Author, Channel, Source

ARCHIVED_BELOW = 0.15
"""Facts of less importance leave bundles and sort last. They keep their provenance and can return."""


class Layer(StrEnum):
    """What a reference points at. Each layer cites the one before it; predictions cite what they rest on."""

    RAW = "raw"
    EPISODE = "episode"
    FACT = "fact"
    PROFILE = "profile"
    PREDICTION = "prediction"


@dataclass(frozen=True, slots=True)
class Ref:
    """One thing in memory."""

    layer: Layer
    id: str


@dataclass(frozen=True, slots=True)
class Raw:
    """L0: one event as one sentence. Its id is the event's."""

    id: str
    session_id: str
    text: str
    author: Author
    channel: Channel
    occurred_at: datetime
    project: str | None = None
    sketch: int = 0
    """What the text is about, as a bit set of its words, for ranking by likeness."""
    type: str = "agent.prompt"
    source: Source = Source.AGENT
    label: str | None = None
    """What the client called its source, if that is not one."""


@dataclass(frozen=True, slots=True)
class Episode:
    """L1: a coherent stretch of one session, cited to its raw rows."""

    id: str
    session_id: str | None
    started_at: datetime
    ended_at: datetime
    summary: str
    sources: tuple[str, ...]
    method: str
    """What wrote the summary: a distiller's name and version, or `person` once they edited it."""
    project: str | None = None
    tags: tuple[str, ...] = ()
    sketch: int = 0


class FactKind(StrEnum):
    """What a fact is about."""

    PREFERENCE = "preference"
    HABIT = "habit"
    SKILL = "skill"
    ARTIFACT = "artifact"
    RULE = "rule"
    """An explicit instruction: always, never, from now on."""


STATED = frozenset({FactKind.PREFERENCE, FactKind.RULE})
"""What the person says of themselves in so many words."""


class Tier(StrEnum):
    """How well a fact is borne out."""

    STRONG = "strong"
    TENTATIVE = "tentative"
    CANDIDATE = "candidate"
    """Staged: not used until more evidence arrives or the person says so."""


class Gate(StrEnum):
    """Why a fact waits for the person, whatever its evidence."""

    SENSITIVE = "sensitive"
    CONTRADICTION = "contradiction"
    GROUNDING = "grounding"
    """It would authorise action on the person's behalf."""


@dataclass(frozen=True, slots=True)
class Fact:
    """L2: one atomic claim about the person."""

    id: str
    kind: FactKind
    text: str
    key: str
    """What makes two claims the same one."""
    base: float
    """Importance as the evidence has it, before outcomes."""
    decay: float
    """What outcomes of predictions that cited it have added and taken, unclamped."""
    tier: Tier
    method: str
    created_at: datetime
    updated_at: datetime
    tags: tuple[str, ...] = ()
    project: str | None = None
    gate: Gate | None = None
    """Set while the fact waits in the review queue."""
    explicit: bool = False
    """The person said so as an instruction."""
    confirmed_at: datetime | None = None
    expires_at: datetime | None = None
    """When a candidate without further evidence is discarded."""

    @property
    def importance(self) -> float:
        """What bundles are ranked by, from 0 to 1."""
        return min(1.0, max(0.0, self.base + self.decay))

    @property
    def archived(self) -> bool:
        """Whether outcomes have taken it out of use."""
        return self.importance < ARCHIVED_BELOW

    @property
    def usable(self) -> bool:
        """Whether bundles may hold it."""
        return self.tier is not Tier.CANDIDATE and self.gate is None and not self.archived


@dataclass(frozen=True, slots=True)
class Profile:
    """L3: who this person is, compiled from facts."""

    body: str
    soul_card: str
    """The compiled form that every prediction sees; at most 800 tokens."""
    method: str
    updated_at: datetime
    thresholds: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Claim:
    """What a distiller says one or more raw rows show. It becomes evidence for a fact, or a new fact."""

    kind: FactKind
    text: str
    key: str
    raw_ids: tuple[str, ...]
    explicit: bool = False
    """The person said so in so many words, as an instruction."""
    opposes: str | None = None
    """The key of the claim that this one contradicts."""
    gate: Gate | None = None
    tags: tuple[str, ...] = ()
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One raw row behind a fact, as far as its tier depends on it."""

    raw_id: str
    session_id: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Review:
    """A question only the person can answer."""

    id: str
    gate: Gate
    fact_id: str
    other_fact_id: str | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That something was deleted: a hash of its name, enough to know it again and not enough to read it."""

    layer: Layer
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are in a tier, and when the last of them came or changed."""

    count: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class ContextRequest:
    """What a bundle should hold. Defaults and ranges are the mission's."""

    query: str = ""
    """What the agent said; episodes and raw rows are ranked by likeness to it."""
    goal: str = ""
    tags: tuple[str, ...] = ()
    recency_minutes: int = 60
    max_facts: int = 20
    max_episodes: int = 10
    max_raw: int = 50
    budget: int = 6000
    """Tokens, at four bytes each. The baseline always fits; the dynamic block takes what is left."""
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """What Memory hands to Prediction for one question."""

    profile: Profile | None
    facts: tuple[Fact, ...]
    episodes: tuple[Episode, ...]
    raw: tuple[Raw, ...]
    meta: dict[str, Any]
