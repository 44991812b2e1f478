"""GitHub: issues, pull requests, reviews, comments and pushes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from clone_mcp.sources.webhooks.connector import Connector, WebhookTurn, dug

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
_SIGNATURE = "x-hub-signature-256"
_EVENT = "x-github-event"
_MOST_COMMITS = 20


def _signed(secret: str, headers: Mapping[str, str], body: bytes, _now: datetime) -> bool:
    expected = "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    return hmac.compare_digest(expected.encode(), headers.get(_SIGNATURE, "").encode(errors="replace"))


def _heard(headers: Mapping[str, str], payload: dict[str, Any], body: bytes) -> WebhookTurn | None:
    event = _happened(payload)
    # Whoever replays a delivery can write into its headers what they like: they may not make it another event.
    if event is None or headers.get(_EVENT) != event:
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
    signed=_signed,
    heard=_heard,
)
