"""What goes wrong, on the wire: the one table from kinds of error to codes, for tools, resources and REST alike.

No words for people and no headers stand here. Each door has its own.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from clone_mcp.errors import (
    CloneError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    TimedOut,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Upstream,
)

STATUS: dict[type[CloneError], int] = {
    CloneError: 500,
    NotFound: 404,
    Invalid: 400,
    TooLarge: 413,
    Conflict: 409,
    Unauthenticated: 401,
    Forbidden: 403,
    RateLimited: 429,
    Unavailable: 503,
    Upstream: 502,
    TimedOut: 504,
}
"""HTTP's number for each kind of errors.py. Tools name the same number in their prose."""

FAILED_INSIDE = CloneError("Clone failed inside.", hint="This is a bug; the server's log says more.")
"""What callers get to read about a crash: its own text may hold anything."""


class Error(BaseModel):
    """Why there is no answer."""

    error: str = Field(description="What happened, and what to do about it.")


def status_of(error: CloneError | type[CloneError]) -> int:
    """The number of an error's kind. A port or an adapter may refine a kind, which keeps the number."""
    kind = error if isinstance(error, type) else type(error)
    return next(STATUS[base] for base in kind.__mro__ if base in STATUS)
