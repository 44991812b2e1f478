"""Front matter: one field a line, its value as JSON, which every YAML reader understands too."""

from __future__ import annotations

import json
from typing import Any

from clone_mcp.errors import Invalid

_FENCE = "---"


def written(fields: dict[str, Any], body: str) -> str:
    """A document."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False, sort_keys=True)}" for name, value in fields.items()]
    return "\n".join([_FENCE, *lines, _FENCE, "", body.strip(), ""])


def read(text: str, where: str) -> tuple[dict[str, Any], str]:
    """A document's fields and body. A document without front matter has no fields. Raises Invalid."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != _FENCE:
        return {}, text.strip()
    try:
        end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    except StopIteration:
        raise Invalid(f"{where}: the front matter is not closed by ---.") from None
    fields: dict[str, Any] = {}
    for number, line in enumerate(lines[1:end], 2):
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon:
            raise Invalid(f"{where}, line {number}: expected `name: value`.")
        fields[name.strip()] = _value(value.strip())
    return fields, "\n".join(lines[end + 1 :]).strip()


def _value(text: str) -> Any:
    """JSON where it is JSON, else the words as they stand: people write `tags: a, b`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
