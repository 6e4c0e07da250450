"""The error rates against their definitions, counted one comparison at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometric.evaluation.rates import (
    Comparisons,
    bootstrap,
    equal_error_rate,
    frr_at_far,
    operating_points,
    upper_bound,
)

# Few different distances, so that thresholds meet them exactly and ties are common.
distance = st.integers(0, 12).map(lambda tenths: tenths / 10)
genuine = st.lists(st.one_of(distance, st.just(math.inf)), min_size=1, max_size=30)
impostor = st.lists(distance, min_size=1, max_size=30)


def comparisons(own: list[float], others: list[float], people: int = 5) -> Comparisons:
    return Comparisons(
        np.array(own, np.float64), np.arange(len(own)) % people,
        np.array(others, np.float64), np.arange(len(others)) % people, (np.arange(len(others)) + 1) % people,
    )  # fmt: skip


def counted_far(others: list[float], threshold: float) -> float:
    return sum(1 for value in others if value <= threshold) / len(others)


def counted_frr(own: list[float], threshold: float) -> float:
    return sum(1 for value in own if value > threshold) / len(own)


@given(genuine, impostor, distance)
def test_rates_at_a_threshold_are_shares_of_the_comparisons(own, others, threshold):
    made = comparisons(own, others)
    assert made.far(threshold) == pytest.approx(counted_far(others, threshold))
    assert made.frr(threshold) == pytest.approx(counted_frr(own, threshold))


@given(genuine, impostor)
def test_the_operating_points_are_the_rates_at_every_distance(own, others):
    points = operating_points(comparisons(own, others))
    assert points.threshold.tolist() == [-math.inf, *sorted({value for value in own + others if value < math.inf})]
    for threshold, far, frr in zip(points.threshold, points.far, points.frr, strict=True):
        assert far == pytest.approx(counted_far(others, threshold))
        assert frr == pytest.approx(counted_frr(own, threshold))


@given(genuine, impostor)
def test_the_equal_error_rate_lies_where_far_crosses_frr(own, others):
    found = equal_error_rate(comparisons(own, others))
    thresholds = [-1.0, *sorted(set(others) | {value for value in own if value < math.inf})]
    after = next(n for n, each in enumerate(thresholds) if counted_far(others, each) >= counted_frr(own, each))
    far = [counted_far(others, thresholds[n]) for n in (after - 1, after)]
    frr = [counted_frr(own, thresholds[n]) for n in (after - 1, after)]
    assert far[0] - 1e-9 <= found <= far[1] + 1e-9
    assert frr[1] - 1e-9 <= found <= frr[0] + 1e-9
    # Where one of the rates stays the same across the crossing, the line meets it there.
    if far[0] == far[1]:
        assert found == pytest.approx(far[0])
    if frr[0] == frr[1]:
        assert found == pytest.approx(frr[0])


@given(genuine, impostor, st.floats(0, 1))
def test_frr_at_a_far_is_the_best_of_the_allowed_thresholds(own, others, far):
    thresholds = [-1.0, *others, *(value for value in own if value < math.inf)]
    allowed = [counted_frr(own, each) for each in thresholds if counted_far(others, each) <= far]
    assert frr_at_far(comparisons(own, others), far) == pytest.approx(min(allowed))


@given(genuine, impostor, st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_resampling_repeats_people_and_the_meetings_of_two(own, others, times):
    made = comparisons(own, others)
    drawn = made.resampled(np.array(times))
    expected = [value for value, who in zip(own, made.genuine_subject, strict=True) for _ in range(times[who])]
    met = [
        value for value, probe, template in zip(others, made.probe_subject, made.template_subject, strict=True)
        for _ in range(times[probe] * times[template])
    ]  # fmt: skip
    assert drawn.genuine.tolist() == expected
    assert drawn.impostor.tolist() == met


def test_known_rates():
    made = comparisons([0.1, 0.2, 0.3, 0.7], [0.4, 0.5, 0.6, 0.9])
    assert equal_error_rate(made) == pytest.approx(0.25)
    assert frr_at_far(made, 0.0) == 0.25
    assert frr_at_far(made, 0.75) == 0.0
    apart = comparisons([0.1, 0.2], [0.4, 0.5])
    assert equal_error_rate(apart) == 0.0


def test_a_failure_to_acquire_is_a_rejection_at_every_threshold():
    made = comparisons([0.1, math.inf], [0.4])
    assert made.frr(1e9) == 0.5
    assert equal_error_rate(made) == 0.5


def test_only_people_of_a_group_are_compared():
    among = comparisons([0.1, 0.2, 0.3], [0.4, 0.5, 0.6]).of_people(np.array([0, 1]))
    assert among.genuine.tolist() == [0.1, 0.2]
    assert among.impostor.tolist() == [0.4]


def test_rates_of_nothing_are_no_numbers():
    nothing = comparisons([], [])
    assert math.isnan(nothing.far(0.5))
    assert math.isnan(nothing.frr(0.5))
    assert math.isnan(equal_error_rate(nothing))


@pytest.mark.parametrize(
    ("errors", "trials", "bound"),
    [(0, 150, 0.019773), (0, 1, 0.95), (1, 10, 0.394163), (10, 10, 1.0), (0, 0, 1.0)],
)
def test_the_exact_upper_bound(errors, trials, bound):
    """At the bound, so few errors happen in one run of twenty: the binomial sum says so."""
    assert upper_bound(errors, trials) == pytest.approx(bound, abs=1e-6)
    if errors < trials:
        p = upper_bound(errors, trials)
        few = sum(math.comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(errors + 1))
        assert few == pytest.approx(0.05)


def test_intervals_are_drawn_over_people_and_repeat():
    """Ten people with ten comparisons each that all agree are ten observations, not a hundred."""
    wrong = np.repeat(np.arange(10) < 2, 10)
    whose = np.repeat(np.arange(10), 10)

    def rate(times):
        return float(np.repeat(wrong, times[whose]).mean())

    interval = bootstrap(10, {"rate": rate})["rate"]
    assert interval == bootstrap(10, {"rate": rate})["rate"]
    # The share of a binomial draw of 10 at 0.2: 2.5 % below 0, 97.5 % at 0.5 or below.
    assert (interval.low, interval.high) == pytest.approx((0.0, 0.5), abs=1e-9)
