"""A slide to a case of its own, once, and the row that the case gives; with stand-ins for the models."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from bloodview.core.cells import Kind
from bloodview.core.errors import CaseInUseError, ModelError, UserError
from bloodview.core.geometry import Size
from bloodview.review.case import Case
from bloodview.workflows import slide_rows
from bloodview.workflows.engine import Engine
from bloodview.workflows.slide_rows import SlideRow, analyse_once, write_rows
from tests.fakes import FakeClassifier, FakeDetector, FakeSegmenter, Spot, draw_field, grid_of_red_cells, write_picture

SIZE = Size(640, 480)


def picture(folder: Path, name: str, *labels: str) -> Path:
    white = [Spot(150.0 + 170 * i, 200.0, Kind.WBC, label) for i, label in enumerate(labels)]
    return write_picture(folder / name, draw_field(SIZE, [*white, *grid_of_red_cells(SIZE, 0.1, white)]))


@pytest.fixture
def engines() -> Callable[[], Engine]:
    """Gives stand-ins and counts in `asked` how often."""

    class Loader:
        asked = 0

        def __call__(self) -> Engine:
            self.asked += 1
            return Engine(FakeDetector(), FakeSegmenter(), FakeClassifier())

    return Loader()


def test_a_slide_is_counted_into_a_case_of_its_own(tmp_path: Path, engines: Callable[[], Engine]) -> None:
    slide = picture(tmp_path, "a.png", "lymphocyte", "lymphocyte", "monocyte")
    row = analyse_once(slide, tmp_path / "a.bvcase", engines)
    assert row.is_done
    assert row.problem == ""
    assert row.leukocytes == 3
    assert dict(row.counts) == {"lymphocyte": 2, "monocyte": 1}
    assert row.red_cells >= 10
    assert row.content_hash.startswith("sha256:")


def test_done_once_it_is_not_done_again_and_says_the_same(tmp_path: Path, engines: Callable[[], Engine]) -> None:
    slide, case = picture(tmp_path, "a.png", "eosinophil"), tmp_path / "a.bvcase"
    first = analyse_once(slide, case, engines)
    before = case.read_bytes()
    assert analyse_once(slide, case, engines) == first
    assert engines.asked == 1
    assert case.read_bytes() == before


def test_a_slide_replaced_by_another_changes_nothing_and_says_so(tmp_path: Path, engines: Callable[[], Engine]) -> None:
    slide, case = picture(tmp_path, "a.png", "eosinophil"), tmp_path / "a.bvcase"
    analyse_once(slide, case, engines)
    before = case.read_bytes()
    picture(tmp_path, "a.png", "monocyte", "monocyte")
    row = analyse_once(slide, case, engines)
    assert not row.is_done
    assert "was replaced" in row.problem
    assert str(case) in row.problem
    assert case.read_bytes() == before


def test_a_broken_slide_is_a_row_with_its_reason(tmp_path: Path, engines: Callable[[], Engine]) -> None:
    (tmp_path / "a.png").write_text("no picture")
    row = analyse_once(tmp_path / "a.png", tmp_path / "a.bvcase", engines)
    assert not row.is_done
    assert "text, not a picture" in row.problem
    assert not (tmp_path / "a.bvcase").exists()


def test_a_case_that_is_open_elsewhere_is_told_apart_since_it_may_be_free_later(
    tmp_path: Path, engines: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    slide, case = picture(tmp_path, "a.png", "eosinophil"), tmp_path / "a.bvcase"
    Case.create(case).close()

    def busy(*_: object) -> None:
        raise CaseInUseError("is open elsewhere.", path=case)

    monkeypatch.setattr(slide_rows, "analyse_into", busy)
    with pytest.raises(CaseInUseError, match="open elsewhere"):
        analyse_once(slide, case, engines)


def test_models_that_fail_are_no_slides_fault(tmp_path: Path) -> None:
    def missing() -> Engine:
        raise ModelError("is missing.", path="models/x")

    with pytest.raises(ModelError, match="models/x"):
        analyse_once(picture(tmp_path, "a.png", "eosinophil"), tmp_path / "a.bvcase", missing)


ROWS = [
    SlideRow("=a.png", problem="no picture"),
    SlideRow(
        "b.png", "b.bvcase", is_done=True, leukocytes=3, counts=(("monocyte", 1), ("lymphocyte", 2)), models=("x",)
    ),
    SlideRow("c.png", "c.bvcase", is_done=True),
]


def test_the_table_has_a_column_a_class_and_no_formula(tmp_path: Path) -> None:
    write_rows(ROWS, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        failed, counted, empty = csv.DictReader(file)
    assert failed["slide"] == "'=a.png"
    assert failed["n_monocyte"] == ""
    assert (counted["n_lymphocyte"], counted["n_monocyte"], counted["leukocytes"]) == ("2", "1", "3")
    assert empty["n_monocyte"] == "0"


def test_the_table_as_parquet_holds_the_same(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="an option")
    write_rows(ROWS, tmp_path / "t.parquet")
    held = parquet.read_table(tmp_path / "t.parquet").to_pydict()
    assert held["slide"] == ["=a.png", "b.png", "c.png"]
    assert held["n_lymphocyte"] == [None, 2, 0]
    assert held["is_done"] == [False, True, True]


def test_another_ending_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no kind of table"):
        slide_rows.check_table_place(tmp_path / "t.xls")
