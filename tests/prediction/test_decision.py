"""The one rule that clients act on: automatic exactly when the number that is sent reaches the threshold."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clone_mcp.errors import Invalid
from clone_mcp.models.prediction import Decision, Guess
from clone_mcp.prediction.decision import decide

CHANCES = st.floats(0, 1)
SCORED = st.lists(CHANCES, min_size=1, max_size=10).map(
    lambda chances: [(Guess(f"reply {n}", c, "because"), c) for n, c in enumerate(sorted(chances, reverse=True))]
)


def sure(chance: float) -> list:
    return [(Guess("yes", chance, "because"), chance)]


@given(SCORED, CHANCES)
@example(sure(0.8), 0.8)
@example(sure(0.0), 0.0)
@example(sure(1.0), 1.0)
@example(sure(math.nextafter(0.8, 0)), 0.8)
def test_auto_exactly_when_the_first_candidate_reaches_the_threshold(scored, threshold):
    candidates, decision = decide(scored, threshold=threshold, capped=None)
    assert (decision is Decision.AUTO) is (candidates[0].confidence.sent >= threshold)
    assert [candidate.confidence.sent for candidate in candidates] == [chance for _, chance in scored]


@given(SCORED, st.floats(0, 1, exclude_min=True))
@example(sure(1.0), 1.0)
@example(sure(1.0), 5e-324)
def test_a_capped_answer_stays_below_the_threshold_with_every_candidate(scored, threshold):
    candidates, decision = decide(scored, threshold=threshold, capped="Not this.")
    assert decision is Decision.ESCALATED
    assert all(0 <= candidate.confidence.sent < threshold for candidate in candidates)
    assert [candidate.confidence.calibrated for candidate in candidates] == [chance for _, chance in scored]
    order = [candidate.confidence.sent for candidate in candidates]
    assert order == sorted(order, reverse=True)


@given(SCORED)
def test_a_capped_answer_to_a_threshold_of_nothing_is_refused(scored):
    with pytest.raises(Invalid, match=r"Not this\. Send a threshold above 0\."):
        decide(scored, threshold=0, capped="Not this.")


@given(SCORED)
def test_a_threshold_of_nothing_is_always_reached_when_nothing_forbids_it(scored):
    assert decide(scored, threshold=0, capped=None)[1] is Decision.AUTO
