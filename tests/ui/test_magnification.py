"""Magnification as on a microscope."""

import pytest

from bloodview.core.geometry import Scale
from bloodview.ui.slide_view.magnification import STEPS, in_words, magnification_at, zoom_for


@pytest.mark.parametrize(("um_per_px", "native"), [(0.25, 40), (0.5, 20), (0.1, 100)])
def test_a_pixel_on_a_pixel_is_the_magnification_of_the_scan(um_per_px: float, native: float) -> None:
    assert magnification_at(1.0, Scale(um_per_px, "file")) == pytest.approx(native)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_reached_and_named(step: int) -> None:
    scale = Scale(0.4990, "file")
    assert magnification_at(zoom_for(step, scale), scale) == pytest.approx(step)
    assert in_words(zoom_for(step, scale), scale) == f"{step}×"


@pytest.mark.parametrize(("zoom", "words"), [(1.0, "100%"), (0.25, "25%"), (0.0123, "1.2%")])
def test_without_a_scale_it_is_percent(zoom: float, words: str) -> None:
    assert in_words(zoom, None) == words


def test_small_magnifications_keep_two_figures() -> None:
    assert in_words(zoom_for(1.25, Scale(0.25, "file")), Scale(0.25, "file")) == "1.2×"
