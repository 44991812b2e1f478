"""What there is to know of a service that sends webhooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class WebhookTurn:
    """Something that happened, in words."""

    session_id: str
    text: str
    once: str
    """What tells it from everything else in its session. It comes from what was signed, so that a replay can't vary
    it."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """The service wants to hear this back before it sends anything."""

    text: str


@dataclass(frozen=True, slots=True)
class Connector:
    """One service."""

    name: str
    title: str
    about: str
    chooses_secret: bool
    """Whether the service names the secret that it signs with. Otherwise we do."""
    signed: Callable[[str, Mapping[str, str], bytes, datetime], bool]
    """Whether a delivery is signed with the secret, and not too long ago where the signature says when."""
    heard: Callable[[Mapping[str, str], dict[str, Any], bytes], WebhookTurn | Challenge | None]
    """What a delivery says; None where it is nothing that anybody wrote."""


def dug(value: Any, *path: str) -> str:
    """A text deep in a payload, or nothing: what comes in has whatever shape it has."""
    for name in path:
        value = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
