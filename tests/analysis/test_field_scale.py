"""Tests of where the scale of a picture is taken from."""

from collections.abc import Callable

import numpy as np
import pytest

from bloodview.analysis import field_scale
from bloodview.analysis.merge import Found, nothing
from bloodview.core.geometry import Scale
from bloodview.slides import ruler
from bloodview.slides.ruler import FieldScale
from tests.fakes import FakeSlide

Ruled = Callable[..., None]
PICTURE = np.full((480, 640, 3), 240, np.uint8)


def red_cells(side_px: float, score: float = 0.9, n: int = 20) -> Found:
    """Red cells of one size, none at the border."""
    x, y = (v.ravel() * 90.0 + 60 for v in np.meshgrid(np.arange(5), np.arange(4)))
    half = side_px / 2
    boxes = np.stack([x - half, y - half, x + half, y + half], axis=1)[:n].clip(3, 470).astype(np.float32)
    return Found(boxes, np.full(len(boxes), score, np.float32), np.ones(len(boxes), np.int64))


@pytest.fixture
def ruled(monkeypatch: pytest.MonkeyPatch) -> Ruled:
    def set_to(um_per_px: float | None, confidence: float = 0.9) -> None:
        answer = um_per_px and FieldScale(um_per_px, 7.5 / um_per_px, 20, confidence, (240,) * 3, (220, 150, 150))
        monkeypatch.setattr(ruler, "measure", lambda _image: answer)

    return set_to


class Probe:
    def __init__(self, *answers: Found) -> None:
        self.answers, self.asked = list(answers), []

    def __call__(self, um_per_px: float) -> Found:
        self.asked.append(um_per_px)
        return self.answers.pop(0)


def test_the_file_s_scale_stands_without_a_look() -> None:
    probe = Probe()
    settled = field_scale.settle(FakeSlide(PICTURE, Scale(0.25, "file")), probe)
    assert settled.scale == Scale(0.25, "file")
    assert probe.asked == []


def test_an_impossible_scale_in_the_file_is_told_and_not_used(ruled: Ruled) -> None:
    ruled(0.1)
    settled = field_scale.settle(FakeSlide(PICTURE, Scale(25.0, "file")), Probe(red_cells(75)))
    assert settled.scale == Scale(0.1, "red cells")
    assert "25 um/px" in settled.warnings[0]


def test_two_rulers_that_agree_cost_one_look(ruled: Ruled) -> None:
    ruled(0.1)
    probe = Probe(red_cells(80))
    assert field_scale.settle(FakeSlide(PICTURE), probe).scale == Scale(0.1, "red cells")
    assert probe.asked == [0.1]


def test_rulers_that_disagree_cost_one_more_look_and_the_surer_one_stands(ruled: Ruled) -> None:
    ruled(0.2)
    probe = Probe(red_cells(75, score=0.6), red_cells(75, score=0.9))
    settled = field_scale.settle(FakeSlide(PICTURE), probe)
    assert settled.scale.um_per_px == pytest.approx(0.1)
    assert probe.asked == pytest.approx([0.2, 0.1])
    probe = Probe(red_cells(75, score=0.9), red_cells(75, score=0.6))
    settled = field_scale.settle(FakeSlide(PICTURE), probe)
    assert settled.scale.um_per_px == pytest.approx(0.2)
    assert settled.seen_um_per_px == pytest.approx(0.2)


def test_without_a_sure_ruler_the_detector_s_red_cells_give_the_scale(ruled: Ruled) -> None:
    ruled(0.3, confidence=0.1)
    settled = field_scale.settle(FakeSlide(PICTURE), Probe(red_cells(68)))
    assert settled.scale.source == "red cells"
    assert settled.scale.um_per_px == pytest.approx(7.5 / 68, rel=1e-3)
    assert settled.warnings == ()


def test_with_no_ruler_at_all_the_scale_is_assumed_and_told(ruled: Ruled) -> None:
    ruled(None)
    settled = field_scale.settle(FakeSlide(PICTURE), Probe(nothing()))
    assert settled.scale == Scale(field_scale.ASSUMED_UM, "assumed")
    assert "not known" in settled.warnings[0]


def test_red_cells_at_the_border_and_unsure_ones_are_no_ruler(ruled: Ruled) -> None:
    ruled(None)
    cut = Found(
        np.tile(np.array([[0, 10, 30, 80]], np.float32), (20, 1)), np.ones(20, np.float32), np.ones(20, np.int64)
    )
    assert field_scale.settle(FakeSlide(PICTURE), Probe(cut)).scale.source == "assumed"
    assert field_scale.settle(FakeSlide(PICTURE), Probe(red_cells(75, score=0.3))).scale.source == "assumed"


def test_a_large_slide_is_measured_at_three_places(ruled: Ruled) -> None:
    ruled(0.25)
    slide = FakeSlide(np.zeros((6000, 6000, 3), np.uint8))
    field_scale.settle(slide, Probe(nothing()))
    assert slide.reads == 3
