"""From picture to differential with the default models on the bundled sample, through the command line alone."""

import csv
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from bloodview.core.taxonomy import COARSE, FINE, coarse_of
from tests.e2e.program import SAMPLE, bloodview, corners, inside, pairs, sample_truth

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

TRUTH = sample_truth()
COCO_KIND = {"platelet": "platelet", "red_cell": "rbc"}


@dataclass(frozen=True)
class Analysed:
    """The sample analysed into a case, with reports written on the way.

    Args:
        home: user folder of the program.
        case: must not be changed; copy it.
        coco: its export.
    """

    home: Path
    case: Path
    coco: dict[str, Any]
    report: dict[str, Any]

    def copy(self, folder: Path) -> Path:
        """A copy of the case to change."""
        return Path(shutil.copy(self.case, folder / "copy.bvcase"))

    def found(self, kind: str) -> dict[str, list[dict[str, Any]]]:
        """Annotations of a kind by picture."""
        names = {image["id"]: image["file_name"] for image in self.coco["images"]}
        by_name: dict[str, list[dict[str, Any]]] = {name: [] for name in names.values()}
        for a in self.coco["annotations"]:
            if a["kind"] == kind:
                by_name[names[a["image_id"]]].append(a)
        return by_name


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    home = tmp_path_factory.mktemp("main_job")
    case, report, coco = home / "sample.bvcase", home / "sample.json", home / "coco.json"
    answer = bloodview(home, "analyze", SAMPLE, "--case", case, "--report", report)
    assert answer.status == 0, answer.err
    answer = inside(home, "export", case, "--format", "coco", "--keep-names", "--out", coco)
    assert answer.status == 0, answer.err
    return Analysed(home, case, json.loads(coco.read_text()), json.loads(report.read_text()))


def test_the_demo_prints_the_differential_of_the_sample(tmp_path: Path) -> None:
    answer = bloodview(tmp_path, "demo", "--headless")
    assert answer.status == 0, answer.err
    drawn = Counter(c.label for cells in TRUTH.values() for c in cells if c.kind == "wbc")
    leukocytes = int(re.search(r"^leukocytes\s+(\d+)", answer.out, re.MULTILINE)[1])  # type: ignore[index]
    assert 0.7 * (sum(drawn.values()) - drawn["erythroblast"]) <= leukocytes <= 1.15 * sum(drawn.values())
    assert re.search(r"Segmented neutrophil\s+\d+\s+\d+\.\d%\s+\d+\.\d% to\s+\d+\.\d%", answer.out)
    assert "research use only" in answer.out


def test_each_field_s_scale_is_measured_from_its_red_cells(analysed: Analysed) -> None:
    images = analysed.coco["images"]
    assert sorted(image["file_name"] for image in images) == sorted(TRUTH)
    for image in images:
        assert image["scale_source"] == "red cells"
        assert image["um_per_px"] == pytest.approx(0.1, rel=0.08)


@pytest.mark.parametrize(
    ("kind", "recall", "precision"), [("wbc", 0.9, 0.9), ("rbc", 0.85, 0.85), ("platelet", 0.7, 0.6)]
)
def test_the_drawn_cells_are_found(analysed: Analysed, kind: str, recall: float, precision: float) -> None:
    hits = whole = true_found = found_whole = 0
    for name, found in analysed.found(kind).items():
        true = [c for c in TRUTH[name] if c.kind == kind]
        matched = pairs(true, [corners(a["bbox"]) for a in found])
        whole += sum(c.is_whole for c in true)
        hits += sum(true[t].is_whole for t, _ in matched)
        found_whole += len(found)
        true_found += len(matched)
    assert hits / whole >= recall
    assert true_found / found_whole >= precision


def test_leukocytes_are_outlined_where_they_were_drawn(analysed: Analysed) -> None:
    dices = []
    for name, found in analysed.found("wbc").items():
        true = [c for c in TRUTH[name] if c.kind == "wbc" and c.is_whole]
        for t, f in pairs(true, [corners(a["bbox"]) for a in found]):
            drawn, outlined = np.zeros((2, 768, 1024), np.uint8)
            cv2.fillPoly(drawn, [np.asarray(true[t].outline, np.int32)], 1)
            for flat in found[f]["segmentation"]:
                cv2.fillPoly(outlined, [np.asarray(flat, np.float32).reshape(-1, 2).astype(np.int32)], 1)
            dices.append(2 * int((drawn & outlined).sum()) / max(int(drawn.sum()) + int(outlined.sum()), 1))
            assert found[f]["nucleus"], "a leukocyte without a nucleus"
    assert len(dices) >= 40, "too few leukocytes were found to judge"
    assert np.median(dices) >= 0.9
    assert np.mean(np.asarray(dices) > 0.75) >= 0.9


def test_most_leukocytes_are_named_as_they_were_drawn(analysed: Analysed) -> None:
    names = {c["id"]: c["name"] for c in analysed.coco["categories"]}
    right, total = Counter[str](), Counter[str]()
    for name, found in analysed.found("wbc").items():
        true = [c for c in TRUTH[name] if c.kind == "wbc" and c.is_whole]
        for t, f in pairs(true, [corners(a["bbox"]) for a in found]):
            coarse = coarse_of(true[t].label)
            total[coarse] += 1
            right[coarse] += coarse_of(names[found[f]["category_id"]]) == coarse
    # The models were made from photographs: drawings are strange to them, so this is no figure of merit.
    assert sum(right.values()) / sum(total.values()) >= 0.5
    assert sum(right[c] > 0 for c in total) >= 5


def test_the_report_counts_what_the_case_holds(analysed: Analysed, tmp_path: Path) -> None:
    names = {c["id"]: c["name"] for c in analysed.coco["categories"]}
    labels = Counter(names[a["category_id"]] for a in analysed.coco["annotations"])
    differential = analysed.report["differential"]
    counted = {row["class"]: row["count"] for row in differential["rows"]}
    assert sum(counted.values()) == differential["n_leukocytes"] > 30
    for row in differential["rows"]:
        assert row["low_95"] <= row["share"] <= row["high_95"]
        assert row["count"] <= labels[row["class"]]
    assert differential["n_red_cells"] > 200
    assert len(analysed.report["models"]) == 3

    for ending in ("html", "csv", "json"):
        out = tmp_path / f"report.{ending}"
        answer = inside(analysed.home, "report", analysed.case, "--out", out)
        assert answer.status == 0, answer.err
        assert "research use only" in out.read_text(encoding="utf-8").lower()
    assert json.loads((tmp_path / "report.json").read_text())["differential"] == differential
    rows = list(csv.reader((tmp_path / "report.csv").read_text().splitlines()))
    assert any(row[1:3] == ["leukocytes", str(differential["n_leukocytes"])] for row in rows)


def test_crops_and_table_are_exported(analysed: Analysed, tmp_path: Path) -> None:
    out = tmp_path / "cells.csv"
    assert inside(analysed.home, "export", analysed.case, "--format", "csv", "--keep-names", "--out", out).status == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(analysed.coco["annotations"]) + sum(analysed.coco["info"]["left_out"].values())

    crops = tmp_path / "crops"
    assert inside(analysed.home, "export", analysed.case, "--format", "crops", "--out", crops).status == 0
    pictures = list(crops.rglob("*.png"))
    assert len(pictures) == len(analysed.coco["annotations"])
    assert {p.parent.name for p in pictures} <= {*FINE, "red_cell"}
    assert cv2.imread(str(pictures[0])) is not None


def _edit(analysed: Analysed, case: Path) -> Callable[..., list[str]]:
    def edit(*lines: str) -> list[str]:
        run = bloodview if lines == ("undo", "redo", "undo", "undo") else inside  # once in a process of its own
        answer = run(analysed.home, "edit", case, lines="".join(f"{line}\n" for line in lines))
        assert answer.status == 0, answer.err
        return answer.out.splitlines()

    return edit


def _labels(lines: list[str]) -> dict[str, str]:
    assert lines[-1] == "ok"
    return dict(line.split(" ", 1) for line in lines[:-1])


def test_edits_are_kept_undone_and_signed_across_runs(analysed: Analysed, tmp_path: Path) -> None:
    case = analysed.copy(tmp_path)
    edit = _edit(analysed, case)
    before = _labels(edit("list"))
    first, second = [cell for cell, label in before.items() if label in FINE and label != "platelet"][:2]
    other = "basophil" if before[first] != "basophil" else "monocyte"

    assert edit(f"relabel {first} {other}", f"reject {second}", f"relabel {first} unicorn")[:2] == ["ok 1", "ok 2"]
    after = _labels(edit("list"))
    assert (after[first], after[second]) == (other, "rejected")
    assert edit("undo", "redo", "undo", "undo") == ["ok 3", "ok 4", "ok 5", "ok 6"]
    assert _labels(edit("list")) == before
    assert edit("redo")[0] == "ok 7"
    assert _labels(edit("list"))[first] == other
    assert edit("sign Dr. Test") == ["ok 8"]
    assert edit(f"reject {second}")[0].startswith("error")
    assert inside(analysed.home, "report", case, "--out", tmp_path / "signed.json").status == 0
    review = json.loads((tmp_path / "signed.json").read_text())["review"]
    assert review["reviewer"] == "Dr. Test"
    assert review["labelled_by_person"] == 1


def test_analysing_again_keeps_what_a_person_decided(analysed: Analysed, tmp_path: Path) -> None:
    case = analysed.copy(tmp_path)
    edit = _edit(analysed, case)
    before = _labels(edit("list"))
    first, second = [str(a["id"]) for a in analysed.found("wbc")["field_01.jpg"]][:2]
    other = "basophil" if before[first] != "basophil" else "monocyte"
    edit(f"relabel {first} {other}", f"reject {second}")
    answer = inside(analysed.home, "analyze", SAMPLE / "field_01.jpg", "--case", case)
    assert answer.status == 0, answer.err
    after = _labels(edit("list"))
    assert (after[first], after[second]) == (other, "rejected")
    assert Counter(after.values()) == Counter((before | {first: other, second: "rejected"}).values())


def test_a_broken_picture_is_named_and_the_rest_goes_on(analysed: Analysed, tmp_path: Path) -> None:
    folder = tmp_path / "fields"
    folder.mkdir()
    good = (SAMPLE / "field_01.jpg").read_bytes()
    (folder / "good.jpg").write_bytes(good)
    (folder / "empty.png").write_bytes(b"")
    (folder / "letter.png").write_text("Dear pathologist")
    (folder / "notes.txt").write_text("not a picture")
    out = tmp_path / "boxes.json"
    answer = inside(analysed.home, "detect", folder, "--out", out)
    assert answer.status == 1
    assert "empty.png" in answer.err
    assert "letter.png" in answer.err
    found = json.loads(out.read_text())
    assert [Path(image["file_name"]).name for image in found["images"]] == ["good.jpg"]
    assert {c["name"] for c in found["categories"]} == {"wbc", "rbc", "platelet"}
    assert len(found["annotations"]) > 50


def test_pictures_of_single_cells_are_classified_and_outlined(analysed: Analysed, tmp_path: Path) -> None:
    from bloodview.slides.synthetic import draw_cell

    folder = tmp_path / "cells"
    folder.mkdir()
    for label in ("segmented_neutrophil", "lymphocyte", "eosinophil", "monocyte"):
        cv2.imwrite(str(folder / f"{label}.png"), draw_cell(label, 7).image[..., ::-1])
    out = tmp_path / "cells.csv"
    answer = bloodview(analysed.home, "classify", folder, "--out", out, "--level", "coarse")
    assert answer.status == 0, answer.err
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [Path(row["path"]).name for row in rows] == sorted(p.name for p in folder.iterdir())
    for row in rows:
        assert sum(float(row[f"p_{name}"]) for name in COARSE) == pytest.approx(1, abs=1e-3)
        assert row["label"] in COARSE
        assert row["decided"] in {"true", "false"}

    masks = tmp_path / "masks"
    assert inside(analysed.home, "segment", folder, "--out", masks).status == 0
    for picture in folder.iterdir():
        mask = cv2.imread(str(masks / picture.name), cv2.IMREAD_UNCHANGED)
        assert mask is not None
        assert mask.shape == (360, 360)
        assert set(np.unique(mask)) == {0, 128, 255}
        assert mask[180, 180] > 0


def test_the_program_finds_itself_in_order(tmp_path: Path) -> None:
    answer = bloodview(tmp_path, "self-test")
    assert answer.status == 0, answer.out + answer.err
    assert inside(tmp_path, "models", "verify").status == 0
    listed = inside(tmp_path, "models", "list").out.splitlines()
    assert {line.split("\t")[1] for line in listed} >= {"detect", "segment", "classify"}
