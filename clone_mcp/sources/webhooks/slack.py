"""Slack: messages in channels that the app was added to, over the Events API."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clone_mcp.sources.webhooks.connector import Challenge, Connector, WebhookTurn, dug

_TIMESTAMP = "x-slack-request-timestamp"
_SIGNATURE = "x-slack-signature"
_WINDOW_SECONDS = 5 * 60
_LONGEST_CHALLENGE = 1000


def _signed(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    stamp = headers.get(_TIMESTAMP, "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 15):
        return False
    if abs(now.timestamp() - int(stamp)) > _WINDOW_SECONDS:
        return False
    expected = "v0=" + hmac.digest(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hex()
    return hmac.compare_digest(expected.encode(), headers.get(_SIGNATURE, "").encode(errors="replace"))


def _heard(_headers: Mapping[str, str], payload: dict[str, Any], _body: bytes) -> WebhookTurn | Challenge | None:
    if dug(payload, "type") == "url_verification":
        return Challenge(dug(payload, "challenge")[:_LONGEST_CHALLENGE])
    kind, text = dug(payload, "event", "type"), dug(payload, "event", "text").strip()
    edited_or_automatic = dug(payload, "event", "subtype") or dug(payload, "event", "bot_id")
    if kind not in ("message", "app_mention") or edited_or_automatic or not text:
        return None
    channel, who = dug(payload, "event", "channel"), dug(payload, "event", "user")
    # A message that mentions the app comes as both kinds. It has one time in its channel.
    once = dug(payload, "event", "ts") or dug(payload, "event_id")
    return WebhookTurn(f"slack:{dug(payload, 'team_id')}:{channel}", f"{who} wrote in {channel}: {text}", once)


SLACK = Connector(
    name="slack",
    title="Slack",
    about="Messages in channels that your Slack app was added to.",
    chooses_secret=True,
    signed=_signed,
    heard=_heard,
)
