import math
import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from clone_mcp.calibration import platt
from clone_mcp.calibration.platt import IDENTITY, Fit, Sample, fit

probabilities = st.floats(0, 1)
outcomes = st.sampled_from([0.0, 0.5, 1.0])
samples = st.builds(Sample, probabilities, outcomes, st.sampled_from([0.25, 0.5, 1.0, 2.0]))
anything = st.floats(allow_nan=True, allow_infinity=True) | st.integers()
any_sample = st.builds(Sample, anything, anything, anything)
fits = st.builds(Fit, st.floats(1e-3, 1e3), st.floats(-50, 50), st.just(0))
few = settings(max_examples=60, deadline=None, derandomize=True)


def labels_of(truth, count, seed=0):
    chance = random.Random(seed)
    raws = [chance.uniform(0.02, 0.98) for _ in range(count)]
    return [Sample(raw, float(chance.random() < truth.apply(raw))) for raw in raws]


def sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


def reference(labels, ridge):
    """The objective as the module's first page words it, and its slope, sample by sample and without any grouping."""
    positive = sum(s.weight * s.target for s in labels)
    negative = sum(s.weight * (1 - s.target) for s in labels)
    rows = []
    for s in labels:
        raw = min(max(s.raw, platt.EDGE), 1 - platt.EDGE)
        t = s.target * (positive + 1) / (positive + 2) + (1 - s.target) / (negative + 2)
        rows.append((math.log(raw / (1 - raw)), s.weight, t))

    def objective(parameters):
        alpha, b = (float(p) for p in parameters)
        a = math.exp(alpha)
        loss = (ridge.alpha * alpha**2 + ridge.b * b**2) / 2
        by_alpha, by_b = ridge.alpha * alpha, ridge.b * b
        for x, weight, t in rows:
            z = a * x + b
            loss += weight * (max(z, 0) + math.log1p(math.exp(-abs(z))) - t * z)
            by_alpha += weight * (sigmoid(z) - t) * a * x
            by_b += weight * (sigmoid(z) - t)
        return loss, (by_alpha, by_b)

    return objective


@pytest.mark.parametrize("truth", [IDENTITY, Fit(0.4, -2.0, 0), Fit(2.5, 1.0, 0)])
def test_many_labels_recover_the_parameters_that_made_them(truth):
    found = fit(labels_of(truth, 5000))
    assert found.n == 5000
    assert found.a == pytest.approx(truth.a, rel=0.1)
    assert found.b == pytest.approx(truth.b, abs=0.15)


@few
@given(st.lists(samples, min_size=5, max_size=60), st.sampled_from([platt.STATED, platt.LEARNED, platt.PERSONAL]))
def test_a_fit_is_where_an_independent_optimiser_ends(labels, ridge):
    best = minimize(reference(labels, ridge), (0.0, 0.0), jac=True, method="BFGS", options={"gtol": 1e-9})
    found = fit(labels, ridge)
    assert (math.log(found.a), found.b) == pytest.approx(tuple(best.x), abs=1e-6)


@given(fits, probabilities, probabilities)
def test_more_raw_confidence_is_never_less_calibrated_confidence(made, one, other):
    low, high = sorted((one, other))
    assert 0 <= made.apply(low) <= made.apply(high) <= 1


@given(fits, probabilities)
def test_neighbouring_numbers_keep_their_order(made, p):
    assert made.apply(p) <= made.apply(min(1.0, math.nextafter(p, 2)))


@few
@given(st.lists(samples, min_size=5, max_size=30), probabilities, probabilities)
def test_even_labels_that_contradict_the_scores_never_turn_them_round(labels, one, other):
    contrary = fit([Sample(s.raw, 1.0 - round(s.raw), s.weight) for s in labels])
    low, high = sorted((one, other))
    assert contrary.a > 0
    assert contrary.apply(low) <= contrary.apply(high)


@settings(max_examples=150, deadline=None)
@given(st.lists(any_sample, max_size=40), anything)
def test_nothing_a_caller_can_construct_makes_it_raise(labels, p):
    made = fit(labels)
    assert 0 < made.a < math.inf
    assert math.isfinite(made.b)
    assert 0 <= made.apply(p) <= 1
    assert 0 <= IDENTITY.apply(p) <= 1


@pytest.mark.parametrize("raw", [0.0, 1.0, -5.0, 0.5, math.inf, sys.float_info.min, 10**400])
@pytest.mark.parametrize("target", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("weight", [5e-324, 1.0, 1e308, math.inf, 10**400])
def test_thousands_of_extreme_labels_of_one_kind_give_a_fit(raw, target, weight):
    made = fit([Sample(raw, target, weight)] * 2000)
    assert made.n == 2000
    assert 0 <= made.apply(raw) <= 1


def test_what_says_nothing_is_no_label():
    silent = [Sample(math.nan, 1.0), Sample(0.5, math.nan)] + [Sample(0.5, 1.0, w) for w in (0.0, -1.0, math.nan)]
    spoken = labels_of(Fit(2.0, 0.5, 0), 20)
    assert fit(silent * 10 + spoken) == fit(spoken)


def test_a_confidence_that_is_no_number_is_no_confidence():
    assert IDENTITY.apply(math.nan) == 0.0
    assert Fit(2.0, 1.0, 9).apply(math.nan) == Fit(2.0, 1.0, 9).apply(0.0)


@given(st.lists(any_sample, max_size=4))
def test_below_five_labels_raw_is_calibrated(labels):
    assert fit(labels) == IDENTITY


@given(probabilities)
def test_the_identity_changes_no_digit(p):
    assert IDENTITY.apply(p) == p


@few
@given(st.lists(samples, min_size=5, max_size=20), st.integers(2, 4))
def test_a_weight_counts_as_so_many_equal_samples(labels, times):
    heavy = fit([Sample(s.raw, s.target, s.weight * times) for s in labels])
    often = fit(labels * times)
    assert (heavy.a, heavy.b) == pytest.approx((often.a, often.b), abs=1e-7)


def test_the_order_of_labels_makes_no_difference():
    labels = labels_of(Fit(0.7, -1.0, 0), 300)
    shuffled = random.Random(1).sample(labels, len(labels))
    one, other = fit(labels), fit(shuffled)
    assert (one.a, one.b) == pytest.approx((other.a, other.b), abs=1e-9)


def test_only_the_newest_five_thousand_count_and_they_come_first():
    new, old = labels_of(Fit(1.5, 1.0, 0), 5000), [Sample(0.9, 0.0)] * 3000
    assert fit(new + old) == fit(new)


@pytest.mark.parametrize("raw", [0.0, 0.05, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_a_handful_of_labels_moves_a_confidence_with_caution(raw, target):
    made = fit([Sample(raw, target)] * 5)
    assert 0.2 < made.a < 5
    assert -2.5 < made.b < 2.5


def test_an_edited_answer_is_half_a_label_each_way():
    assert fit([Sample(0.5, 0.5)] * 50).apply(0.5) == pytest.approx(0.5)


@pytest.mark.parametrize("a, b", [(0.0, 0.0), (-1.0, 0.0), (math.nan, 0.0), (math.inf, 0.0), (1.0, math.nan)])
def test_a_fit_that_would_turn_the_order_round_cannot_be_made(a, b):
    with pytest.raises(ValueError, match="a > 0"):
        Fit(a, b, 0)
