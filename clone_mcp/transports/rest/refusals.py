"""Errors as REST tells them: a status, and one field that says what happened and what to do about it."""

from __future__ import annotations

import math

from starlette.responses import JSONResponse

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
from clone_mcp.ports.language_model import Unusable

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
    Unusable: 502,
}
"""The same numbers that tools name in their prose."""

FAILED_INSIDE = CloneError("Clone failed inside.", hint="This is a bug; the server's log says more.")
"""What is told of a crash, which may hold anything."""


def status_of(exc: CloneError) -> int:
    """The status of an error's kind, or of the kind that an adapter refined."""
    return next(STATUS[kind] for kind in type(exc).__mro__ if kind in STATUS)


def refusal(exc: CloneError) -> JSONResponse:
    """The answer that an error becomes."""
    status = status_of(exc)
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="clone"'
    if isinstance(exc, RateLimited) and exc.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(exc.retry_after)))
    return error(status, str(exc), headers)


def error(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer that is an error."""
    return JSONResponse({"error": message}, status_code=status, headers=headers)
