"""Numbers go out with few digits, and no rounding moves a confidence over a threshold."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from clone_mcp.wire.figures import beside, rounded

SHARES = st.floats(0, 1)


@given(value=SHARES, threshold=SHARES)
@example(value=0.7999996, threshold=0.8)
@example(value=0.8, threshold=0.8)
@example(value=0.8000004, threshold=0.8000003)
@example(value=0.32000000000000006, threshold=0.32)
@example(value=0.32, threshold=0.32000000000000006)
@example(value=5e-324, threshold=5e-324)
@example(value=1.0, threshold=0.9999999999)
@example(value=0.9999999, threshold=1.0)
def test_a_rounded_confidence_stays_on_its_side_of_the_threshold(value: float, threshold: float) -> None:
    sent = beside(value, threshold)
    assert (sent >= threshold) == (value >= threshold)
    assert abs(sent - value) <= 1e-6
    assert 0 <= sent <= 1
    assert few_digits(sent)
    assert rounded(sent) == sent


@given(value=SHARES, threshold=SHARES, nudge=st.floats(-1e-6, 1e-6))
def test_it_stays_there_where_the_two_are_close(value: float, threshold: float, nudge: float) -> None:
    near = min(1.0, max(0.0, threshold + nudge))
    assert (beside(near, threshold) >= threshold) == (near >= threshold)


def test_everything_but_fractions_is_left_as_it_is() -> None:
    value = {"a": [0.1 + 0.2, 1, True, None, "0.30000000000000004"], "b": {"c": (2 / 3,)}}
    assert rounded(value) == {"a": [0.3, 1, True, None, "0.30000000000000004"], "b": {"c": [0.666667]}}


def few_digits(value: float) -> bool:
    return value == round(value, 6)
