"""What is exported and imported again is the same case: boxes, outlines, labels and ids, in every format."""

import json
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from bloodview.core.cells import Cell, Detection, FoundCell, Kind, Polygon, Source, Status
from bloodview.core.geometry import Box, Scale, Size
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, Confirm, MoveBox, NewSlide, Reject, Relabel, Sign
from bloodview.workflows import exporting, importing
from tests.review.examples import dump, prediction

FORMATS = ("coco", "yolo", "voc", "geojson", "labelme", "csv")
OUTLINED = frozenset(("coco", "geojson", "labelme"))
SIZE = Size(40_000, 30_000)
"""A slide so large that a share of it with six digits would miss a hundredth of a pixel."""


def _star(rng: np.random.Generator, x: float, y: float, radius: float) -> Polygon:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    reach = radius * rng.uniform(0.8, 1.0, len(angles))
    return tuple((float(x + r * np.cos(a)), float(y + r * np.sin(a))) for a, r in zip(angles, reach, strict=True))


def _run(name: str, content_hash: str, *, with_cells: bool) -> AddRun:
    rng = np.random.default_rng(len(name))
    found = []
    for i in range(12 if with_cells else 0):
        x, y = 700 * i + 40 + rng.random(), SIZE.height - 300 + rng.random()
        kind = (Kind.WBC, Kind.RBC, Kind.PLATELET)[i % 3]
        side = 60 + rng.random()
        outlines = (_star(rng, x + 30, y + 30, 29), _star(rng, x + 30, y + 30, 14)) if kind is Kind.WBC else ((), ())
        found.append(
            FoundCell(
                Detection(kind, Box(x, y, x + side, y + side), 0.5),
                prediction(("lymphocyte", "monocyte")[i % 2]) if kind is Kind.WBC else None,
                *outlines,
            )
        )
    slide = NewSlide(Path("patients") / name, content_hash, SIZE, Scale(0.25, "file"))
    return AddRun(slide, tuple(found), ("finder-1", "wbc-1"), "cpu")


def _new(path: Path, *, with_cells: bool) -> Case:
    case = Case.create(path)
    case.apply(_run("Jane Doe.svs", "sha256:aa11", with_cells=with_cells))
    case.apply(_run("Jane Doe 2.svs", "sha256:bb22", with_cells=with_cells))
    return case


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Case]:
    """Two slides of 12 cells; one cell relabelled, one confirmed, one moved, one rejected."""
    with _new(tmp_path / "full.bvcase", with_cells=True) as case:
        ids = [c.id for c in case.cells() if c.kind is Kind.WBC]
        case.apply(Relabel((ids[0],), "band_neutrophil"))
        case.apply(Confirm((ids[1],)))
        box = case.cell(ids[2]).box_l0
        case.apply(MoveBox(ids[2], box.moved(3.21, 1.07)))
        case.apply(Reject((ids[3],)))
        yield case


def _out(folder: Path, fmt: str) -> Path:
    return folder / {"coco": "cells.json", "csv": "cells.csv"}.get(fmt, fmt)


def _farthest(a: Polygon, b: Polygon) -> float:
    return float(np.abs(np.asarray(a) - np.asarray(b)).max())


@pytest.mark.parametrize("keep_names", [False, True])
@pytest.mark.parametrize("fmt", FORMATS)
def test_an_empty_case_of_the_same_pictures_gets_every_cell_back(
    full: Case, tmp_path: Path, fmt: str, keep_names: bool
) -> None:
    exporting.export(full, fmt, _out(tmp_path, fmt), keep_names=keep_names)
    all_are_written = fmt in ("csv", "geojson")
    wanted = [c for c in full.cells() if all_are_written or c.status is Status.ACTIVE]
    with _new(tmp_path / "empty.bvcase", with_cells=False) as case:
        reading = importing.import_annotations(case, _out(tmp_path, fmt))
        assert reading.problems == ()
        assert case.edit_count == 1
        got = {(c.slide_id, round(c.box_l0.x0 / 700)): c for c in case.cells()}
        assert len(got) == len(wanted)
        for cell in wanted:
            back = got[cell.slide_id, round(cell.box_l0.x0 / 700)]
            assert astuple(back.box_l0) == pytest.approx(astuple(cell.box_l0), abs=0.01)
            assert (back.kind, back.label, back.status) == (cell.kind, cell.label, cell.status)
            if fmt in OUTLINED and cell.cell_outline:
                assert _farthest(back.cell_outline, cell.cell_outline) <= 0.5
                assert _farthest(back.nucleus_outline, cell.nucleus_outline) <= 0.5


@pytest.mark.parametrize("fmt", FORMATS)
def test_what_comes_back_unchanged_changes_nothing(full: Case, tmp_path: Path, fmt: str) -> None:
    exporting.export(full, fmt, _out(tmp_path, fmt))
    before, edits = dump(full), full.edit_count
    reading = importing.import_annotations(full, _out(tmp_path, fmt))
    assert reading.command is None
    assert (dump(full), full.edit_count) == (before, edits), "a machine's label would have become a person's"


@pytest.mark.parametrize("fmt", FORMATS)
def test_ids_lead_back_to_the_same_cells(full: Case, tmp_path: Path, fmt: str) -> None:
    exporting.export(full, fmt, _out(tmp_path, fmt))
    before = {c.id: c.label for c in full.cells() if c.status is Status.ACTIVE}
    full.apply(Relabel(tuple(before), "artefact"))
    importing.import_annotations(full, _out(tmp_path, fmt))
    assert {c.id: c.label for c in full.cells() if c.id in before} == before
    full.undo()
    assert {c.label for c in full.cells() if c.id in before} == {"artefact"}
    full.redo()
    assert {c.id: c.label for c in full.cells() if c.id in before} == before


@pytest.mark.parametrize("fmt", FORMATS)
def test_names_stay_behind_unless_asked(full: Case, tmp_path: Path, fmt: str) -> None:
    for keep in (False, True):
        out = _out(tmp_path / str(keep), fmt)
        outcome = exporting.export(full, fmt, out, keep_names=keep)
        files = [out] if out.is_file() else [p for p in out.rglob("*") if p.is_file()]
        written = "".join(p.name + p.read_text(encoding="utf-8") for p in files).replace("Jane_Doe", "Jane Doe")
        assert ("Jane Doe" in written) is keep
        assert "patients" not in written
        assert ("file names" in outcome.warnings[0][1]) is not keep


def test_geojson_is_of_the_shape_that_qupath_reads(full: Case, tmp_path: Path) -> None:
    exporting.export(full, "geojson", tmp_path / "out")
    one = json.loads(sorted((tmp_path / "out").iterdir())[0].read_text(encoding="utf-8"))
    assert one["type"] == "FeatureCollection"
    assert len({f["id"] for f in one["features"]}) == 12
    cell = next(f for f in one["features"] if f["properties"]["objectType"] == "cell")
    for geometry in (cell["geometry"], cell["nucleusGeometry"]):
        (ring,) = geometry["coordinates"]
        assert geometry["type"] == "Polygon"
        assert ring[0] == ring[-1]
    assert cell["properties"]["classification"] == {"name": "band_neutrophil", "color": [127, 178, 255]}
    assert all(isinstance(v, str) for v in cell["properties"]["metadata"].values())
    assert next(f for f in one["features"] if "nucleusGeometry" not in f)["properties"]["objectType"] == "detection"


def test_the_ids_of_geojson_are_the_same_in_every_export(full: Case, tmp_path: Path) -> None:
    def ids(out: Path) -> list[str]:
        exporting.export(full, "geojson", out)
        return [f["id"] for p in sorted(out.iterdir()) for f in json.loads(p.read_text(encoding="utf-8"))["features"]]

    assert ids(tmp_path / "a") == ids(tmp_path / "b")


def test_an_import_survives_a_later_analysis(full: Case, tmp_path: Path) -> None:
    exporting.export(full, "coco", tmp_path / "c.json")
    with _new(tmp_path / "empty.bvcase", with_cells=False) as case:
        importing.import_annotations(case, tmp_path / "c.json")
        before = {c.id: (c.label, c.cell_outline) for c in case.cells()}
        case.apply(_run("Jane Doe.svs", "sha256:aa11", with_cells=True))
        assert {c.id: (c.label, c.cell_outline) for c in case.cells() if c.id in before} == before


def _is_a_persons(cells: list[Cell]) -> bool:
    return all(c.source is Source.PERSON for c in cells)


def test_imported_cells_count_as_a_persons(full: Case, tmp_path: Path) -> None:
    exporting.export(full, "voc", tmp_path / "voc")
    with _new(tmp_path / "empty.bvcase", with_cells=False) as case:
        importing.import_annotations(case, tmp_path / "voc")
        assert _is_a_persons(case.cells())


def test_a_signed_case_takes_no_import(full: Case, tmp_path: Path) -> None:
    exporting.export(full, "csv", tmp_path / "c.csv")
    full.apply(Relabel((1,), "artefact"))
    full.apply(Sign("A. Reader"))
    before = dump(full)
    with pytest.raises(Exception, match="signed"):
        importing.import_annotations(full, tmp_path / "c.csv")
    assert dump(full) == before


def test_several_pictures_do_not_fit_into_one_file(full: Case, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="file a picture"):
        exporting.export(full, "voc", tmp_path / "one.xml")
    assert not (tmp_path / "one.xml").exists()


@pytest.mark.parametrize("fmt", ["voc", "geojson", "labelme"])
def test_one_picture_fits_into_one_file(tmp_path: Path, fmt: str) -> None:
    with Case.create(tmp_path / "c.bvcase") as case:
        case.apply(_run("a.svs", "sha256:aa11", with_cells=True))
        out = tmp_path / f"one{exporting.ENDINGS[fmt]}"
        exporting.export(case, fmt, out)
        assert out.is_file()
        assert importing.import_annotations(case, out).command is None
