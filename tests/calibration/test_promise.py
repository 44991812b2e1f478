import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from clone_mcp.calibration import binomial, promise
from clone_mcp.calibration.promise import NotYet, Supported, lowest_threshold
from clone_mcp.calibration.reliability import Forecast

RUNS = 400
NOISE = 3 * math.sqrt(0.05 * 0.95 / RUNS)
forecasts = st.lists(
    st.builds(Forecast, st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0, 1.0, 1.0, 1.0])), max_size=200
)


def drawn(chance, error_at, count):
    """Forecasts whose chance of being wrong is known: `error_at[confidence]`."""
    said = chance.choices(list(error_at), k=count)
    return [Forecast(c, float(chance.random() >= error_at[c])) for c in said]


def broken(error_at, found):
    """Whether answers at the named threshold and above are, in truth, wrong more often than promised."""
    if isinstance(found, NotYet):
        return False
    answered = [error for c, error in error_at.items() if c >= found.threshold]
    return sum(answered) / len(answered) > 0.1


@pytest.mark.parametrize(
    "error_at",
    [
        pytest.param({0.5 + i / 50: 0.101 for i in range(25)}, id="every threshold a little too wrong"),
        pytest.param({0.5 + i / 50: 0.4 - i / 62 for i in range(25)}, id="confident ones better"),
        pytest.param({0.5 + i / 50: 0.02 + i / 120 for i in range(25)}, id="confident ones worse"),
        pytest.param({0.5: 0.6, 0.95: 0.0999}, id="good at the top only"),
    ],
)
@pytest.mark.parametrize("count", [60, 300])
def test_a_promise_is_broken_one_time_in_twenty_at_most(error_at, count):
    chance = random.Random(count)
    failures = sum(broken(error_at, lowest_threshold(drawn(chance, error_at, count), at_most=0.1)) for _ in range(RUNS))
    assert failures / RUNS <= 0.05 + NOISE


def test_the_lowest_threshold_before_the_first_failure_is_named():
    good, bad = [Forecast(0.95, 1.0)] * 97 + [Forecast(0.95, 0.0)] * 3, [Forecast(0.6, 0.0)] * 40
    fine_again = [Forecast(0.3, 1.0)] * 5000
    assert lowest_threshold(good + bad + fine_again, at_most=0.1) == Supported(
        threshold=0.61, answered=100, wrong=3, bound=pytest.approx(stats.beta.ppf(0.95, 4, 97))
    )


def test_every_answer_right_reaches_down_to_where_there_are_none():
    assert lowest_threshold([Forecast(0.9, 1.0)] * 46, at_most=0.1) == Supported(
        threshold=0.01, answered=46, wrong=0, bound=pytest.approx(1 - 0.05 ** (1 / 46))
    )


def test_one_unlucky_answer_does_not_end_the_search():
    assert isinstance(lowest_threshold([Forecast(0.9, 1.0)] * 45 + [Forecast(0.9, 0.0)], at_most=0.1), Supported)
    assert isinstance(lowest_threshold([Forecast(0.9, 1.0)] * 44 + [Forecast(0.9, 0.0)], at_most=0.1), NotYet)


def test_an_edited_answer_breaks_the_promise():
    found = lowest_threshold([Forecast(0.9, 1.0)] * 99 + [Forecast(0.9, 0.5)], at_most=0.1)
    assert isinstance(found, Supported)
    assert found.wrong == 1


@settings(max_examples=60, deadline=None)
@given(forecasts, st.sampled_from([0.05, 0.1, 0.2, 0.5]))
def test_what_is_named_can_be_checked_by_hand(data, at_most):
    found = lowest_threshold(data, at_most=at_most)
    if isinstance(found, NotYet):
        assert found.more_labels is None or found.more_labels > 0
        return
    answered = [f for f in data if f.confidence >= found.threshold]
    assert found.threshold in promise.GRID
    assert (found.answered, found.wrong) == (len(answered), sum(f.outcome < 1 for f in answered))
    assert found.bound == binomial.upper(found.wrong, found.answered) <= at_most + 1e-12


def test_a_newcomer_is_told_the_least_that_can_do():
    assert lowest_threshold([], at_most=0.1) == NotYet(46)
    assert lowest_threshold([], at_most=0.01) == NotYet(473)


def test_a_rare_sure_answer_asks_for_as_many_labels_as_it_takes_to_see_enough_of_them():
    rare = [Forecast(0.97, 1.0)] * 10 + [Forecast(0.05, 0.0)] * 990
    found = lowest_threshold(rare, at_most=0.1)
    assert isinstance(found, NotYet)
    assert 3600 <= found.more_labels <= 6000


def test_answers_that_are_wrong_too_often_are_told_that_no_number_will_do():
    assert lowest_threshold([Forecast(0.7, float(i % 3 > 0)) for i in range(900)], at_most=0.1) == NotYet(None)
    assert lowest_threshold([Forecast(0.03, 0.0)] * 20, at_most=0.1) == NotYet(None)


def test_the_number_of_missing_labels_is_about_right():
    """With as many labels as foreseen, the promise is named about as often as not."""
    chance, error_at = random.Random(7), {0.94: 0.06, 0.1: 0.9}
    foreseen = [lowest_threshold(drawn(chance, error_at, 80), at_most=0.1) for _ in range(100)]
    typical = sorted(f.more_labels or 100_000 if isinstance(f, NotYet) else 0 for f in foreseen)[50]
    later = [lowest_threshold(drawn(chance, error_at, 80 + typical), at_most=0.1) for _ in range(100)]
    assert 0.25 <= sum(isinstance(f, Supported) for f in later) / 100 <= 0.85


@pytest.mark.parametrize("at_most, level", [(0.0, 0.95), (1.0, 0.95), (math.nan, 0.95), (0.1, 0.5), (0.1, 1.0)])
def test_a_promise_that_nobody_could_test_is_refused(at_most, level):
    with pytest.raises(ValueError, match="No promise"):
        lowest_threshold([], at_most=at_most, level=level)
