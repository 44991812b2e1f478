"""Whether an agent may act on an answer.

Clients act on the number alone, so whatever forbids acting lowers the number that is sent, just below the threshold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from clone_mcp.errors import Invalid
from clone_mcp.models.prediction import Candidate, Confidence, Decision, Guess


def decide(
    scored: Sequence[tuple[Guess, float]], *, threshold: float, capped: str | None
) -> tuple[tuple[Candidate, ...], Decision]:
    """Candidates with the confidence to send, and the decision: auto exactly when the first reaches the threshold.

    `scored` pairs each guess with its calibrated confidence; `capped` says why acting is out of the question, if it is.
    """
    if capped and threshold <= 0:
        raise Invalid(
            f"With a threshold of 0 every answer would be acted on, and this one must not be: {capped}",
            hint="Send a threshold above 0.",
        )
    ceiling = math.nextafter(threshold, 0.0) if capped else 1.0
    candidates = tuple(
        Candidate(guess.response, Confidence(guess.score, calibrated, min(calibrated, ceiling)), guess.reasoning)
        for guess, calibrated in scored
    )
    sure = candidates[0].confidence.sent >= threshold
    return candidates, Decision.AUTO if sure else Decision.ESCALATED
