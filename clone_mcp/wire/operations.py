"""Running Clone, on the wire: switches, health, limits, background work, and the services that send to it.

Accounts and keys are in accounts.py, the figures of predictions in statistics.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from clone_mcp.wire.bodies import Body, Query, Reply


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


class ConnectorReply(Reply):
    """A service that can send what happens there."""

    name: str
    title: str
    about: str
    chooses_secret: bool = Field(description="Whether the service names the secret that it signs with.")


class ConnectorsReply(Reply):
    results: list[ConnectorReply]


_SLACK_ALONE: JsonDict = {
    "if": {"properties": {"connector": {"const": "slack"}}, "required": ["connector"]},
    "then": {"required": ["signing_secret"], "properties": {"signing_secret": {"type": "string", "minLength": 1}}},
    "else": {"properties": {"signing_secret": {"enum": ["", None]}}},
}


class WebhookBody(Body):
    model_config = ConfigDict(json_schema_extra=_SLACK_ALONE)

    connector: Literal["github", "slack"]
    name: str = Field(default="", max_length=200, description="What it is for.")
    signing_secret: str = Field(
        default="", max_length=500, description="What Slack signs with. For GitHub Clone makes one."
    )


class WebhookReply(Reply):
    id: str
    connector: str
    name: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class WebhookMade(WebhookReply):
    """A webhook with what is told only now."""

    path: str = Field(description="Where on this server the service has to send.")
    secret: str | None = Field(description="What to have the service sign with, where it doesn't name that itself.")


class WebhooksReply(Reply):
    results: list[WebhookReply]


class DeliveryReply(Reply):
    """What became of a delivery."""

    accepted: int
    duplicates: int
    challenge: str | None = Field(default=None, description="What the service wanted to hear back.")
