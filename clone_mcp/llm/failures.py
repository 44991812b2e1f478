"""What the SDK raises, in the words and kinds that the rest of Clone knows, and whether to try again."""

from __future__ import annotations

import math

import anthropic

from clone_mcp.errors import CloneError, RateLimited, TimedOut, Unavailable, Upstream

TRANSIENT = frozenset({408, 409, 429})
CHECK_KEY = "Check CLONE_ANTHROPIC_API_KEY; without a key Clone answers with its local predictor."


def translated(exc: anthropic.APIError) -> CloneError:
    """The error to raise instead. What the service said stays in the cause: it may quote the prompt."""
    match exc:
        case anthropic.APITimeoutError():
            return TimedOut("The connection to Anthropic timed out.", hint="Try again.")
        case anthropic.APIStatusError():
            return _by_status(exc)
        case _:
            return Upstream("Anthropic could not be reached.", hint="Check the network, then try again.")


def transient(exc: anthropic.APIError) -> bool:
    """Whether the same call may well succeed in a moment. The service's own opinion counts most."""
    if not isinstance(exc, anthropic.APIStatusError):
        return isinstance(exc, anthropic.APIConnectionError)
    advice = exc.response.headers.get("x-should-retry")
    if advice in ("true", "false"):
        return advice == "true"
    return exc.status_code in TRANSIENT or exc.status_code >= 500


def retry_after(exc: anthropic.APIError) -> float | None:
    """Seconds that the service wants to be left alone for, if it says so."""
    if not isinstance(exc, anthropic.APIStatusError):
        return None
    try:
        seconds = float(exc.response.headers.get("retry-after", ""))
    except ValueError:  # a date, which Anthropic does not send, or nothing
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _by_status(exc: anthropic.APIStatusError) -> CloneError:
    if _unpaid(exc):
        return Unavailable("The Anthropic account has no credit left.", hint="Add credit in Anthropic's console.")
    match exc.status_code:
        case 401:
            return Unavailable("Anthropic does not accept the API key.", hint=CHECK_KEY)
        case 403:
            return Unavailable("The Anthropic API key may not be used for this.", hint=CHECK_KEY)
        case 404:
            return Upstream("Anthropic does not offer this model to the account.", hint="Choose another model.")
        case 413:
            return Upstream("The prompt was too large for Anthropic.", hint="Ask with a smaller context.")
        case 429:
            return RateLimited(
                "Anthropic's rate limit is reached.", hint="Try again later.", retry_after=retry_after(exc)
            )
        case 529:
            return Upstream("Anthropic is overloaded.", hint="Try again later.")
        case status if status >= 500:
            return Upstream(f"Anthropic failed inside ({status}).", hint="Try again later.")
        case status:
            return Upstream(f"Anthropic refused the request ({status}).", hint="The server's log names the request.")


def _unpaid(exc: anthropic.APIStatusError) -> bool:
    # An empty account is told as a 400 whose wording is all that sets it apart. Should that change, it reads as a 400.
    return (
        exc.status_code == 402
        or exc.type == "billing_error"
        or (exc.status_code == 400 and "credit balance" in (exc.api_message or "").lower())
    )
