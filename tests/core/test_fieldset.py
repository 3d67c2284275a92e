"""A set of fields comes back as it was written, and every change of it is noticed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core import fieldset
from bloodview.core.cells import Kind
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.fieldset import CASE, DRAWN, NONE, UNCLEAR, FieldBox, TrainingField

BOXES = (FieldBox(Kind.WBC, (1, 2, 30.5, 40)), FieldBox(Kind.RBC, (5, 5, 9, 9), UNCLEAR), FieldBox(
    Kind.WBC, (50, 50, 60, 60), NONE))  # fmt: skip
ONE = TrainingField("", "", CASE, "sha256:aa", "0,0,100,100", "sha256:c", 0.12, (Kind.WBC, Kind.RBC), BOXES)
FIELDS = (ONE, replace(ONE, group="sha256:bb", place=""), replace(ONE, role=DRAWN, boxes=()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "set"
    fieldset.write(out, "1.0", "now", ((f, lambda f=f: f.group.encode()) for f in FIELDS))
    return out


def test_it_comes_back_as_it_was_written(folder: Path) -> None:
    found = fieldset.verify(folder)
    assert [replace(f, file="", sha256="") for f in found.fields] == list(FIELDS)
    assert [f.file for f in found.fields] == ["fields/0001.png", "fields/0002.png", "drawn/0003.png"]


def test_a_changed_a_missing_and_a_stray_picture_are_named(folder: Path) -> None:
    picture = folder / "fields" / "0002.png"
    picture.write_bytes(b"other")
    with pytest.raises(UnreadableFileError, match=r"0002\.png.*not what the manifest says"):
        fieldset.verify(folder)
    picture.unlink()
    with pytest.raises(UnreadableFileError, match=r"0002\.png"):
        fieldset.verify(folder)
    picture.write_bytes(b"sha256:bb")
    (folder / "drawn" / "stray.png").write_bytes(b"")
    with pytest.raises(UnreadableFileError, match=r"stray\.png.*not in the manifest"):
        fieldset.verify(folder)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"file": "../x.png"}, "outside"),
        ({"file": "crops/x.png"}, "outside"),
        ({"role": "other"}, "damaged"),
        ({"um_per_px": -1}, "no scale"),
        ({"complete": ["tree"]}, "damaged"),
        ({"boxes": [{"kind": "wbc", "box": [5, 5, 5, 9], "mark": "cell"}]}, "there is no box"),
        ({"boxes": [{"kind": "wbc", "box": [5, 5, 8, 9], "mark": "perhaps"}]}, "damaged"),
    ],
)
def test_a_strangers_manifest_is_refused(folder: Path, change: dict[str, object], why: str) -> None:
    path = folder / fieldset.MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    content["fields"][0] |= change
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=why):
        fieldset.read(folder)


def test_one_of_another_kind_or_version_is_refused(folder: Path) -> None:
    path = folder / fieldset.MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    for form, why in (("bloodview-fieldset/2", "Update BloodView"), ("bloodview-trainset/1", "damaged")):
        path.write_text(json.dumps(content | {"format": form}), encoding="utf-8")
        with pytest.raises(UnreadableFileError, match=why):
            fieldset.read(folder)


def test_a_picture_that_cannot_be_read_is_passed_over_and_said(tmp_path: Path) -> None:
    def gone() -> bytes:
        raise UserError("is gone.")

    done, failed = fieldset.write(tmp_path / "a", "1", "now", [(ONE, gone), (FIELDS[1], lambda: b"x")])
    assert ([f.group for f in done.fields], failed) == (["sha256:bb"], ("is gone.",))
    with pytest.raises(UserError, match="no picture to write"):
        fieldset.write(tmp_path / "b", "1", "now", [(ONE, gone), (FIELDS[2], lambda: b"x")])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a"]
