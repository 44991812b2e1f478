"""Log lines, as text for people or as JSON for machines. What was recorded or asked is in neither."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The request at hand, for every line that is logged while it is answered."""

_TEXT = "clone-mcp %(levelname)s %(name)s: %(message)s"


def set_up(level: str, form: Literal["text", "json"]) -> None:
    """Log to stderr, because stdout is the protocol's."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if form == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=level.upper(), handlers=[handler])


class AsJson(logging.Formatter):
    """One object a line.

    Of an exception it tells the kind and the place, never the text: a library may have put anything into that.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = _told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _told(exc: BaseException) -> list[dict[str, Any]]:
    """The exception and its causes, the first cause last."""
    chain: list[dict[str, Any]] = []
    seen: BaseException | None = exc
    while seen is not None and len(chain) < 8:
        frames = traceback.extract_tb(seen.__traceback__)[-8:]
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        chain.append({"kind": type(seen).__qualname__, "at": places})
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return chain
