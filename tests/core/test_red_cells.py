"""What many red cells amount to: spread, histogram, and when micrometres are withheld."""

import numpy as np
import pytest

from bloodview.core.geometry import Scale
from bloodview.core.red_cells import BIN_UM, ShapeColumns, figures, samples

FILE = Scale(0.1, "file")


def columns(*diameter_px: float, n_cut: int = 0, **given: float) -> ShapeColumns:
    n = len(diameter_px)
    rest = [np.full(n, given.get(name, usual)) for name, usual in (("c", 1.0), ("e", 1.0), ("p", 0.3))]
    return ShapeColumns(np.arange(n), np.array(diameter_px, np.float64), *rest, n_cut, 2, 1, 3)


def test_mean_and_spread_are_those_of_the_diameters() -> None:
    found = figures([(columns(70, 75, 80), FILE)])
    assert found.n_measured == 3
    assert found.mean_um == pytest.approx(7.5)
    assert found.sd_um == pytest.approx(0.5)
    assert found.cv == pytest.approx(0.5 / 7.5)
    assert found.small == 0, "7.0 um is not below 7.0 um"
    assert found.large == 0
    assert not found.is_own_ruler


def test_the_histogram_holds_every_cell_in_its_bin() -> None:
    found = figures([(columns(10, 74.9, 75.1, 76, 400), FILE)])
    assert sum(b.count for b in found.bins) == 5
    assert all(b.high_um - b.low_um == pytest.approx(BIN_UM) for b in found.bins)
    by_low = {b.low_um: b.count for b in found.bins}
    assert (by_low[7.25], by_low[7.5]) == (1, 2)
    assert (found.bins[0].count, found.bins[-1].count) == (1, 1), "what lies outside stands in the outermost"


def test_micrometres_are_withheld_where_a_scale_is_assumed_but_the_spread_is_not() -> None:
    for scale in (None, Scale(0.1, "assumed")):
        found = figures([(columns(70, 80), FILE), (columns(35, 40), scale)])
        assert (found.mean_um, found.sd_um, found.small, found.bins) == (None, None, None, ())
        assert found.cv == pytest.approx(np.std([14 / 15, 16 / 15], ddof=1))
    # A slide without red cells needs no scale.
    assert figures([(columns(70, 80), FILE), (columns(), None)]).mean_um == pytest.approx(7.5)


def test_slides_of_two_scales_are_each_held_against_their_own_mean() -> None:
    found = figures([(columns(75, 75), FILE), (columns(15, 15), Scale(0.5, "file"))])
    assert found.cv == pytest.approx(0)
    assert found.mean_um == pytest.approx(7.5)


def test_slides_of_one_cell_each_tell_no_spread_and_dampen_none() -> None:
    assert figures([(columns(70), FILE), (columns(80), FILE)]).cv is None
    two = figures([(columns(70, 80), FILE)]).cv
    assert two is not None
    assert figures([(columns(70, 80), FILE), (columns(75), FILE), (columns(90), FILE)]).cv == pytest.approx(two)


def test_a_scale_off_the_cells_themselves_is_told() -> None:
    assert figures([(columns(70, 80), Scale(0.1, "red cells"))]).is_own_ruler


def test_shares_are_of_the_measured_cells_and_the_others_are_numbered() -> None:
    found = figures([(columns(75, c=0.9, e=1.4, p=0.6, n_cut=4), FILE), (columns(75, 75, 75), FILE)])
    assert (found.unround, found.elongated, found.wide_pallor, found.solid) == (0.25, 0.25, 0.25, 0)
    assert figures([(columns(75, p=0.05), FILE)]).solid == 1
    assert (found.n_cut, found.n_overlapping, found.n_unclear, found.n_unmeasured) == (4, 4, 2, 6)
    assert found.n_left_out == 16


def test_without_a_cell_there_are_no_figures() -> None:
    found = figures([(columns(n_cut=1), FILE)])
    assert (found.n_measured, found.n_cut, found.cv, found.mean_um, found.circularity) == (0, 1, None, None, None)
    assert figures([(columns(75), FILE)]).cv is None, "one cell has no spread"


def test_cells_to_show_are_the_average_and_the_extreme_ones_of_their_slide() -> None:
    near = ShapeColumns(
        np.array([1, 2, 3, 4]), np.array([70.0, 75, 80, 75]), np.array([1, 0.8, 1, 1]), np.array([1, 1, 1, 1.5]),
        np.array([0.1, 0.2, 0.6, 0.3]),
    )  # fmt: skip
    far = ShapeColumns(np.array([5]), np.array([15.0]), np.array([0.9]), np.array([1.2]), np.array([0.2]))
    shown = dict(samples([near, far], 1))
    assert shown == {
        "of average size": (2,),
        "smallest": (1,),
        "largest": (3,),
        "longest": (4,),
        "least round": (2,),
        "widest pale centre": (3,),
    }
    assert len(dict(samples([near, far], 9))["smallest"]) == 5
    assert samples([], 3) == ()
