"""Log lines, as text for people or as JSON for machines, and the rule for what comes out.

No level shows what people wrote or what was predicted. Clone's own lines are written with that in mind. Libraries quote
whatever passes through them, so their words come out only where `SHOWN` says so. This file decides what a line says;
`stderr.py` decides what becomes of it where nobody reads.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
import warnings
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TypeGuard, cast

from clone_mcp.errors import CloneError, Unavailable, Upstream

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The request at hand, for every line that is logged while it is answered."""

SHOWN = {"clone_mcp": logging.DEBUG, "uvicorn.error": logging.INFO}
"""Loggers whose words are shown, and from which level on. A logger that is not here shows where it spoke, from WARNING
on, and not what it said. Add one only after reading every line it writes from that level on."""

_TEXT = "clone-mcp %(levelname)s %(name)s: %(message)s"
_WITHHELD = "Message withheld, because a library may quote people. It was logged at %s:%s."
_MOST_CAUSES = _MOST_PLACES = 8
"""An exception that groups hundreds, or recursion that ran out, would fill the log with one line."""


def set_up(level: str, form: Literal["text", "json"]) -> None:
    """Log to stderr, because stdout is the protocol's. Does nothing where somebody else has set up logging."""
    root, threshold = logging.getLogger(), logging.getLevelNamesMapping()[level.upper()]
    if root.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if form == "json" else AsText(_TEXT))
    handler.addFilter(withhold)
    root.addHandler(handler)
    # Cut off at the source too: a line that nobody sees should cost nothing.
    root.setLevel(max(logging.WARNING, threshold))
    logging.getLogger("clone_mcp").setLevel(threshold)
    warnings.showwarning = _note_warning
    logging.raiseExceptions = False  # a line that can't be formatted would be printed with what it was given


def log_failure(log: logging.Logger, what: str, exc: Exception) -> None:
    """One line for a failure that Clone foresaw, with its kind. A traceback for any other: that one is a bug."""
    if isinstance(exc, Unavailable | Upstream):
        log.warning("%s failed (%s): %s", what, exc.code, exc.message)
    elif _foreseen(exc):
        log.warning("%s failed (%s)", what, exc.code)  # its words may quote the caller's
    else:
        log.error("%s failed", what, exc_info=exc)


def _foreseen(exc: BaseException | None) -> TypeGuard[CloneError]:
    """Not the bare kind, which says that something is broken."""
    return isinstance(exc, CloneError) and type(exc) is not CloneError


def withhold(record: logging.LogRecord) -> bool:
    """Whether a handler shows this line. A library's words are replaced by the place that they come from."""
    for name, level in SHOWN.items():
        if record.name == name or record.name.startswith(f"{name}."):
            return record.levelno >= level
    if record.levelno < logging.WARNING or (record.exc_info and _foreseen(record.exc_info[1])):
        return False  # of what was foreseen Clone has said its own line
    record.msg, record.args = _WITHHELD, (record.filename, record.lineno)
    record.__dict__.pop("fields", None)
    return True


class AsText(logging.Formatter):
    """A line for people. As with `AsJson`, an exception is its kind and place and never its text."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # where another handler's formatter leaves its own reading of the exception
        return super().format(record)

    def formatException(  # noqa: N802 (the name is logging's)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        lines: list[str] = []
        for cause in _causes(ei[1]):
            lines.append(f"  {cause['kind']}")
            lines += (f"    {place}" for place in cause["at"])
        return "\n".join(lines)


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
            line["error"] = _causes(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _causes(exc: BaseException | None) -> list[dict[str, Any]]:
    """The exception, what it groups and its causes, the first cause last."""
    found: list[dict[str, Any]] = []
    left = [exc]
    while left and len(found) < _MOST_CAUSES:
        this = left.pop(0)
        if this is None:
            continue
        frames = traceback.extract_tb(this.__traceback__)[-_MOST_PLACES:]
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        found.append({"kind": type(this).__qualname__, "at": places})
        if isinstance(this, BaseExceptionGroup):
            left += cast("BaseExceptionGroup[BaseException]", this).exceptions
        left.append(this.__cause__ or (None if this.__suppress_context__ else this.__context__))
    return found


def _note_warning(_text: Any, category: type[Warning], filename: str, lineno: int, *_more: Any) -> None:
    """Python's own way prints the text, and libraries put the values they warn of into that."""
    logging.getLogger(__name__).warning("%s at %s:%s", category.__name__, filename, lineno)
