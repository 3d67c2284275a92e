"""Tests of the verbs that both faces call, on stand-ins for the models."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from pypdf import PdfReader

from bloodview.core import paths, trainset
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.cells import Kind, Prediction, Source, Status
from bloodview.core.errors import DamagedCaseError, StorageError, UnreadableFileError, UserError
from bloodview.core.geometry import Box, Size
from bloodview.core.settings import Settings
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, FINE
from bloodview.core.unfamiliar import Strangeness
from bloodview.models.api import Opinions, UInt8
from bloodview.report import wording
from bloodview.review.case import Case
from bloodview.review.commands import Reject, Relabel, Sign
from bloodview.slides.slide import open_slide
from bloodview.workflows import (
    analysing,
    engine,
    exporting,
    health,
    importing,
    picture_files,
    report_pictures,
    reporting,
    samples,
)
from tests.fakes import (
    FakeClassifier,
    FakeDetector,
    FakeSegmenter,
    Spot,
    draw_field,
    grid_of_red_cells,
    nucleus_color,
    write_picture,
)

SPOTS = [Spot(200, 200, Kind.WBC, "monocyte"), Spot(450, 300, Kind.WBC, "basophil"), Spot(330, 90, Kind.PLATELET)]


def fake_engine() -> engine.Engine:
    return engine.Engine(FakeDetector(), FakeSegmenter(), FakeClassifier())


def draw(path: Path, spots: Sequence[Spot] = SPOTS) -> Path:
    return write_picture(path, draw_field(Size(640, 480), [*spots, *grid_of_red_cells(Size(640, 480), 0.1, spots)]))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return draw(tmp_path / "in" / "field.png")


def test_an_analysis_says_what_it_rests_on(picture: Path) -> None:
    result = analysing.analyse_slide(picture, fake_engine())
    assert result.size == Size(640, 480)
    assert result.scale.source == "red cells"
    assert result.model_ids == ("fake-detector", "fake-segmenter", "fake-classifier")
    assert result.device == "cpu"
    assert sum(c.detection.kind is Kind.WBC for c in result.cells) == 2
    assert result.failed_tiles == ()
    assert result.content_hash


def test_a_broken_picture_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"no picture")
    with pytest.raises(UnreadableFileError, match=r"x\.png"):
        analysing.analyse_slide(tmp_path / "x.png", fake_engine())


def test_a_recorded_analysis_is_labelled_by_the_machine(picture: Path, tmp_path: Path) -> None:
    with Case.create(tmp_path / "c.bvcase") as case:
        analysing.record(case, analysing.analyse_slide(picture, fake_engine()))
        counts = case.label_counts().by_label
        assert (counts["monocyte"], counts["basophil"], counts["platelet"]) == (1, 1, 1)
        assert counts["red_cell"] > 5
        assert case.edit_count == 0


def test_a_class_that_the_model_was_taught_joins_the_tree_of_the_case(picture: Path, tmp_path: Path) -> None:
    result = analysing.analyse_slide(picture, fake_engine())
    taught = replace(next(c.prediction for c in result.cells if c.prediction is not None), label="hairy_cell")
    cells = tuple(c if c.prediction is None else replace(c, prediction=taught) for c in result.cells)
    with Case.create(tmp_path / "c.bvcase") as case:
        analysing.record(case, replace(result, cells=cells))
        assert case.taxonomy["hairy_cell"].title == "Hairy cell"
        assert "hairy_cell" in {label for _, label in case.labels()}
        analysing.record(case, replace(result, cells=cells))


def test_classes_of_a_model_may_be_called_anything(picture: Path, tmp_path: Path) -> None:
    odd = {
        "monocyte": "Blast, atypical",
        "basophil": "异型淋巴细胞",
        "lymphocyte": "Lymphocyte",
    }
    result = analysing.analyse_slide(picture, fake_engine())

    def renamed(said: Prediction) -> Prediction:
        chances = tuple((odd.get(name, name), p) for name, p in said.probabilities)
        return replace(said, label=odd.get(said.label, said.label), probabilities=chances)

    cells = tuple(c if c.prediction is None else replace(c, prediction=renamed(c.prediction)) for c in result.cells)
    with Case.create(tmp_path / "c.bvcase") as case:
        analysing.record(case, replace(result, cells=cells))
        own = {c.title: c.id for c in case.taxonomy.classes[len(DEFAULT_TAXONOMY.classes) :]}
        assert own["Blast, atypical"] == "blast_atypical"
        assert set(own) == {"Blast, atypical", odd["basophil"]}, "what is a class already is that class"
        assert case.label_counts().by_label["blast_atypical"] == 1
        said = next(c.prediction for c in case.cells() if c.label == "blast_atypical")
        assert said is not None
        assert {name for name, _ in said.probabilities} == {*FINE} - {"monocyte", "basophil"} | {*own.values()}
        analysing.record(case, replace(result, cells=cells))
        assert len(case.taxonomy.classes) == len(DEFAULT_TAXONOMY.classes) + 2
        assert {title for title, _ in reporting.report(case).differential.others} == set(own)


def test_analysing_again_keeps_what_a_person_decided(picture: Path, tmp_path: Path) -> None:
    path = tmp_path / "c.bvcase"
    assert analysing.analyse_into(path, [picture], fake_engine()).done == 1
    with Case.open(path) as case:
        chosen = next(c.id for c in case.cells() if c.label == "monocyte")
        before = len(case.cells())
        case.apply(Relabel((chosen,), "lymphocyte"))
    assert analysing.analyse_into(path, [picture], fake_engine()).done == 1
    with Case.open(path) as case:
        assert case.cell(chosen).label == "lymphocyte"
        assert case.cell(chosen).source is Source.PERSON
        assert len(case.cells()) == before


def test_pictures_that_fail_are_named_and_the_others_are_in_the_case(picture: Path, tmp_path: Path) -> None:
    (picture.parent / "bad.png").write_bytes(b"")
    path, page = tmp_path / "c.bvcase", tmp_path / "r.html"
    outcome = analysing.analyse_into(path, [picture.parent], fake_engine(), [page, tmp_path / "r.json"])
    assert [Path(f.path).name for f in outcome.failures] == ["bad.png"]
    with Case.open(path) as case:
        assert [s.name for s in case.slides()] == ["field.png"]
    assert "Monocyte" in page.read_text(encoding="utf-8")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))


def test_no_case_is_made_where_nothing_could_be_analysed(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"")
    outcome = analysing.analyse_into(
        tmp_path / "c.bvcase", [tmp_path / "bad.png"], fake_engine(), [tmp_path / "r.html"]
    )
    assert outcome.done == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.png"]


def test_a_file_that_is_no_case_is_refused_and_stays_as_it_is(picture: Path, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("dear reader")
    with pytest.raises(DamagedCaseError):
        analysing.analyse_into(other, [picture], fake_engine())
    assert other.read_text() == "dear reader"


def test_a_signed_case_takes_no_analysis(picture: Path, tmp_path: Path) -> None:
    path = tmp_path / "c.bvcase"
    with Case.create(path) as case:
        case.apply(Sign("A. Reader"))
    with pytest.raises(UserError, match="signed"):
        analysing.analyse_into(path, [picture], fake_engine())


def test_a_case_in_a_folder_that_is_not_there_is_refused_before_the_work(picture: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        analysing.check_case_place(tmp_path / "gone" / "c.bvcase")
    with pytest.raises(StorageError, match="could not be used"):
        analysing.check_case_place(tmp_path / ("x" * 300))


def test_a_report_with_an_unknown_ending_is_refused_before_the_work(picture: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"\.html"):
        analysing.analyse_into(tmp_path / "c.bvcase", [picture], fake_engine(), [tmp_path / "r.docx"])
    assert not (tmp_path / "c.bvcase").exists()


def test_stopping_keeps_finished_slides_and_writes_no_report(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        draw(tmp_path / "in" / name, [Spot(200 + ord(name[0]), 200, Kind.WBC, "monocyte")])
    token = CancelToken()

    def progress(share: float, _text: str) -> None:
        if share > 0.3:
            token.cancel()

    path = tmp_path / "c.bvcase"
    with pytest.raises(Cancelled):
        analysing.analyse_into(path, [tmp_path / "in"], fake_engine(), [tmp_path / "r.csv"], token, progress)
    with Case.open(path) as case:
        assert [s.name for s in case.slides()] == ["a.png"]
    assert not (tmp_path / "r.csv").exists()


def test_progress_runs_from_nothing_to_all(picture: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    analysing.analyse_into(tmp_path / "c.bvcase", [picture], fake_engine(), progress=lambda s, _t: shares.append(s))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("fmt", ["coco", "csv"])
def test_exports_hold_the_cells(picture: Path, tmp_path: Path, fmt: str) -> None:
    path, out = tmp_path / "c.bvcase", tmp_path / f"out.{fmt}"
    analysing.analyse_into(path, [picture], fake_engine())
    with Case.open(path) as case:
        exporting.export(case, fmt, out)
    assert "monocyte" in out.read_text(encoding="utf-8")


def test_crops_lie_in_a_folder_a_class(picture: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "c.bvcase", tmp_path / "crops"
    analysing.analyse_into(path, [picture], fake_engine())
    with Case.open(path) as case:
        rejected = next(c.id for c in case.cells() if c.label == "basophil")
        case.apply(Reject((rejected,)))
        outcome = exporting.export(case, "crops", out)
    assert outcome.failures == ()
    assert sorted(p.name for p in out.iterdir()) == ["monocyte", "platelet", "red_cell"]
    assert len(list((out / "monocyte").iterdir())) == 1


def test_a_training_set_shows_each_cell_where_it_says(picture: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "c.bvcase", tmp_path / "set"
    analysing.analyse_into(path, [picture], fake_engine())
    with Case.open(path) as case:
        assert exporting.export(case, "trainset", out).failures == ()
        named = sum(c.status is Status.ACTIVE and bool(c.label) for c in case.cells())
    found = trainset.verify(out)
    assert len(found.cells) == named
    assert len(found.groups) == 1
    monocyte = next(c for c in found.cells if c.label == "monocyte")
    crop = cv2.cvtColor(cv2.imread(str(out / monocyte.file)), cv2.COLOR_BGR2RGB)
    x0, y0, x1, y1 = monocyte.box
    assert tuple(crop[round((y0 + y1) / 2), round((x0 + x1) / 2)]) == nucleus_color("monocyte")
    assert monocyte.um_per_px == pytest.approx(0.1, rel=0.1)
    assert x0 < np.asarray(monocyte.cell_outline)[:, 0].mean() < x1


def test_the_pdf_of_a_case_shows_its_figures_and_its_cells(picture: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "c.bvcase", tmp_path / "r.pdf"
    analysing.analyse_into(path, [picture], fake_engine())
    with Case.open(path) as case:
        reporting.write_report(case, out, Settings(laboratory="Ward 7", laboratory_logo="/gone.png"))
        d = reporting.report(case).differential
        draft = reporting.prepare(case)
    pages = PdfReader(out).pages
    found = " ".join("".join(page.extract_text() for page in pages).split())
    for row in d.rows:
        assert f"{row.title} {row.count} {wording.percent(row.share)} {wording.span(row.interval)}" in found
    assert f"Red cells {d.n_red_cells}" in found
    assert "Ward 7" in found
    assert sum(len(w.cells) for w in draft.wanted) == 2, "a monocyte and a basophil"
    assert {c.kind for w in draft.wanted_red for c in w.cells} == {Kind.RBC}
    for w in (*draft.wanted, *draft.wanted_red):
        assert w.title in found
        assert all(f"{c.id}" in found.split() for c in w.cells)
    # Pictures that are the same to the bit are held once; the drawn red cells differ by where they lie on the grid.
    assert sum(len(page.images) for page in pages) >= 3


def test_a_clock_that_was_set_back_is_told_by_the_report(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysing.analyse_into(tmp_path / "c.bvcase", [picture], fake_engine())
    with Case.open(tmp_path / "c.bvcase") as case:
        assert not any("clock" in text for text in reporting.report(case).warnings)
        monkeypatch.setattr("bloodview.review.rows.now", lambda: "1999-12-31T23:59:59.000+00:00")
        case.apply(Reject((1,)))
        assert any("The clock was set back" in text for text in reporting.report(case).warnings)
        assert [e.id for e in case.journal(5)] == sorted((e.id for e in case.journal(5)), reverse=True)


def test_a_pdf_without_its_pictures_says_so(picture: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "c.bvcase", tmp_path / "r.pdf"
    analysing.analyse_into(path, [picture], fake_engine())
    picture.unlink()
    with Case.open(path) as case:
        reporting.write_report(case, out, Settings())
    assert "The cells of field.png are not shown" in PdfReader(out).pages[0].extract_text()


def test_a_report_shows_rare_cells_all_and_of_common_ones_the_surest(picture: Path, tmp_path: Path) -> None:
    path = tmp_path / "c.bvcase"
    analysing.analyse_into(path, [picture], fake_engine())
    with Case.open(path) as case:
        cell = next(c for c in case.cells() if c.kind is Kind.WBC)
        taxonomy = case.taxonomy
    many = [replace(cell, id=i, label="lymphocyte", source=Source.MODEL) for i in range(1, 200)]
    named = replace(cell, id=500, label="lymphocyte", source=Source.PERSON)
    few = [replace(cell, id=300 + i, label="basophil", source=Source.MODEL) for i in range(3)]
    rare, common = report_pictures.choose([*many, named, *few], taxonomy)
    assert (common.class_id, common.is_rare, common.count) == ("lymphocyte", False, 200)
    assert [c.id for c in common.cells][0] == 500
    assert (rare.class_id, rare.is_rare, len(rare.cells)) == ("basophil", True, 3)


def test_crops_of_a_picture_that_was_exchanged_are_refused(picture: Path, tmp_path: Path) -> None:
    path = tmp_path / "c.bvcase"
    analysing.analyse_into(path, [picture], fake_engine())
    draw(picture, [Spot(100, 100, Kind.WBC, "monocyte")])
    with Case.open(path) as case, pytest.raises(UserError, match=r"another picture|could be read"):
        exporting.export(case, "crops", tmp_path / "crops")
    assert not (tmp_path / "crops").exists()


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with Case.create(tmp_path / "c.bvcase") as case, pytest.raises(UserError, match="coco"):
        exporting.export(case, "xls", tmp_path / "out")


def test_a_crop_for_the_gallery_is_square_around_the_box(picture: Path) -> None:
    slide = open_slide(picture)
    crop = exporting.read_crop(slide, Box(150, 180, 250, 220), 64)
    slide.close()
    assert crop.shape == (64, 64, 3)
    assert tuple(crop[32, 32]) == (60, 20 + 6 * 8, 120)


def test_counting_leaves_no_case_behind(picture: Path, tmp_path: Path) -> None:
    report, outcome = analysing.count_pictures([picture], fake_engine())
    assert report is not None
    assert report.differential.n_leukocytes == 2
    assert outcome.done == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]


def test_the_drawn_sample_comes_out_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        samples.draw_sample(tmp_path / name, 1, 7)
    assert (tmp_path / "a" / "field_01.jpg").read_bytes() == (tmp_path / "b" / "field_01.jpg").read_bytes()
    with pytest.raises(StorageError):
        samples.draw_sample(tmp_path / "a", 1, 7)


@pytest.mark.parametrize("text", [None, "", "[" * 100_000, "{}", '{"fields": []}', '{"fields": [{"file_name": "x"}]}'])
def test_a_damaged_sample_is_named_by_the_self_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    monkeypatch.setattr(paths, "sample", lambda: tmp_path)
    if text is not None:
        (tmp_path / "truth.json").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="sample is missing or damaged"):
        health.self_test(fake_engine())


def test_the_self_test_tells_what_it_looked_at() -> None:
    checks = {check.title: check for check in health.self_test(fake_engine())}
    assert checks["case file"].passed
    assert {"device", "scale", "colour order", "wbc found", "rbc found", "platelet found"} <= set(checks)
    assert all(check.detail for check in checks.values())


def test_a_case_finds_its_pictures_from_any_folder(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(picture.parent)
    analysing.analyse_into(tmp_path / "c.bvcase", [Path(picture.name)], fake_engine())
    monkeypatch.chdir("/")
    with Case.open(tmp_path / "c.bvcase") as case:
        assert case.slides()[0].path == picture
        assert not exporting.export(case, "crops", tmp_path / "crops").failures


class Stranger(FakeClassifier):
    """Finds every cell unlike those it was made from."""

    def classify(self, crops: UInt8) -> Opinions:
        said = super().classify(crops)
        return replace(said, familiarity=np.full(len(crops), 0.004, np.float32), decided=np.zeros(len(crops), bool))


def test_pictures_of_a_strange_laboratory_are_counted_in_the_outcome_and_in_the_report(
    picture: Path, tmp_path: Path
) -> None:
    strange = engine.Engine(FakeDetector(), FakeSegmenter(), Stranger())
    outcome = analysing.analyse_into(tmp_path / "c.bvcase", [picture], strange)
    assert outcome.strangeness == Strangeness(cells=2, of_cells=2, pictures=1, of_pictures=1)
    with Case.open(tmp_path / "c.bvcase") as case:
        made = reporting.report(case)
    assert made.strangeness == outcome.strangeness
    assert made.slides[0].is_unfamiliar
    assert outcome.strangeness.sentence in made.warnings


def test_familiar_pictures_are_not_warned_of(picture: Path, tmp_path: Path) -> None:
    outcome = analysing.analyse_into(tmp_path / "c.bvcase", [picture], fake_engine())
    assert outcome.strangeness == Strangeness(cells=0, of_cells=2, pictures=0, of_pictures=1)
    assert outcome.strangeness.sentence == ""


def test_named_cells_of_a_strange_laboratory_are_counted(picture: Path, tmp_path: Path) -> None:
    strange = engine.Engine(FakeDetector(), FakeSegmenter(), Stranger())
    outcome = picture_files.classify_pictures([picture], tmp_path / "o.csv", strange)
    assert outcome.strangeness == Strangeness(cells=1, of_cells=1, pictures=1, of_pictures=1)


def test_annotations_of_an_impossible_name_and_pipes_are_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with Case.create(tmp_path / "c.bvcase") as case:
        with pytest.raises(UnreadableFileError, match="cannot be read"):
            importing.import_annotations(case, tmp_path / ("x" * 300))
        if hasattr(os, "mkfifo"):
            os.mkfifo(tmp_path / "in" / "a.json")
        with pytest.raises(UnreadableFileError, match="no annotations"):
            importing.import_annotations(case, tmp_path / "in")
