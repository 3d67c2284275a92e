"""Tests of the windows that cells are classified by."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from bloodview.analysis.crops import cell_window, central_cell, centred_window
from bloodview.core.cells import Kind
from bloodview.core.geometry import Box, Scale, Size
from bloodview.models.api import Boxes, Detector
from bloodview.models.windows import cut
from bloodview.slides.ruler import FieldScale
from tests.fakes import FakeDetector, Spot, draw_field

Measure = Callable[[np.ndarray], FieldScale | None]


def ramp(width: int, height: int) -> np.ndarray:
    """A picture whose red is its column and whose green is its row."""
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0], image[..., 1] = np.arange(width)[None, :], np.arange(height)[:, None]
    return image


def reference_crop(array: np.ndarray, box: tuple[float, float, float, float], factor: float) -> np.ndarray:
    """The crop of the acceptance scripts: around [x, y, w, h], reflected at the border."""
    x, y, w, h = box
    side = max(1, round(factor * max(w, h)))

    def reflect(middle: float, size: int) -> np.ndarray:
        i = abs(np.arange(side) + round(middle - side / 2)) % max(1, 2 * size - 2)
        return np.minimum(i, abs(2 * size - 2 - i))

    return array[np.ix_(reflect(y + h / 2, array.shape[0]), reflect(x + w / 2, array.shape[1]))]


@pytest.mark.parametrize("box", [(40, 30, 20, 16), (0, 0, 20, 20), (90, 60, 10, 20), (1, 55, 40, 25)])
def test_a_crop_is_the_window_reflected_at_the_border(box: tuple[float, float, float, float]) -> None:
    image = ramp(100, 80)
    expected = reference_crop(image, box, 1.6)
    x, y, w, h = box
    window = Box.square((x + w / 2, y + h / 2), round(1.6 * max(w, h)))
    assert np.array_equal(cut(image, window, expected.shape[0]), expected)


def test_a_crop_is_resampled_to_the_side_asked_for() -> None:
    crop = cut(ramp(100, 80), Box(10, 10, 50, 50), 20)
    assert crop.shape == (20, 20, 3)
    assert crop[0, 0, 0] == pytest.approx(10.5, abs=1)
    assert crop[-1, -1, 1] == pytest.approx(48.5, abs=1)


def test_a_window_larger_than_the_picture_is_filled_up() -> None:
    assert cut(ramp(10, 8), Box(-40, -40, 60, 60), 50).shape == (50, 50, 3)


@pytest.mark.parametrize(
    ("scale", "side"),
    [(Scale(0.1, "file"), 240), (Scale(0.2, "red cells"), 120), (Scale(0.1, "assumed"), 1.7 * 60)],
)
def test_a_cell_s_window_is_fixed_in_um_unless_the_scale_is_assumed(scale: Scale, side: float) -> None:
    window = cell_window(Box(100, 100, 150, 160), scale, 24.0)
    assert window.width == pytest.approx(side)
    assert window.center == pytest.approx((125, 130))


@dataclass
class Said:
    """A detector that answers the same boxes, as shares of the picture, at the view where they are likely."""

    rows: tuple[tuple[float, float, float, float, float, int], ...]
    um_per_px: float = 0.25
    model_id: str = "said"
    device: str = "cpu"

    @property
    def thresholds(self) -> dict[str, float]:
        return {"wbc": 0.5, "rbc": 0.5, "platelet": 0.5}

    def detect(self, images: list[np.ndarray]) -> list[Boxes]:
        out = []
        for image in images:
            table = np.array(self.rows, np.float32).reshape(-1, 6).copy()
            table[:, [0, 2]] *= image.shape[1]
            table[:, [1, 3]] *= image.shape[0]
            out.append(Boxes(table[:, :4], table[:, 4], table[:, 5].astype(np.int64)))
        return out


def ruler_of(um_per_px: float | None, confidence: float = 0.9) -> Measure:
    def measure(_image: np.ndarray) -> FieldScale | None:
        if um_per_px is None:
            return None
        return FieldScale(um_per_px, 7.5 / um_per_px, 12, confidence, (240, 240, 240), (220, 150, 150))

    return measure


NOTHING = Said(())
WHITE_CELL = Said(((0.3, 0.3, 0.7, 0.7, 0.9, 0),))
FILLING = Said(((0.18, 0.2, 0.8, 0.81, 0.9, 0),))
AT_THE_SIDE = Said(((0.0, 0.0, 0.3, 0.3, 0.9, 0),))
SMALL_PLATELET = Said(((0.46, 0.46, 0.54, 0.54, 0.9, 2),))


@pytest.mark.parametrize(
    ("size", "scale", "ruler", "detector", "rule", "side"),
    [
        ((360, 363), Scale(0.1, "file"), None, NOTHING, "scale", 240),
        ((360, 363), Scale(0.05, "file"), None, NOTHING, "scale", 1.04 * 360),
        ((360, 363), Scale(0.1, "assumed"), None, NOTHING, "picture", 360),
        ((360, 363), None, 0.1, NOTHING, "red cells", 240),
        ((360, 363), None, 0.1, WHITE_CELL, "red cells", 240),
        ((120, 120), None, 0.01, FILLING, "cell", 1.04 * 120),
        ((360, 363), None, None, WHITE_CELL, "cell", 1.7 * 0.4 * 363),
        ((363, 360), None, None, AT_THE_SIDE, "picture", 360),
        ((360, 360), None, None, SMALL_PLATELET, "cell", 240),
        ((90, 120), None, None, NOTHING, "picture", 90),
    ],
)
def test_the_window_of_a_one_cell_picture(
    size: tuple[int, int], scale: Scale | None, ruler: float | None, detector: Detector, rule: str, side: float
) -> None:
    image = np.full((size[1], size[0], 3), 200, np.uint8)
    found = centred_window(image, detector, 24.0, scale=scale, measure=ruler_of(ruler))
    assert found.rule == rule
    assert found.box.width == pytest.approx(side, rel=0.01)
    assert found.box.width == pytest.approx(found.box.height)
    assert found.box.center == pytest.approx((size[0] / 2, size[1] / 2))


@pytest.mark.parametrize(
    ("um_per_px", "confidence", "detector", "rule"),
    [
        (0.1, 0.2, NOTHING, "picture"),
        (0.1, 0.2, WHITE_CELL, "cell"),
        (0.1, 0.4, NOTHING, "picture"),
        (0.1, 0.4, WHITE_CELL, "red cells"),
        (0.3, 0.4, WHITE_CELL, "cell"),
        (0.3, 0.9, WHITE_CELL, "red cells"),
    ],
)
def test_an_unsure_ruler_is_followed_only_where_the_central_cell_agrees(
    um_per_px: float, confidence: float, detector: Detector, rule: str
) -> None:
    image = np.full((360, 360, 3), 200, np.uint8)
    assert centred_window(image, detector, 24.0, measure=ruler_of(um_per_px, confidence)).rule == rule


@pytest.mark.parametrize("um_per_px", [0.05, 0.1, 0.2])
def test_the_central_leukocyte_is_found_at_any_magnification(um_per_px: float) -> None:
    side = round(24 / um_per_px)
    image = draw_field(Size(side, side), [Spot(side / 2, side / 2, Kind.WBC)], um_per_px)
    central = central_cell(image, FakeDetector())
    assert central is not None
    assert central.kind is Kind.WBC
    assert central.um_per_px == pytest.approx(um_per_px, rel=0.05)
    assert central.box.width == pytest.approx(14 / um_per_px, rel=0.1)


def test_there_is_no_central_cell_on_empty_glass() -> None:
    assert central_cell(np.full((200, 200, 3), 240, np.uint8), FakeDetector()) is None
