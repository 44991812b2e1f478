"""The services that send webhooks: how each signs, and what its deliveries say in words.

Where deliveries come in is intake.py.
"""

from __future__ import annotations

import hashlib
import hmac
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


_THINGS = {
    "issues": ("issue", "issue"),
    "issue_comment": ("issue", "comment"),
    "pull_request": ("pull_request", "pull_request"),
    "pull_request_review": ("pull_request", "review"),
    "pull_request_review_comment": ("pull_request", "comment"),
    "discussion": ("discussion", "discussion"),
    "discussion_comment": ("discussion", "comment"),
}
"""By the event's name: what it is about, and where the words are. No two have the same parts."""
_BY_PARTS = {frozenset(parts): event for event, parts in _THINGS.items()}
_PARTS = frozenset(part for parts in _THINGS.values() for part in parts) | {"thread"}
"""Parts of a body that tell what happened. A review's thread is none of ours, and would pass for its pull request."""
_GITHUB_SIGNATURE = "x-hub-signature-256"
_GITHUB_EVENT = "x-github-event"
_MOST_COMMITS = 20


def _signed_by_github(secret: str, headers: Mapping[str, str], body: bytes, _now: datetime) -> bool:
    expected = "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    return hmac.compare_digest(expected.encode(), headers.get(_GITHUB_SIGNATURE, "").encode(errors="replace"))


def _heard_from_github(headers: Mapping[str, str], payload: dict[str, Any], body: bytes) -> WebhookTurn | None:
    event = _happened(payload)
    # Whoever replays a delivery can write into its headers what they like: they may not make it another event.
    if event is None or headers.get(_GITHUB_EVENT) != event:
        return None
    repository, who = dug(payload, "repository", "full_name"), dug(payload, "sender", "login")
    # The id in x-github-delivery is not signed, the body is; sent again it is the same, byte for byte.
    once = hashlib.sha256(body).hexdigest()
    if event == "push":
        words = _pushed(payload, who, repository)
        return WebhookTurn(f"github:{repository}", words, once) if words else None
    if not repository:
        return None
    about, where = _THINGS[event]
    number = dug(payload, about, "number")
    action = dug(payload, "action").replace("_", " ")
    did = action if about == where else f"{action} a {where} on"
    said = f"{who} {did} {about.replace('_', ' ')} #{number} in {repository}: {dug(payload, about, 'title')}"
    words = dug(payload, where, "body").strip()
    return WebhookTurn(f"github:{repository}#{number}", f"{said}\n\n{words}".strip(), once)


def _happened(payload: dict[str, Any]) -> str | None:
    """The event's name as its body tells it, which is signed; None where it is none of ours."""
    parts = _PARTS.intersection(payload)
    return _BY_PARTS.get(parts) if parts else "push" if "commits" in payload else None


def _pushed(payload: dict[str, Any], who: str, repository: str) -> str:
    commits = cast("list[Any]", payload["commits"]) if isinstance(payload.get("commits"), list) else []
    lines = [dug(commit, "message").partition("\n")[0] for commit in commits[:_MOST_COMMITS]]
    if not lines:
        return ""
    told = "\n".join(f"- {line}" for line in lines)
    return f"{who} pushed {len(commits)} commits to {dug(payload, 'ref')} in {repository}:\n{told}"


GITHUB = Connector(
    name="github",
    title="GitHub",
    about="Issues, pull requests, reviews, comments, discussions and pushes of a repository or an organisation.",
    chooses_secret=False,
    signed=_signed_by_github,
    heard=_heard_from_github,
)


_SLACK_TIMESTAMP = "x-slack-request-timestamp"
_SLACK_SIGNATURE = "x-slack-signature"
_WINDOW_SECONDS = 5 * 60
_LONGEST_CHALLENGE = 1000


def _signed_by_slack(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    stamp = headers.get(_SLACK_TIMESTAMP, "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 15):
        return False
    if abs(now.timestamp() - int(stamp)) > _WINDOW_SECONDS:
        return False
    expected = "v0=" + hmac.digest(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hex()
    return hmac.compare_digest(expected.encode(), headers.get(_SLACK_SIGNATURE, "").encode(errors="replace"))


def _heard_from_slack(
    _headers: Mapping[str, str], payload: dict[str, Any], _body: bytes
) -> WebhookTurn | Challenge | None:
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
    signed=_signed_by_slack,
    heard=_heard_from_slack,
)
