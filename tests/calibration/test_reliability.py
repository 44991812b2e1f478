import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clone_mcp.calibration import binomial, reliability
from clone_mcp.calibration.reliability import Decomposition, Forecast, Precision, Reach

confidences = st.floats(0, 1) | st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])
forecasts = st.lists(st.builds(Forecast, confidences, st.sampled_from([0.0, 0.5, 1.0])), max_size=60)
some_forecasts = forecasts.filter(bool)
some = settings(max_examples=60, deadline=None)

DAY = [Forecast(0.9, 1.0), Forecast(0.9, 0.0), Forecast(0.6, 1.0), Forecast(0.2, 0.5), Forecast(0.2, 0.0)]


def compared(data):
    """AUROC from its meaning: every pair of two guesses, as far as one is right and the other wrong."""
    won = pairs = 0.0
    for i, one in enumerate(data):
        for j, other in enumerate(data):
            share = one.outcome * (1 - other.outcome) if i != j else 0.0
            pairs += share
            won += share * ((one.confidence > other.confidence) + (one.confidence == other.confidence) / 2)
    return won / pairs if pairs else None


@some
@given(forecasts, st.integers(1, 20))
def test_bins_part_the_forecasts_without_splitting_ties(data, count):
    parts = reliability.bins(data, count)
    assert sum(part.count for part in parts) == len(data)
    assert len(parts) <= count
    assert all(one.high < other.low for one, other in pairwise(parts))
    for part in parts:
        members = [f for f in data if part.low <= f.confidence <= part.high]
        assert part.count == len(members)
        assert part.confidence == pytest.approx(sum(f.confidence for f in members) / part.count)
        assert part.observed == pytest.approx(sum(f.outcome for f in members) / part.count)
        assert part.interval.low <= part.observed <= part.interval.high


@some
@given(st.sets(st.floats(0, 1), min_size=1, max_size=80), st.integers(1, 20))
def test_bins_of_different_confidences_differ_by_one_at_most(data, count):
    sizes = [part.count for part in reliability.bins([Forecast(c, 1.0) for c in data], count)]
    assert max(sizes) - min(sizes) <= 1


@some
@given(some_forecasts, st.integers(1, 20))
def test_the_parts_of_the_brier_score_add_up_to_it(data, count):
    parts = reliability.decomposition(data, count)
    together = parts.reliability - parts.resolution + parts.uncertainty + parts.within
    assert together == pytest.approx(reliability.brier(data), abs=1e-12)
    assert min(parts.reliability, parts.resolution, parts.uncertainty) >= 0


def test_bins_of_one_confidence_each_hide_nothing():
    data = [Forecast(c, float(i < right)) for c, right in ((0.2, 1), (0.5, 5), (0.8, 9)) for i in range(10)]
    parts = reliability.decomposition(data, 3)
    assert (parts.reliability, parts.resolution, parts.uncertainty, parts.within) == pytest.approx(
        (0.02 / 3, 0.32 / 3, 0.25, 0.0)
    )


@some
@given(forecasts)
def test_auroc_is_what_comparing_every_pair_gives(data):
    found, expected = reliability.auroc(data), compared(data)
    assert found == (expected if expected is None else pytest.approx(expected))


@some
@given(forecasts)
def test_the_risk_coverage_curve_answers_ties_together(data):
    curve = reliability.risk_coverage(data)
    assert [point.threshold for point in curve] == sorted({f.confidence for f in data}, reverse=True)
    for point in curve:
        wrong = [1 - f.outcome for f in data if f.confidence >= point.threshold]
        assert (point.answered, point.coverage) == (len(wrong), len(wrong) / len(data))
        assert point.risk == pytest.approx(sum(wrong) / len(wrong))


def test_one_small_day_in_whole_numbers():
    assert reliability.risk_coverage(DAY) == (
        Reach(0.9, answered=2, coverage=0.4, risk=0.5),
        Reach(0.6, answered=3, coverage=0.6, risk=pytest.approx(1 / 3)),
        Reach(0.2, answered=5, coverage=1.0, risk=0.5),
    )
    assert reliability.precision_at(DAY, 0.6) == Precision(3, pytest.approx(2 / 3), binomial.interval(2, 3))
    assert reliability.expected_calibration_error(DAY, 3) == pytest.approx((0.8 + 0.4 + 0.1) / 5)
    assert reliability.brier(DAY) == pytest.approx((0.01 + 0.81 + 0.16 + 0.09 + 0.04) / 5)
    assert reliability.brier_skill(DAY) == pytest.approx(1 - (1.11 / 5) / 0.2)


def test_perfect_foresight_scores_best_and_the_base_rate_has_no_skill():
    perfect = [Forecast(1.0, 1.0), Forecast(0.0, 0.0)] * 20
    assert reliability.brier_skill(perfect) == 1.0
    assert reliability.auroc(perfect) == 1.0
    assert reliability.log_loss(perfect) == pytest.approx(0.0, abs=2e-6)
    base = [Forecast(0.5, 1.0), Forecast(0.5, 0.0)] * 20
    assert reliability.brier_skill(base) == 0.0
    assert reliability.auroc(base) == 0.5
    assert reliability.log_loss(base) == pytest.approx(math.log(2))
    assert reliability.decomposition(base) == Decomposition(0.0, 0.0, 0.25, 0.0)


def test_a_certainty_that_fails_costs_much_and_not_everything():
    assert reliability.log_loss([Forecast(1.0, 0.0)]) == pytest.approx(math.log(1e6), rel=1e-6)


def test_what_cannot_be_measured_is_none():
    assert reliability.bins([]) == ()
    assert reliability.risk_coverage([]) == ()
    assert reliability.precision_at([], 0.8) == Precision(0, None, binomial.Interval(0.0, 1.0))
    measures = (reliability.expected_calibration_error, reliability.brier, reliability.log_loss)
    assert [measure([]) for measure in measures] == [None, None, None]
    assert (reliability.decomposition([]), reliability.brier_skill([]), reliability.auroc([])) == (None, None, None)
    one_kind = [Forecast(0.3, 1.0), Forecast(0.6, 1.0)]
    assert (reliability.brier_skill(one_kind), reliability.auroc(one_kind)) == (None, None)


@pytest.mark.parametrize("confidence, outcome", [(1.1, 0.0), (-0.1, 0.0), (math.nan, 0.0), (0.5, 2.0), (0.5, math.nan)])
def test_a_forecast_outside_its_range_cannot_be_made(confidence, outcome):
    with pytest.raises(ValueError, match="within"):
        Forecast(confidence, outcome)
