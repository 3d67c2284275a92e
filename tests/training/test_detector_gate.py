"""The gate of a detector: figures that can be checked by hand, and the three answers."""

from pathlib import Path

import numpy as np
import pytest

from bloodview.core.refinement import Judged, Share
from bloodview.models.api import Boxes
from training import detector_gate
from training.data import Field
from training.detector_gate import Found
from training.tasks.detect import average_precision

THRESHOLDS = {"wbc": 0.5, "rbc": 0.5, "platelet": 0.5}
PART = Share(0.5, 0.4, 0.6)


def field(
    *x: float, unclear: tuple[float, ...] = (), complete: tuple[bool, bool, bool] = (True, False, False)
) -> Field:
    """Leukocytes of 10 x 10 pixels at these places, and what is unclear."""
    each = [np.array([[a, 0, a + 10, 10] for a in part], np.float32).reshape(-1, 4) for part in (x, unclear)]
    return Field(
        Path("f.png"), "case", "", "g", each[0], np.zeros(len(x), np.int64), ("",) * len(x), ("",) * len(x), complete,
        0.1, None, unclear=each[1],
    )  # fmt: skip


def boxes(*at: tuple[float, float], kind: int = 0) -> Boxes:
    """Detections (place, score), best first."""
    xyxy = np.array([[x, 0, x + 10, 10] for x, _ in at], np.float32).reshape(-1, 4)
    return Boxes(xyxy, np.array([s for _, s in at], np.float32), np.full(len(at), kind, np.int64))


def units(n: int) -> list[tuple[str, list[str]]]:
    return [("picture", [str(i) for i in range(n)])]


def test_average_precision_is_that_of_the_trainer() -> None:
    rng = np.random.default_rng(0)
    fields = [field(0, 30, 60) for _ in range(6)]
    found = [
        boxes(*((float(rng.choice([0, 30, 60, 90])), float(s)) for s in sorted(rng.random(5))[::-1])) for _ in fields
    ]
    own = detector_gate.matches(fields, Found(found, THRESHOLDS), 0)
    weights = np.array([[1.0] * 6, [2, 0, 1, 0, 3, 0]])
    expected = [average_precision(own).area, average_precision([own[i] for i in (0, 0, 2, 4, 4, 4)]).area]
    np.testing.assert_allclose(detector_gate.precision(own)(weights), expected)
    assert np.isnan(detector_gate.precision(own)(np.zeros((1, 6)))[0])


def test_a_detector_that_finds_what_the_other_misses_is_better() -> None:
    fields = [field(0, 30) for _ in range(10)]
    was, now = (
        Found([boxes((0, 0.9), (60, 0.8))] * 10, THRESHOLDS),
        Found([boxes((0, 0.9), (30, 0.8))] * 10, THRESHOLDS),
    )
    judged = detector_gate.judged(fields, was, now, units(10))
    assert (judged.before.value, judged.after.value) == (0.5, 1.0)
    assert (judged.cells, judged.units, judged.gained, judged.lost) == (20, 10, 10, 0)
    assert detector_gate.answer(judged, None)[0] == "better"
    back = detector_gate.judged(fields, now, was, units(10))
    assert detector_gate.answer(back, None)[0] == "worse"
    few = detector_gate.judged(fields[:3], Found(was.boxes[:3], THRESHOLDS), Found(now.boxes[:3], THRESHOLDS), units(3))
    answer, more, why = detector_gate.answer(few, None)
    assert (answer, more > 0) == ("cannot tell", True), "three pictures may be chance"
    assert "fewer boxes are missing or wrong on 3" in why


def test_what_is_unclear_or_not_marked_throughout_does_not_count() -> None:
    fields = [field(0, unclear=(50,)), field(0, complete=(False, True, False))]
    found = Found([boxes((0, 0.9), (52, 0.8)), boxes((70, 0.99))], THRESHOLDS)
    judged = detector_gate.judged(fields, found, found, units(2))
    assert judged.before.value == 1.0
    assert judged.cells == 1
    assert detector_gate.judged(fields[1:], found, found, units(1)).cells == 0


def judged(low: float, high: float, gained: int = 0, lost: int = 0, cells: int = 40) -> Judged:
    return Judged(cells, 20, "picture", PART, PART, Share((low + high) / 2, low, high), (), gained, lost)


@pytest.mark.parametrize(
    ("locked", "reference", "answer"),
    [
        (judged(0.02, 0.2, 9, 0), judged(-0.01, 0.01), "better"),
        (judged(0.02, 0.2, 9, 0), judged(-0.05, -0.01), "worse"),
        (judged(0.02, 0.2, 9, 0), judged(-0.004, -0.001), "better"),
        (judged(-0.2, -0.02, 0, 9), None, "worse"),
        (judged(-0.1, 0.1, 5, 5), None, "cannot tell"),
        (judged(0.0, 0.0), None, "cannot tell"),
        (judged(-1.0, 1.0, cells=0), None, "cannot tell"),
    ],
)
def test_three_answers(locked: Judged, reference: Judged | None, answer: str) -> None:
    said, more, why = detector_gate.answer(locked, reference)
    assert said == answer
    assert bool(more) == (said == "cannot tell")
    assert why.endswith(".")
