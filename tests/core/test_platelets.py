"""Platelets a field with their interval, the estimate's factor, and clumps."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from bloodview.core.geometry import Scale
from bloodview.core.platelets import PlateletPlace, clumps, figures, poisson

FILE = Scale(0.1, "file")
NO = np.zeros(0)
FIELD_UM = 200.0
FIELD_MM2 = math.pi * 0.1**2


def boxes(*corners: tuple[float, float], side: float = 30) -> NDArray[np.float32]:
    return np.array([(x, y, x + side, y + side) for x, y in corners], np.float32).reshape(-1, 4)


def apart(n: int, side: float = 30) -> NDArray[np.float32]:
    return boxes(*((100.0 * i, 0.0) for i in range(n)), side=side)


def test_the_estimate_is_the_mean_of_a_field_times_the_factor() -> None:
    found = figures([PlateletPlace(apart(40), NO, FILE, 4 * FIELD_MM2)], FIELD_UM, 15)
    assert found.per_field == pytest.approx(10)
    assert found.fields == pytest.approx(4)
    assert found.estimate == pytest.approx(150)
    limits = found.estimate_limits
    assert limits is not None
    # Exact limits of a Poisson mean of which 40 were seen: 28.58 to 54.47 (Garwood).
    assert (limits.low, limits.high) == pytest.approx((15 * 28.58 / 4, 15 * 54.47 / 4), rel=0.002)
    assert found.spread is None


def test_pictures_are_fields_of_their_own_size_and_their_spread_is_told() -> None:
    places = [PlateletPlace(apart(8), NO, FILE, FIELD_MM2), PlateletPlace(apart(24), NO, FILE, 2 * FIELD_MM2)]
    found = figures(places, FIELD_UM, 15)
    assert found.per_field == pytest.approx(32 / 3)
    assert found.spread == pytest.approx(np.std([8, 12], ddof=1))


@pytest.mark.parametrize("scale", [None, Scale(0.1, "assumed")])
def test_without_a_scale_to_trust_the_estimate_is_withheld_and_the_number_is_not(scale: Scale | None) -> None:
    found = figures([PlateletPlace(apart(8), NO, FILE, 0.1), PlateletPlace(apart(8), NO, scale, 0.1)], FIELD_UM, 15)
    assert (found.n, found.estimate, found.estimate_limits, found.large, found.fields) == (16, None, None, None, None)


def test_none_seen_is_no_proof_of_none() -> None:
    assert poisson(0) == (0, pytest.approx(3.69, abs=0.03))
    found = figures([PlateletPlace(apart(0), NO, FILE, FIELD_MM2)], FIELD_UM, 15)
    assert found.estimate == 0
    assert found.estimate_limits is not None
    assert found.estimate_limits.high == pytest.approx(15 * 3.69, rel=0.01)
    assert figures([], FIELD_UM, 15).estimate is None


def test_platelets_that_touch_are_a_clump_from_three_on() -> None:
    row = [(0.0, 0.0), (34.0, 0.0), (68.0, 5.0)]  # gaps of 0.4 um
    assert clumps(boxes(*row), FILE) == [3]
    assert clumps(boxes(*row[:2]), FILE) == []
    assert clumps(boxes(*row, (150.0, 0.0)), FILE) == [3], "4.4 um away"
    assert clumps(boxes((0.0, 0.0), (36.0, 0.0), (72.0, 0.0)), FILE) == [], "0.6 um apart"
    assert clumps(boxes(*row, (500, 500), (500, 533), (500, 566), (533, 566)), FILE) == [4, 3]


def test_a_chain_found_from_both_ends_is_one_clump() -> None:
    # The two ends stand first and last from left to right, the middle joins them late.
    assert clumps(boxes((0, 0), (1, 68), (2, 34)), FILE) == [3]


def test_without_a_scale_a_fifth_of_a_box_is_the_distance() -> None:
    assert clumps(boxes((0, 0), (35, 0), (70, 0)), None) == [3]
    assert clumps(boxes((0, 0), (37, 0), (74, 0)), None) == []


def test_wide_boxes_are_taken_for_no_wider_than_what_was_measured_in_them() -> None:
    row = boxes((0, 0), (25, 0), (50, 0))
    assert figures([PlateletPlace(row, np.array([30.0]), FILE, 0.1)], FIELD_UM, 15).clumps == 1
    # Platelets of 1.8 um in boxes of 3 um lie 0.7 um apart.
    assert figures([PlateletPlace(row, np.array([18.0]), FILE, 0.1)], FIELD_UM, 15).clumps == 0
    near = boxes((0, 0), (22, 0), (44, 0))
    assert figures([PlateletPlace(near, np.array([18.0]), FILE, 0.1)], FIELD_UM, 15).clumps == 1


def test_clumps_are_what_trying_every_pair_finds() -> None:
    random = np.random.default_rng(7)
    some = boxes(*map(tuple, random.uniform(0, 600, (120, 2))))
    gap = 5.0
    joined = [{i} for i in range(len(some))]
    for i in range(len(some)):
        for j in range(i):
            away = np.maximum(0.0, np.maximum(some[i, :2] - some[j, 2:], some[j, :2] - some[i, 2:])).max()
            if away <= gap:
                one = joined[i] | joined[j]
                for k in one:
                    joined[k] = one
    expected = sorted((len(g) for g in {frozenset(g) for g in joined} if len(g) >= 3), reverse=True)
    assert clumps(some, FILE) == expected


def test_large_platelets_are_those_wider_than_4_um() -> None:
    found = figures([PlateletPlace(apart(5), np.array([25.0, 39, 41, 80]), FILE, 0.1)], FIELD_UM, 15)
    assert (found.large, found.n_measured) == (2, 4)
