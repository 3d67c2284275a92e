"""Tests of the way from a slide to cells, on drawn fields and stand-ins for the models."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bloodview.analysis import pipeline
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.cells import Detection, FoundCell, Kind
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.red_cells import Measured
from bloodview.models.api import Opinions
from tests.fakes import FakeClassifier, FakeDetector, FakeSegmenter, FakeSlide, Spot, draw_field, grid_of_red_cells

SIZE = Size(640, 480)
FILE = Scale(0.1, "file")
WHITE = [Spot(200, 200, Kind.WBC, "lymphocyte"), Spot(450, 300, Kind.WBC, "monocyte"), Spot(330, 90, Kind.PLATELET)]


def run(
    slide: FakeSlide,
    *,
    cancel: CancelToken | None = None,
    classifier: FakeClassifier | None = None,
    progress: pipeline.Progress = lambda _share, _text: None,
) -> list[pipeline.CellBatch]:
    return list(
        pipeline.analyse(
            slide,
            FakeDetector(),
            FakeSegmenter(),
            classifier or FakeClassifier(),
            cancel=cancel or CancelToken(),
            progress=progress,
        )
    )


def cells_of(batches: list[pipeline.CellBatch]) -> list[FoundCell]:
    return [cell for batch in batches for cell in batch.cells]


def field(spots: Sequence[Spot] = WHITE, size: Size = SIZE, um_per_px: float = 0.1) -> tuple[np.ndarray, int]:
    red = grid_of_red_cells(size, um_per_px, spots)
    return draw_field(size, [*spots, *red], um_per_px), len(red)


def test_a_field_gives_its_cells_named_and_outlined() -> None:
    image, red = field()
    (batch,) = run(FakeSlide(image, FILE))
    by_kind = {kind: [c for c in batch.cells if c.detection.kind is kind] for kind in Kind}
    assert {kind: len(cells) for kind, cells in by_kind.items()} == {Kind.WBC: 2, Kind.RBC: red, Kind.PLATELET: 1}
    names = {c.prediction.label: c.detection.box_l0.center for c in by_kind[Kind.WBC]}
    assert names["lymphocyte"] == pytest.approx((200, 200), abs=4)
    assert names["monocyte"] == pytest.approx((450, 300), abs=4)
    assert by_kind[Kind.PLATELET][0].prediction.label == "platelet"
    shape = by_kind[Kind.PLATELET][0].shape
    assert shape is not None
    assert shape.diameter_px == pytest.approx(30, abs=2)
    for cell in by_kind[Kind.RBC]:
        assert cell.prediction is None
        assert cell.shape is not None
        is_cut = cell.detection.touches_edge
        assert cell.shape.measured is (Measured.CUT if is_cut else Measured.YES)
        assert bool(cell.cell_outline) is not is_cut
        assert is_cut or cell.shape.diameter_px == pytest.approx(75, abs=2)
    for cell in by_kind[Kind.WBC]:
        xs, ys = np.array(cell.cell_outline).T
        assert (xs.max() - xs.min(), ys.max() - ys.min()) == pytest.approx((140, 140), abs=6)
        assert len(cell.nucleus_outline) > 8
        assert len(cell.embedding) == 4 * 2
    assert batch.model_ids == ("fake-detector", "fake-segmenter", "fake-classifier")
    assert batch.scale == FILE


def test_the_crop_has_the_classifier_s_window_at_the_field_s_scale() -> None:
    classifier = FakeClassifier()
    image, _ = field([Spot(300, 240, Kind.WBC)], um_per_px=0.2)
    run(FakeSlide(image, Scale(0.2, "file")), classifier=classifier)
    (crop,) = classifier.seen
    inside = np.abs(crop.astype(int) - (190, 190, 250)).sum(axis=2) < 60
    nucleus = np.abs(crop.astype(int) - (60, 62, 120)).sum(axis=2) < 60
    share = (inside | nucleus)[classifier.input_px // 2].mean()
    assert share == pytest.approx(14.0 / 24.0, abs=0.06)


def test_a_slide_of_many_tiles_gives_each_cell_once() -> None:
    size = Size(1500, 900)
    white = [Spot(float(x), float(y), Kind.WBC) for x in range(100, 1450, 170) for y in range(90, 850, 165)]
    image, red = field(white, size, um_per_px=0.5 / 2)
    slide = FakeSlide(image, Scale(0.25, "file"))
    before = pipeline.TILE_PX
    pipeline.TILE_PX = 400
    try:
        batches = run(slide)
    finally:
        pipeline.TILE_PX = before
    assert len(batches) > 6
    cells = cells_of(batches)
    assert sum(c.detection.kind is Kind.WBC for c in cells) == len(white)
    assert sum(c.detection.kind is Kind.RBC for c in cells) == red
    assert [b.tiles_done for b in batches] == list(range(1, len(batches) + 1))


def test_a_tile_that_cannot_be_read_is_named_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "TILE_PX", 400)
    size = Size(1500, 900)
    image, _ = field([Spot(1400, 800, Kind.WBC)], size, um_per_px=0.25)
    slide = FakeSlide(image, Scale(0.25, "file"), broken_l0=(Box(0, 0, 50, 50),))
    batches = run(slide)
    failed = [b.failed for b in batches if b.failed]
    assert len(failed) == 1
    assert failed[0].box_l0.x0 == 0
    assert "damaged" in failed[0].reason
    assert any(c.detection.kind is Kind.WBC for c in cells_of(batches))


def test_a_picture_that_cannot_be_read_at_all_comes_back_as_failed() -> None:
    slide = FakeSlide(field()[0], broken_l0=(Box(0, 0, 640, 480),))
    (batch,) = run(slide)
    assert batch.failed is not None
    assert batch.cells == ()


def test_without_a_scale_the_field_is_measured_by_its_red_cells() -> None:
    image, red = field(um_per_px=0.14)
    (batch,) = run(FakeSlide(image))
    assert batch.scale.source == "red cells"
    assert batch.scale.um_per_px == pytest.approx(0.14, rel=0.15)
    assert sum(c.detection.kind is Kind.RBC for c in batch.cells) == red


def test_a_single_tile_is_read_and_detected_no_more_than_needed() -> None:
    image, _ = field()
    slide, detector = FakeSlide(image, FILE), FakeDetector()
    list(pipeline.fields(slide, detector, CancelToken(), lambda _s, _t: None))
    assert (slide.reads, detector.calls) == (1, 1)


def test_empty_glass_is_not_even_shown_to_the_detector() -> None:
    detector = FakeDetector()
    slide = FakeSlide(np.full((480, 640, 3), 240, np.uint8), FILE)
    (found,) = pipeline.fields(slide, detector, CancelToken(), lambda _s, _t: None)
    assert (len(found.found), detector.calls) == (0, 0)


def test_a_cancelled_token_stops_before_the_next_tile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "TILE_PX", 400)
    token = CancelToken()
    image, _ = field(WHITE, Size(1500, 900), um_per_px=0.25)
    shares: list[float] = []

    def progress(share: float, _text: str) -> None:
        shares.append(share)
        token.cancel()

    with pytest.raises(Cancelled):
        run(FakeSlide(image, Scale(0.25, "file")), cancel=token, progress=progress)
    assert len(shares) == 1


def test_a_cut_leukocyte_is_kept_marked_and_asks_for_a_look() -> None:
    image, _ = field([Spot(10, 240, Kind.WBC)])
    (batch,) = run(FakeSlide(image, FILE))
    (cell,) = [c for c in batch.cells if c.detection.kind is Kind.WBC]
    assert cell.detection.touches_edge
    assert cell.detection.box_l0.x0 == 0
    assert not cell.prediction.decided


@pytest.mark.parametrize(
    ("kind", "best", "label", "decided"),
    [
        (Kind.WBC, "monocyte", "monocyte", True),
        (Kind.WBC, "platelet", "platelet", False),
        (Kind.PLATELET, "platelet", "platelet", True),
        (Kind.PLATELET, "lymphocyte", "platelet", False),
    ],
)
def test_where_detector_and_classifier_contradict_a_person_is_asked(
    kind: Kind, best: str, label: str, decided: bool
) -> None:
    classifier = FakeClassifier()
    probabilities = np.full((1, 11), 0.02, np.float32)
    probabilities[0, classifier.classes.index(best)] = 0.8
    opinions = Opinions(probabilities, np.zeros((1, 4), np.float32), np.ones(1, np.float32), np.ones(1, np.bool_))
    said = pipeline.prediction(opinions, 0, classifier, Detection(kind, Box(10, 10, 20, 20), 0.9))
    assert (said.label, said.decided) == (label, decided)
    assert said.confidence == pytest.approx(dict(said.probabilities)[label])


def test_a_platelet_that_both_call_one_stands_though_its_stain_is_strange_a_leukocyte_does_not() -> None:
    classifier = FakeClassifier()
    probabilities = np.full((1, 11), 0.02, np.float32)
    probabilities[0, classifier.classes.index("platelet")] = 0.8
    opinions = Opinions(probabilities, np.zeros((1, 4), np.float32), np.zeros(1, np.float32), np.zeros(1, np.bool_))
    at = Box(10, 10, 20, 20)
    assert pipeline.prediction(opinions, 0, classifier, Detection(Kind.PLATELET, at, 0.9)).decided
    assert not pipeline.prediction(opinions, 0, classifier, Detection(Kind.WBC, at, 0.9)).decided


def test_a_classifier_without_platelets_leaves_them_alone() -> None:
    image, _ = field()
    classifier = replace(FakeClassifier(), classes=("lymphocyte", "monocyte"), seen=[])
    (batch,) = run(FakeSlide(image, FILE), classifier=classifier)
    (platelet,) = [c for c in batch.cells if c.detection.kind is Kind.PLATELET]
    assert platelet.prediction is None
    assert len(classifier.seen) == 2
