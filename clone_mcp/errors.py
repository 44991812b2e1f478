"""What can go wrong, in few kinds. Transports map a kind to their own codes; none of those numbers live here."""

from __future__ import annotations


class CloneError(Exception):
    """A failure that the caller may be told about, in words meant for them.

    `hint` says what to do about it. Neither text ever holds another tenant's data, a secret or a stack trace.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class NotFound(CloneError):
    """No such thing, or it belongs to somebody else: the two are never told apart."""

    code = "not_found"


class Invalid(CloneError):
    """What was sent can't be accepted as it is."""

    code = "invalid"


class TooLarge(CloneError):
    """What was sent is over a stated limit."""

    code = "too_large"


class Conflict(CloneError):
    """It contradicts what is already stored."""

    code = "conflict"


class Unauthenticated(CloneError):
    """No credential came, or one that is unknown or revoked."""

    code = "unauthenticated"


class Forbidden(CloneError):
    """The credential is good, but not for this."""

    code = "forbidden"


class RateLimited(CloneError):
    """Too much at once; the same call works later."""

    code = "rate_limited"

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class Unavailable(CloneError):
    """Something Clone needs is not there now; the same call may work later."""

    code = "unavailable"


class Upstream(CloneError):
    """A service Clone asked answered with an error of its own."""

    code = "upstream"


class TimedOut(Upstream):
    """A service Clone asked did not answer in time."""

    code = "timed_out"
