"""GitHub: issues, pull requests, reviews, comments and pushes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from clone_mcp.sources.webhooks.connector import Connector, Heard, dug

_THINGS = {
    "issues": ("issue", "issue"),
    "issue_comment": ("issue", "comment"),
    "pull_request": ("pull_request", "pull_request"),
    "pull_request_review": ("pull_request", "review"),
    "pull_request_review_comment": ("pull_request", "comment"),
    "discussion": ("discussion", "discussion"),
    "discussion_comment": ("discussion", "comment"),
}
"""By the event's name: what it is about, and where the words are."""
_SIGNATURE = "x-hub-signature-256"
_EVENT = "x-github-event"
_MOST_COMMITS = 20


def _signed(secret: str, headers: Mapping[str, str], body: bytes, _now: datetime) -> bool:
    expected = "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    return hmac.compare_digest(expected.encode(), headers.get(_SIGNATURE, "").encode(errors="replace"))


def _heard(headers: Mapping[str, str], payload: dict[str, Any], body: bytes) -> Heard | None:
    event = headers.get(_EVENT, "")
    repository, who = dug(payload, "repository", "full_name"), dug(payload, "sender", "login")
    # The id in x-github-delivery is not signed, the body is; sent again it is the same, byte for byte.
    once = hashlib.sha256(body).hexdigest()
    if event == "push":
        words = _pushed(payload, who, repository)
        return Heard(f"github:{repository}", words, once) if words else None
    if event not in _THINGS or not repository:
        return None
    about, where = _THINGS[event]
    number = dug(payload, about, "number")
    action = dug(payload, "action").replace("_", " ")
    did = action if about == where else f"{action} a {where} on"
    said = f"{who} {did} {about.replace('_', ' ')} #{number} in {repository}: {dug(payload, about, 'title')}"
    words = dug(payload, where, "body").strip()
    return Heard(f"github:{repository}#{number}", f"{said}\n\n{words}".strip(), once)


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
