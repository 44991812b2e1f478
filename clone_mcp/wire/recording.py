"""Recording on the wire: turns as tools take them, batches of events as REST does, and both as they come back.

CloneEvents themselves are defined in models/events.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from clone_mcp.models.events import Author, Channel, Source
from clone_mcp.wire.arguments import Arguments, ToolReply
from clone_mcp.wire.bodies import DIGITS, Listed, PageQuery, Reply

OwnSession = Annotated[str, Field(min_length=1, max_length=512, description="The session, as start_session named it.")]
AgentName = Annotated[
    str, Field(min_length=1, max_length=512, description="The agent that was talked to, such as claude-code.")
]
SourceLabel = Annotated[
    str,
    Field(
        max_length=512,
        description="Who made this: user (the person typed it), clone-prediction or auto-answer (Clone), tool-use; "
        "or where it is from: agent, integration, cli, desktop, mobile.",
    ),
]
SourceDetail = Annotated[str, Field(max_length=512, description="A label of your own, such as claude-code.")]
ClientId = Annotated[str, Field(max_length=512, description="Your own id for it; sending it again changes nothing.")]


class StartSessionArguments(Arguments):
    source: SourceLabel = ""
    source_detail: SourceDetail = ""
    project: Annotated[str, Field(max_length=1024, description="What is worked on, such as a folder or a name.")] = ""
    session_id: Annotated[str, Field(max_length=512, description="Your own id for the session, if you have one.")] = ""


class StopSessionArguments(Arguments):
    session_id: OwnSession
    source: SourceLabel = ""
    source_detail: SourceDetail = ""


class RecordPromptArguments(Arguments):
    session_id: OwnSession
    agent: AgentName
    prompt: str = Field(min_length=1, description="What was typed, word for word.")
    source: SourceLabel = ""
    source_detail: SourceDetail = ""
    client_id: ClientId = ""


class RecordResponseArguments(Arguments):
    session_id: OwnSession
    agent: AgentName
    response: str = Field(min_length=1, description="What the agent said, word for word.")
    options: list[Annotated[str, Field(min_length=1)]] = Field(
        default=[], max_length=50, description="The choices offered."
    )
    in_response_to: Annotated[str, Field(max_length=512, description="The event_id of the prompt it answers.")] = ""
    source: SourceLabel = ""
    source_detail: SourceDetail = ""
    client_id: ClientId = ""


class SessionEventReply(ToolReply):
    session_id: str
    event_id: str


class RecordedReply(ToolReply):
    event_id: str
    session_id: str
    duplicate: bool
    author: str
    redactions: int


class EventBatch(Listed):
    """1 to 1000 CloneEvents. A bad one is told of by its index and holds up no other."""

    item: ClassVar[str] = "CloneEvent"


class RefusalReply(Reply):
    index: int
    errors: list[str]


class BatchRecorded(Reply):
    """What became of a batch."""

    accepted: int
    duplicates: int = Field(description="Events whose id was known. They changed nothing.")
    invalid: list[RefusalReply]


class EventReply(Reply):
    """An event as it is kept: attributed, and without secrets."""

    id: str
    session_id: str
    type: str
    source: Source
    source_detail: str | None
    label: str | None = Field(description="What the client called its source, if that was no source.")
    author: Author
    channel: Channel
    occurred_at: datetime
    received_at: datetime
    payload: dict[str, Any] = Field(description="The fields that this type of event has of its own.")
    redactions: int = Field(description="How many secrets were removed.")


class SessionReply(Reply):
    """A run of events."""

    id: str
    source: Source
    source_detail: str | None
    project: str | None
    started_at: datetime
    ended_at: datetime | None


class SessionEventsQuery(PageQuery):
    limit: Annotated[int, Field(ge=1, le=2000, description="How many at most."), DIGITS] = 500
