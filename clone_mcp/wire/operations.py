"""Running Clone, on the wire: what the person switched on, and how the server and its background work are doing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from clone_mcp.wire.bodies import Query, Reply


class SwitchQuery(Query):
    """Where to switch it. A name that was ignored here would switch it everywhere."""

    exact = True

    project: Annotated[str, Field(max_length=1024, description="For one project only. Without it: everywhere.")] = ""


class SwitchesReply(Reply):
    """Where each is on, by project. The empty one stands for everywhere."""

    paused: tuple[str, ...] = Field(description="Nothing is answered there; recording goes on.")
    shadow: tuple[str, ...] = Field(description="Everything is predicted and scored, and nothing is automatic.")
    trusted: tuple[str, ...] = Field(description="What agents say was typed is acted on as if it were known.")


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
