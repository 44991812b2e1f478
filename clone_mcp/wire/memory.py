"""What is remembered, on the wire, and what may be asked and changed of it. Tools have no part in this: REST alone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from clone_mcp.models.events import Author, Channel, Moment
from clone_mcp.models.memory import ContextRequest, FactKind, Gate, Layer, Tier
from clone_mcp.wire.bodies import DIGITS, Body, PageQuery, Patch, Query, Reply, When
from clone_mcp.wire.figures import Figure, Figures

Words = Annotated[str, Field(min_length=1)]
"""How long they may be is said where they are kept, so that every door says the same."""


class RawReply(Reply):
    """One event as one sentence."""

    id: str
    session_id: str
    text: str
    author: Author
    channel: Channel
    occurred_at: datetime
    project: str | None


class EpisodeReply(Reply):
    """A stretch of a session, told in short."""

    id: str
    session_id: str | None
    started_at: datetime
    ended_at: datetime
    summary: str
    sources: list[str]
    tags: list[str]
    project: str | None
    method: str = Field(description="What wrote the summary: rules, a model, or `person`.")


class FactReply(Reply):
    """One claim about the person."""

    id: str
    kind: FactKind
    text: str
    importance: Figure
    tier: Tier
    tags: list[str]
    project: str | None
    gate: Gate | None = Field(description="Why it waits for the person, if it does.")
    explicit: bool
    archived: bool
    usable: bool = Field(description="Whether predictions may rest on it.")
    method: str
    confirmed_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ProfileReply(Reply):
    """Who this person is, compiled from the facts."""

    body: str
    soul_card: str = Field(description="The short form that every prediction sees.")
    method: str
    updated_at: datetime


class SinceQuery(Query):
    since: Moment | None = Field(default=None, description="What came or changed from then on.")


class RowsQuery(PageQuery):
    since: Moment | None = Field(default=None, description="Only what happened from then on.")


class EpisodesQuery(RowsQuery):
    session_id: Annotated[str, Field(max_length=512)] | None = None


class RawBody(Body):
    text: Words = Field(description="A statement in the person's own words.")


class EpisodeBody(Body):
    summary: Words
    started_at: When | None = None
    ended_at: When | None = None


class EpisodePatch(Patch):
    summary: Words


_WORKED_OUT = {"confidence": "", "provenance": ""}
"""What facts have elsewhere as fields. Here it follows from the evidence."""


class FactBody(Body):
    elsewhere = _WORKED_OUT

    text: Words = Field(description="One sentence.")
    kind: Literal["preference", "habit", "skill", "artifact", "rule"] = "preference"
    tags: list[str] = Field(default=[])


class FactPatch(Patch):
    elsewhere = _WORKED_OUT

    text: Words | None = None
    tags: list[str] | None = None


class ProfileBody(Body):
    body: Words = Field(description="The profile's page in the person's own words. The soul card stays compiled.")


class ContextBody(Body):
    """What a bundle should hold."""

    goal: str = Field(default="", description="Only facts with this in their text.")
    tags: list[str] = Field(default=[], description="Only facts with one of these.")
    recency_minutes: int = Field(default=60, ge=1, le=10_080, description="Window for episodes and raw rows.")
    max_facts: int = Field(default=20, ge=1, le=100)
    max_episodes: int = Field(default=10, ge=1, le=50)
    max_raw: int = Field(default=50, ge=1, le=500)
    query: str = Field(default="", description="What an agent said; episodes and raw rows are ranked by likeness.")
    budget: int = Field(default=6000, ge=0, le=1_000_000, description="Tokens, at four bytes each.")

    def request(self) -> ContextRequest:
        wanted: dict[str, Any] = self.model_dump() | {"tags": tuple(self.tags)}
        return ContextRequest(**wanted)


class BundleReply(Reply):
    """What a prediction sees."""

    profile: ProfileReply | None
    facts: list[FactReply]
    episodes: list[EpisodeReply]
    raw: list[RawReply]
    meta: Figures


class SyncReply(Reply):
    created: int = Field(description="Raw rows derived just now.")


class TallyReply(Reply):
    count: int
    last_update: datetime | None = Field(validation_alias="last")


class MemoryStats(Reply):
    """How much there is in each tier, and when the last of it came or changed."""

    raw: TallyReply
    episodes: TallyReply
    facts: TallyReply
    profile: TallyReply


class PromoteBody(Body):
    since: When | None = Field(default=None, description="Only of sessions active from then on.")
    limit: int = Field(default=100, ge=1, le=10_000, description="How many sessions or episodes at most.")
    model: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="A language model to ask, instead of what is set up."
    )
    force: bool = Field(default=False, description="Also what was promoted before.")


class PromotedEpisodes(Reply):
    raw: int = Field(description="Events that had no sentence yet.")
    episodes: int = Field(description="Episodes written by rules.")
    summarised: int = Field(description="Summaries written by a model.")
    degraded: str | None = Field(description="Why a model that is allowed has not read them all.")


class PromotedFacts(Reply):
    claims: int = Field(description="Claims that rules found.")
    episodes: int = Field(description="Episodes that a model read.")
    distilled: int = Field(description="Claims that the model found.")
    degraded: str | None = Field(description="Why a model that is allowed has not read them all.")


class RefReply(Reply):
    layer: Layer
    id: str


class NodeReply(RefReply):
    text: str = Field(description="`[deleted]` where it is gone.")
    next: list[RefReply] = Field(description="What it rests on, or for an impact what rests on it.")


class ChainReply(Reply):
    """A chain of provenance, each thing in it once, the one that was asked for first."""

    nodes: list[NodeReply]


class SearchQuery(Query):
    q: Annotated[str, Field(min_length=1, max_length=2000, description="Words.")]
    limit: Annotated[int, Field(ge=1, le=200, description="How many at most."), DIGITS] = 20


class HitReply(RefReply):
    text: str
    share: Figure = Field(description="How many of the words it holds, from 0 to 1.")


class HitsReply(Reply):
    results: list[HitReply]


class QuestionReply(Reply):
    """Something only the person can decide."""

    id: str
    gate: Gate
    text: str = Field(description="The question, as it is put to the person.")
    fact: FactReply
    other: FactReply | None = Field(description="What the fact contradicts.")
    asked_at: datetime


class QuestionsReply(Reply):
    results: list[QuestionReply]


_NARROWING = ("project", "session_id", "since", "until")
_SOMETHING: JsonDict = {
    "oneOf": [
        {
            "required": ["everything"],
            "properties": {"everything": {"const": True}, **{name: {"type": "null"} for name in _NARROWING}},
        },
        {
            "properties": {"everything": {"enum": [False, None]}},
            "anyOf": [{"required": [name], "properties": {name: {"type": "string"}}} for name in _NARROWING],
        },
    ]
}


class ForgetBody(Body):
    """What to forget. Conditions add up; `everything` stands alone. A condition that was ignored would forget more."""

    exact = True

    model_config = ConfigDict(json_schema_extra=_SOMETHING)

    project: str | None = None
    session_id: str | None = None
    since: When | None = None
    until: When | None = None
    everything: bool = False


class GoingReply(Reply):
    """What goes, counted."""

    events: int
    episodes: int
    facts: int
    predictions: int
