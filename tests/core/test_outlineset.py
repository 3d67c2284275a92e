"""A set of outlines comes back as it was written, and a stranger's is refused where it is none."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core import outlineset
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.fieldset import CASE, DRAWN, DRAWN_JUDGE
from bloodview.core.outlineset import TrainingOutline

SQUARE = ((1.0, 1.0), (30.0, 1.5), (30.0, 40.0))
ONE = TrainingOutline("", "", CASE, "sha256:aa", 7, "sha256:c", (10.0, 0.0, 2.0), (1, 1, 30.5, 40), SQUARE, ())
CELLS = (ONE, replace(ONE, role=DRAWN, nucleus=SQUARE), replace(ONE, role=DRAWN_JUDGE, cell=(), nucleus=SQUARE))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "set"
    outlineset.write(out, "1.0", "now", ((c, lambda c=c: c.role.encode()) for c in CELLS))
    return out


def test_it_comes_back_as_it_was_written(folder: Path) -> None:
    found = outlineset.verify(folder)
    assert [replace(c, file="", sha256="") for c in found.cells] == list(CELLS)
    assert [c.file for c in found.cells] == ["cells/0001.png", "drawn/0002.png", "drawn/0003.png"]
    (folder / "drawn" / "0002.png").write_bytes(b"other")
    with pytest.raises(UnreadableFileError, match=r"0002\.png.*not what the manifest says"):
        outlineset.verify(folder)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"file": "../x.png"}, "outside"),
        ({"role": "other"}, "damaged"),
        ({"place": [0, 0, 0]}, "there is no place"),
        ({"box": [5, 5, 5, 9]}, "there is no box"),
        ({"cell": [[1, 1], [2, 2]]}, "2 corners is none"),
        ({"cell": [[0, 0], [1e9, 0], [5, 5]]}, "too far away"),
        ({"cell": [[0, 0], [float("nan"), 0], [5, 5]]}, "too far away"),
        ({"cell": [], "nucleus": []}, "has no outline"),
    ],
)
def test_a_strangers_manifest_is_refused(folder: Path, change: dict[str, object], why: str) -> None:
    path = folder / outlineset.MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"][0] |= change
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=why):
        outlineset.read(folder)


def test_without_a_cell_of_a_case_there_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no outlined cell to write"):
        outlineset.write(tmp_path / "b", "1", "now", [(CELLS[1], lambda: b"x")])
    assert not list(tmp_path.iterdir())
