"""Other services, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from clone_mcp.wire.bodies import Body, Reply


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
