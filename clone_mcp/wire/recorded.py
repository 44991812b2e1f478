"""What was recorded, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from clone_mcp.models.events import Author, Channel, Source
from clone_mcp.wire.bodies import DIGITS, Listed
from clone_mcp.wire.pages import PageQuery, Reply


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
