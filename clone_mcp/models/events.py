"""CloneEvents as they arrive, and as they are kept.

The Pydantic models here are the single source of the event schema: `schema/` is generated from them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    model_validator,
)

from clone_mcp.models.event_types import of_a_known_type


class Source(StrEnum):
    """Where an event comes from."""

    DESKTOP = "desktop"
    CLI = "cli"
    MOBILE = "mobile"
    SMARTGLASS = "smartglass"
    AGENT = "agent"
    INTEGRATION = "integration"


class Author(StrEnum):
    """Who made what an event holds."""

    PERSON = "person"
    AGENT = "agent"
    CLONE = "clone"
    TOOL = "tool"
    UNATTRIBUTED = "unattributed"


class Channel(StrEnum):
    """How an event's authorship is known."""

    ATTESTED = "attested"  # by a hook, a recorder's key, or an import from the person's own store or a vouched folder
    CLAIMED = "claimed"  # an agent says so, or a file in a project folder that nobody vouches for


# Kept in the schema beside `format`, which validators may ignore.
ISO_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})$"


def _iso_text(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and re.fullmatch(ISO_MOMENT, value)):
        return value
    raise ValueError("must be an ISO-8601 date and time with an offset, such as 2026-11-20T08:30:00Z")


def _number(value: object) -> object:
    if isinstance(value, bool | str | bytes):
        raise ValueError("must be a number")  # noqa: TRY004 - Pydantic reports ValueError, a TypeError would escape
    return value


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie between the years 1 and 9999 in UTC") from None


# An id is part of database keys, which have a size limit of their own.
Id = Annotated[str, Field(min_length=1, max_length=512)]
Text = Annotated[str, Field(min_length=1)]
Moment = Annotated[
    AwareDatetime, BeforeValidator(_iso_text), AfterValidator(_to_utc), Field(json_schema_extra={"pattern": ISO_MOMENT})
]
# The schema says number and boolean; Pydantic alone would also read "3" and "yes".
Whole = Annotated[int, BeforeValidator(_number)]
Real = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]


def _integration_names_provider(schema: dict[str, Any]) -> None:
    """The one rule across fields, as JSON Schema says it."""
    schema["if"] = {"properties": {"source": {"const": "integration"}}, "required": ["source"]}
    schema["then"] = {
        "required": ["source_detail"],
        "properties": {"source_detail": {"type": "string", "minLength": 1}},
    }


class BaseEvent(BaseModel):
    """What every event has. Fields that are not named are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, json_schema_extra=_integration_names_provider)

    id: Id = Field(description="The producer's own id. Sending it again changes nothing.")
    session_id: Id
    occurred_at: Moment = Field(description="By the producer's clock.")
    source: Source
    source_detail: str | None = Field(
        default=None, description="The provider behind an integration, or a free label such as claude-code."
    )

    @model_validator(mode="after")
    def _provider(self) -> BaseEvent:
        if self.source is Source.INTEGRATION and not self.source_detail:
            raise ValueError("source_detail must name the provider when source is integration")
        return self


class SessionStarted(BaseEvent):
    """A run of events begins."""

    type: Literal["session.started"]


class SessionStopped(BaseEvent):
    """A run of events has ended."""

    type: Literal["session.stopped"]


class AppFocused(BaseEvent):
    """An application came to the front."""

    type: Literal["app.focused"]
    app: Text
    window_title: str | None


class CaptureFrame(BaseEvent):
    """A picture of the screen was taken and lies at `uri`."""

    type: Literal["capture.frame"]
    uri: Text
    content_hash: str | None
    width: Whole = Field(ge=1)
    height: Whole = Field(ge=1)


class Modifiers(BaseModel):
    """Which modifier keys were held."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shift: Flag = False
    ctrl: Flag = False
    alt: Flag = False
    meta: Flag = False


class InputKeystroke(BaseEvent):
    """A key went down or up. Which key is never recorded."""

    type: Literal["input.keystroke"]
    event_type: Literal["press", "release"]
    modifiers: Modifiers


class InputClick(BaseEvent):
    """A pointer button went down or up at a place on the screen."""

    type: Literal["input.click"]
    x: Whole
    y: Whole
    button: Literal["left", "right", "middle", "other"]
    event_type: Literal["press", "release"]
    modifiers: Modifiers = Modifiers()


class InputScroll(BaseEvent):
    """The wheel turned at a place on the screen."""

    type: Literal["input.scroll"]
    x: Whole
    y: Whole
    dx: Real
    dy: Real
    modifiers: Modifiers = Modifiers()


class AgentPrompt(BaseEvent):
    """What was typed to an agent."""

    type: Literal["agent.prompt"]
    agent: Text
    prompt: Text


class AgentResponse(BaseEvent):
    """What an agent said."""

    type: Literal["agent.response"]
    agent: Text
    response: Text
    in_response_to: str | None = Field(default=None, description="Id of the prompt this answers.")


CloneEvent = Annotated[
    SessionStarted
    | SessionStopped
    | AppFocused
    | CaptureFrame
    | InputKeystroke
    | InputClick
    | InputScroll
    | AgentPrompt
    | AgentResponse,
    Field(discriminator="type"),
]
CLONE_EVENT: TypeAdapter[CloneEvent] = TypeAdapter(Annotated[CloneEvent, BeforeValidator(of_a_known_type)])


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it is kept: authored, redacted, with the time it came in. Never rewritten."""

    id: str
    session_id: str
    type: str
    source: Source
    source_detail: str | None
    label: str | None
    author: Author
    channel: Channel
    occurred_at: datetime
    received_at: datetime
    payload: dict[str, Any]
    redactions: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """Something the person typed to an agent, in the form that replies are counted by."""

    key: str
    text: str
    phrase: bool = True
    """Whether it is short enough to be counted as a phrase of theirs."""
    keep: Callable[[bytes], bytes] = lambda question: question
    """What is to be kept of the question, which only the store knows, that this reply answers."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done later. Enqueued in the transaction that makes it necessary."""

    kind: str
    payload: dict[str, Any] = field(default_factory=dict[str, Any])
    dedupe_key: str | None = None
    run_at: datetime | None = None
    serialize_by: str | None = None


IDLE = timedelta(minutes=45)  # a session this long without events is over, whether or not its client said so


def episodes_job(session_id: str, *, run_at: datetime | None) -> Job:
    """Summarise a session, now or once it may have gone quiet. Asked for twice, the earlier time counts."""
    return Job("episodes", {"session_id": session_id}, dedupe_key=f"episodes:{session_id}", run_at=run_at)


@dataclass(frozen=True, slots=True)
class Record:
    """One event to append, with what the store must keep in step with it."""

    event: StoredEvent
    project: str | None = None
    question: bytes | None = None
    """The reading of what an agent said and now waits on, when this event is that."""
    reply: Reply | None = None
    """When this event is the person's answer."""
    jobs: tuple[Job, ...] = ()
    watch: Job | None = None
    """Enqueued where this is the person's first prompt of a session, or the first after it was summarised."""
    sentence: str | None = None  # the event as memory's raw row
    sketch: bytes | None = None
    replaces_claim: bool = False  # attested now, it takes the place of the same event that was a mere claim


@dataclass(frozen=True, slots=True)
class Session:
    """A run of events under one id."""

    id: str
    source: Source
    source_detail: str | None
    project: str | None
    started_at: datetime
    ended_at: datetime | None
