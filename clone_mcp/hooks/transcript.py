"""The end of a session's transcript, for what hooks are not told. Standard library only: a hook waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clone_mcp.hooks.payload import a_list, a_text, an_object, an_object_in

_READ = 512 * 1024
ACCEPTED = "suggestion_accepted"
BY_HAND = ("typed", "queued", ACCEPTED)
"""How prompts get into the prompt box that a person sends; the last is Clone's text, or another program's."""


def prompt_of(path: str, prompt_id: str) -> tuple[str, str, float | None]:
    """How a prompt came to be, its text and its time; empty when the transcript doesn't say, or not yet."""
    for line in reversed(_last_lines(path)):
        if prompt_id.encode() in line and b"promptSource" in line:
            record = an_object_in(line)
            if record.get("promptId") == prompt_id and record.get("type") == "user" and not record.get("isMeta"):
                return str(record.get("promptSource") or ""), _text(record), _moment(record.get("timestamp"))
    return "", "", None


def _last_lines(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (pathlib alone takes 8 ms)
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _READ))
            return file.read().splitlines()
    except OSError:
        return []


def _text(record: dict[str, Any]) -> str:
    content = an_object(record.get("message")).get("content")
    blocks = [an_object(block) for block in a_list(content)]
    return a_text(content) or "\n".join(a_text(block.get("text")) for block in blocks if block.get("type") == "text")


def _moment(text: Any) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError):
        return None
