import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from clone_mcp.calibration import binomial
from clone_mcp.calibration.binomial import Interval

levels = st.sampled_from([0.8, 0.9, 0.95, 0.975, 0.99])
some = settings(max_examples=80, deadline=None)


@st.composite
def counts(draw):
    """Hits, halves among them, and trials."""
    trials = draw(st.integers(1, 20) | st.integers(1, 5000) | st.integers(1, 1_000_000))
    return draw(st.integers(0, 2 * trials)) / 2, trials


@some
@given(counts(), levels)
def test_one_sided_bounds_are_quantiles_of_the_beta_distribution(count, level):
    hits, trials = count
    highest = stats.beta.ppf(level, hits + 1, trials - hits) if hits < trials else 1.0
    lowest = stats.beta.ppf(1 - level, hits, trials - hits + 1) if hits else 0.0
    assert binomial.upper(hits, trials, level=level) == pytest.approx(highest, abs=1e-9)
    assert binomial.lower(hits, trials, level=level) == pytest.approx(lowest, abs=1e-9)


@some
@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_the_textbook_one(count):
    textbook = stats.binomtest(*count).proportion_ci(0.95, method="exact")
    found = binomial.interval(*count)
    assert (found.low, found.high) == pytest.approx((textbook.low, textbook.high), abs=1e-9)


@some
@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.001, 0.999))
def test_the_tail_is_the_sum_of_its_probabilities(count, chance):
    assert binomial.at_most(*count, chance) == pytest.approx(stats.binom.cdf(*count, chance), abs=1e-9)


@some
@given(st.floats(-0.5, 1.5), st.floats(0.5, 1e5), st.floats(0.5, 1e5))
def test_the_incomplete_beta_function_is_a_share(x, a, b):
    assert binomial.beta(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-9)


def test_no_trials_say_nothing():
    assert binomial.interval(0, 0) == Interval(0.0, 1.0)


def test_the_smallest_fraction_of_a_hit_has_a_bound():
    assert binomial.lower(5e-324, 1) == pytest.approx(0.0)


@pytest.mark.parametrize("hits, trials", [(-1, 5), (6, 5), (float("nan"), 5), (0, float("inf")), (0, -1)])
def test_an_impossible_count_is_refused(hits, trials):
    with pytest.raises(ValueError, match="can't be"):
        binomial.upper(hits, trials)


@pytest.mark.parametrize("level", [0.0, 1.0, 1.5, float("nan")])
def test_an_impossible_level_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        binomial.lower(1, 5, level=level)
