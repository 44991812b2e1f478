"""How the server and its background work are doing, on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from clone_mcp.wire.pages import Reply


class HealthReply(Reply):
    """The process answers."""

    status: str
    version: str


class ReadyReply(HealthReply):
    """And so does its database."""

    revision: str = Field(description="What the database's schema is at.")


class LimitsReply(Reply):
    """How much may be used; 0 is any amount."""

    requests_per_minute: int
    tokens_per_day: int
    stored_bytes: int


class UsageReply(Reply):
    """What the caller's account uses. Requests and bytes may lag behind by some seconds."""

    requests_this_minute: int
    requests_today: int
    model_calls_today: int
    tokens_today: int = Field(description="Calls under way count at the most that they can use.")
    stored_bytes: int
    limits: LimitsReply


class JobReply(Reply):
    """Something done in the background."""

    id: str
    kind: str
    run_at: datetime = Field(description="When it is or was due.")
    attempts: int
    running: bool
    finished_at: datetime | None
    error: str | None = Field(description="What went wrong with the last try.")
