"""The end of a session's transcript, for what hooks are not told. Standard library only: a hook waits for it."""

from __future__ import annotations

import json
from typing import Any

_READ = 512 * 1024
ACCEPTED = "suggestion_accepted"


def prompt_source(path: str, prompt_id: str) -> str:
    """How a prompt got into the prompt box, as Claude Code says it; empty when it doesn't say."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (pathlib alone takes 8 ms)
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _READ))
            lines = file.read().splitlines()
    except OSError:
        return ""
    for line in reversed(lines):
        if prompt_id.encode() in line and b"promptSource" in line:
            record = _parsed(line)
            if record.get("promptId") == prompt_id and record.get("type") == "user":
                return str(record.get("promptSource") or "")
    return ""


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
