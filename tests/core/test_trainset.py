"""A training set comes back as it was written, and every change of it is noticed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core import trainset
from bloodview.core.cells import Kind, Source
from bloodview.core.errors import StorageError, UnreadableFileError, UserError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY

CELL = trainset.TrainingCell(
    "", "", "sha256:aa", 7, Kind.WBC, "lymphocyte", Source.PERSON, (10.0, 10.0, 50.5, 50.0), 0.1,
    ((10.0, 10.0), (50.0, 10.0), (50.0, 50.0)), (),
)  # fmt: skip
CELLS = (
    CELL,
    replace(CELL, cell_id=8, label="monocyte", source=Source.MODEL),
    replace(CELL, cell_id=9, group="sha256:bb", um_per_px=None),
)
EMPTY = trainset.TrainingSet("1.0", "2026-11-27T12:00:00+00:00", DEFAULT_TAXONOMY.classes, (), ("names",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "set"
    trainset.write(out, EMPTY, ((cell, lambda cell=cell: f"png {cell.cell_id}".encode()) for cell in CELLS))
    return out


def test_it_comes_back_as_it_was_written(folder: Path) -> None:
    found = trainset.verify(folder)
    assert [replace(c, file="", sha256="") for c in found.cells] == list(CELLS)
    assert replace(found, cells=()) == EMPTY
    assert found.groups == ("sha256:aa", "sha256:bb")
    assert found.counts() == {"lymphocyte": 2, "monocyte": 1}


def test_a_slide_is_a_folder_that_does_not_tell_its_name(folder: Path) -> None:
    assert [c.file for c in trainset.read(folder).cells] == [
        "crops/0001/000007.png", "crops/0001/000008.png", "crops/0002/000009.png"
    ]  # fmt: skip


def test_a_changed_a_missing_and_a_stray_crop_are_named(folder: Path) -> None:
    crop = folder / "crops" / "0001" / "000008.png"
    crop.write_bytes(b"other")
    with pytest.raises(UnreadableFileError, match=r"000008\.png.*not what the manifest says"):
        trainset.verify(folder)
    crop.unlink()
    with pytest.raises(UnreadableFileError, match=r"000008\.png"):
        trainset.verify(folder)
    crop.write_bytes(b"png 8")
    trainset.verify(folder)
    (folder / "crops" / "0001" / "stray.png").write_bytes(b"")
    with pytest.raises(UnreadableFileError, match=r"stray\.png.*not in the manifest"):
        trainset.verify(folder)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": "bloodview-trainset/2"}, "Update BloodView"),
        ({"format": "other"}, "damaged"),
        ({"classes": []}, "none of its classes"),
        ({"cells": [{}]}, "damaged"),
        ({"cells": None}, "damaged"),
    ],
)
def test_a_manifest_that_is_none_is_refused(folder: Path, change: dict[str, object], why: str) -> None:
    path = folder / trainset.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=why):
        trainset.read(folder)


@pytest.mark.parametrize("file", ["../x.png", "/etc/x", "crops/../../x.png", "crops\\..\\x.png"])
def test_a_strangers_manifest_leads_nowhere_else(folder: Path, file: str) -> None:
    path = folder / trainset.MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"][0]["file"] = file
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="outside"):
        trainset.read(folder)


@pytest.mark.parametrize("place", ["crops", "crops/0001", "crops/0001/000007.png"])
def test_a_link_in_a_strangers_set_leads_nowhere_else(folder: Path, tmp_path: Path, place: str) -> None:
    link = folder / place
    link.rename(tmp_path / "elsewhere")
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnreadableFileError, match="outside"):
        trainset.read(folder)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"format": ' + "9" * 10_000 + "}"])
def test_a_manifest_that_is_made_to_do_harm_is_refused(folder: Path, text: str) -> None:
    (folder / trainset.MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="damaged"):
        trainset.read(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"box": [5, 5, 5, 9]},
        {"box": [0, 0, 1e300, 1e300]},
        {"box": [float("nan"), 0, 9, 9]},
        {"um_per_px": -1},
        {"um_per_px": 10**400},
        {"cell_id": float("inf")},
    ],
)
def test_a_cell_that_cannot_be_is_refused(folder: Path, change: dict[str, object]) -> None:
    path = folder / trainset.MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"][0] |= change
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="damaged"):
        trainset.read(folder)


def test_a_manifest_larger_than_any_is_refused_before_it_is_read(folder: Path) -> None:
    with (folder / trainset.MANIFEST).open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(UnreadableFileError, match="too large"):
        trainset.read(folder)


def test_a_cell_that_cannot_be_read_is_passed_over_and_said(tmp_path: Path) -> None:
    def gone() -> bytes:
        raise UserError("is gone.")

    done, failed = trainset.write(tmp_path / "a", EMPTY, [(CELL, gone), (CELLS[1], lambda: b"x"), (CELLS[2], gone)])
    assert [c.cell_id for c in done.cells] == [8]
    assert failed == ("is gone.",)
    with pytest.raises(UserError, match="no labelled cell"):
        trainset.write(tmp_path / "b", EMPTY, [(CELL, gone)])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a"]


def test_a_folder_in_use_is_not_overwritten(folder: Path) -> None:
    with pytest.raises(StorageError, match="not empty"):
        trainset.write(folder, EMPTY, [(CELL, lambda: b"x")])
