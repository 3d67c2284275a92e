"""Explanations of pictures and of cells of a case, written as overlays and maps."""

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.analysis import overlays
from bloodview.analysis.examples import NamedCell
from bloodview.analysis.explaining import Wish, explain_pictures, export_cells, outputs, question_of
from bloodview.analysis.inputs import Outcome
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.cells import Kind
from bloodview.core.errors import StorageError, UserError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import FINE
from bloodview.models.api import SIGNED, Float32, Question, UInt8
from bloodview.slides.slide import open_slide
from tests.fakes import FakeClassifier, FakeDetector, Spot, draw_field, write_picture


@dataclass
class FakeExplainer:
    """Marks the upper left quarter; remembers what it was asked."""

    model_id: str = "fake-classifier"
    methods: tuple[str, ...] = ("gradcam", "lime", "similarity")
    signed: frozenset[str] = SIGNED
    asked: list[tuple[Question, str, Float32 | None]] = field(default_factory=list)

    def explain(
        self, crop: UInt8, question: Question, method: str, cancel: CancelToken, reference: Float32 | None = None
    ) -> Float32:
        cancel.check()
        self.asked.append((question, method, reference))
        heat = np.full(crop.shape[:2], -0.5, np.float32)
        heat[: len(heat) // 2, : len(heat) // 2] = 1
        return heat


def cell_picture(folder: Path, name: str = "cell.png", label: str = "monocyte", side: int = 300) -> Path:
    image = draw_field(Size(side, side), [Spot(side / 2, side / 2, Kind.WBC, label)], 0.1)
    return write_picture(folder / name, image)


def explain(given: list[Path], out: Path, heat: Path | None = None, **more: object) -> tuple[Outcome, FakeExplainer]:
    explainer = FakeExplainer()
    wish, reference = more.get("wish", Wish()), more.get("reference")
    assert isinstance(wish, Wish)
    assert reference is None or isinstance(reference, Path)
    models = (FakeDetector(), FakeClassifier(), explainer)
    outcome = explain_pictures(
        given, out, heat, wish, *models, reference=reference, cancel=CancelToken(), progress=lambda *_: None
    )
    return outcome, explainer


def test_a_picture_gets_an_overlay_and_a_map_of_its_own_size(tmp_path: Path) -> None:
    picture = cell_picture(tmp_path)
    outcome, explainer = explain([picture], tmp_path / "o.png", tmp_path / "o.npy")
    assert (outcome.done, outcome.failures) == (1, ())
    heat = np.load(tmp_path / "o.npy")
    assert (heat.dtype, heat.shape) == (np.float32, (300, 300))
    ys, xs = np.nonzero(heat > 0)
    assert ys.max() < 155  # the crop's upper left quarter
    assert xs.max() < 155
    drawn = cv2.imread(str(tmp_path / "o.png"))
    assert drawn.shape[1] >= 420
    assert explainer.asked[0][:2] == (Question(("monocyte",)), "gradcam")


def test_class_method_and_what_it_is_held_against_are_passed_on(tmp_path: Path) -> None:
    picture = cell_picture(tmp_path)
    _, explainer = explain([picture], tmp_path / "o.png", wish=Wish("lime", "neutrophil", "eosinophil"))
    question, method, _ = explainer.asked[0]
    assert method == "lime"
    assert set(question.wanted) == {"band_neutrophil", "segmented_neutrophil"}
    assert question.against == ("eosinophil",)


def test_a_similarity_is_asked_toward_the_reference_s_embedding(tmp_path: Path) -> None:
    picture, other = cell_picture(tmp_path), cell_picture(tmp_path, "other.png")
    _, explainer = explain([picture], tmp_path / "o.png", wish=Wish("similarity"), reference=other)
    reference = explainer.asked[0][2]
    assert reference is not None
    assert reference.tolist() == [1, 0, 0, 0]


def test_a_folder_becomes_a_folder_and_a_bad_picture_does_not_stop_it(tmp_path: Path) -> None:
    cell_picture(tmp_path / "in" / "a", "one.png")
    cell_picture(tmp_path / "in" / "b", "one.png")
    (tmp_path / "in" / "bad.png").write_bytes(b"text")
    write_picture(tmp_path / "in" / "blank.png", np.full((200, 200, 3), 230, np.uint8))
    outcome, _ = explain([tmp_path / "in"], tmp_path / "out", tmp_path / "maps")
    assert outcome.done == 2
    assert {Path(f.path).name for f in outcome.failures} == {"bad.png", "blank.png"}
    assert "no cell" in next(f.reason for f in outcome.failures if f.path.endswith("blank.png"))
    assert (tmp_path / "out" / "a" / "one.png").is_file()
    assert (tmp_path / "maps" / "b" / "one.npy").is_file()


def test_wrong_names_are_refused_with_what_there_is(tmp_path: Path) -> None:
    picture = cell_picture(tmp_path)
    for wish, said in (
        (Wish(label="blast"), "no class 'blast'.*monocyte"),
        (Wish("magic"), "no method 'magic'.*gradcam"),
        (Wish(label="neutrophil", instead_of="band_neutrophil"), "do not exclude"),
        (Wish(label="monocyte", instead_of="blast"), "no class 'blast'"),
    ):
        with pytest.raises(UserError, match=said):
            explain([picture], tmp_path / "o.png", wish=wish)
        assert not (tmp_path / "o.png").exists()


def test_overlays_never_replace_a_picture_nor_go_into_one_file(tmp_path: Path) -> None:
    picture = cell_picture(tmp_path)
    with pytest.raises(UserError, match="would be replaced"):
        explain([picture], picture)
    with pytest.raises(StorageError, match="one file for several"):
        outputs([picture, picture], tmp_path / "o.png", None)
    with pytest.raises(StorageError):
        outputs([picture], tmp_path / "o.png", tmp_path)


def test_a_question_needs_something_to_tell_apart() -> None:
    with pytest.raises(UserError, match="nothing to explain"):
        question_of(Wish(label="leukocyte"), ("monocyte", "lymphocyte"))
    assert question_of(Wish(label="leukocyte"), FINE).wanted == FINE[:9]


def test_cells_of_a_case_are_exported_by_name_and_those_that_are_gone_are_told(tmp_path: Path) -> None:
    picture = cell_picture(tmp_path)
    slide = open_slide(picture)
    slide.close()
    place = (Scale(0.1, "file"), Box(80, 80, 220, 220), "monocyte")
    cells = [("a-1", NamedCell(picture, slide.content_hash, *place)), ("a-2", NamedCell(picture, "other", *place))]
    seen: list[float] = []
    explainer, classifier = FakeExplainer(), FakeClassifier()
    outcome = export_cells(
        cells, tmp_path / "out", Wish(), classifier, explainer, CancelToken(), lambda share, _: seen.append(share)
    )
    assert outcome.done == 1
    assert "another picture" in outcome.failures[0].reason
    assert [f.name for f in (tmp_path / "out").iterdir()] == ["a-1.png"]
    assert seen == [0.0, 0.5]
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        export_cells(cells, tmp_path / "out", Wish(), classifier, explainer, token, lambda *_: None)


def test_a_map_is_placed_in_its_window_and_cut_at_the_border() -> None:
    heat = np.ones((8, 8), np.float32)
    placed = overlays.placed(heat, Box(-4, 2, 12, 18), Size(20, 20))
    assert placed.shape == (20, 20)
    assert placed[2:18, :12].min() == 1
    assert placed.sum() == 16 * 12


def test_warm_is_for_and_cold_is_against_and_nothing_is_clear() -> None:
    heat = np.array([[1.0, 0.0, -1.0]], np.float32)
    rgba = overlays.tinted(heat)
    assert rgba[0, :, 3].tolist() == [255, 0, 255]
    assert rgba[0, 0, 0] > rgba[0, 0, 2]
    assert rgba[0, 2, 2] > rgba[0, 2, 0]
    image = np.full((1, 3, 3), 100, np.uint8)
    assert overlays.laid_over(image, heat)[0, 1].tolist() == [100, 100, 100]
    assert overlays.laid_over(image, np.zeros((1, 3), np.float32)).tolist() == image.tolist()


def test_a_caption_is_wrapped_below_an_enlarged_picture() -> None:
    drawn = overlays.captioned(np.zeros((100, 100, 3), np.uint8), ["word " * 60, "µ"])
    assert drawn.shape[1] == 500
    assert drawn.shape[0] > 500 + 3 * 18
    assert (drawn[:500] == 0).all()
