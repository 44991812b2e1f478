"""A tool's use in one line. Standard library only: a hook waits for it."""

from __future__ import annotations

import json
from typing import Any

from clone_mcp.hooks.json_values import an_object

_LONGEST = 400
_INPUT = 200
# What says most about a use, in the order in which it is looked for.
_TELLING = ("command", "cmd", "file_path", "path", "pattern", "query", "url", "prompt", "description")
_ANSWERING = ("stdout", "output", "content", "result", "returnDisplay", "text", "error", "stderr")


def summary(tool: str, given: Any, answered: Any) -> str:
    """The tool, what it was given and how its answer begins."""
    line = f"{tool}: {_told(given, _TELLING)[:_INPUT]}".rstrip(": ")
    answer = _told(answered, _ANSWERING)
    return f"{line} → {answer}"[:_LONGEST] if answer else line


def _told(value: Any, names: tuple[str, ...]) -> str:
    if fields := an_object(value):
        value = next((fields[name] for name in names if fields.get(name)), fields)
    if value is None or value == {}:
        return ""
    return " ".join((value if isinstance(value, str) else json.dumps(value))[:4000].split())
