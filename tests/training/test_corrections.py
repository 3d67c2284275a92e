"""Corrections as they train and judge: what is locked away stays so, and what is amiss is passed over and said."""

import hashlib
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from bloodview.core.cells import Source
from bloodview.core.errors import UserError
from bloodview.core.trainset import TrainingCell
from bloodview.models.card import ModelCard, Refinement, picture_mark
from tests.models import tiny
from tests.training import refinable
from training import corrections
from training.corrections import lock


def cells(pictures: int, cases: int = 0, each: int = 6) -> tuple[list[TrainingCell], list[str]]:
    names = [(p, x) for p in range(pictures) for x in ("monocyte", "lymphocyte") for _ in range(each)]
    found = [refinable.cell(x, i, f"p{p}", f"c{p % cases}" if cases else "") for i, (p, x) in enumerate(names)]
    return found, [x for _, x in names]


def before(trained: tuple[str, ...] = (), locked: tuple[str, ...] = ()) -> Refinement:
    marks = [tuple(map(picture_mark, names)) for names in (trained, locked)]
    return Refinement("base", "0", "head", {}, {}, "", *marks, "", "", "", "")


def test_whole_cases_are_locked_where_there_are_several() -> None:
    own, labels = cells(40, 10)
    locked, unit, notes = lock(own, labels, None)
    assert unit == "case"
    assert not notes
    sides = [{c.case for c, x in zip(own, locked, strict=True) if x == side} for side in (True, False)]
    assert not sides[0] & sides[1]
    assert len(sides[0]) >= 1


def test_of_one_case_pictures_are_locked_and_it_is_said() -> None:
    own, labels = cells(20)
    locked, unit, notes = lock(own, labels, None)
    assert unit == "picture"
    assert "one case" in notes[0]
    assert 0.1 < locked.mean() < 0.6


def test_of_one_picture_cells_are_locked_and_it_is_said() -> None:
    own, labels = cells(1, each=30)
    locked, unit, notes = lock(own, labels, None)
    assert unit == "cell"
    assert "one picture" in notes[0]
    assert 0.1 < locked.mean() < 0.6


def test_the_same_are_locked_when_more_come() -> None:
    own, labels = cells(20)
    more, more_labels = cells(40)
    first, _, _ = lock(own, labels, None)
    then, _, _ = lock(more, more_labels, None)
    np.testing.assert_array_equal(then[: len(own)], first)


def test_what_judged_an_ancestor_never_trains_and_what_trained_one_never_judges() -> None:
    own, labels = cells(20)
    locked, _, _ = lock(own, labels, None)
    judges = next(c.group for c, x in zip(own, locked, strict=True) if x)
    trains = next(c.group for c, x in zip(own, locked, strict=True) if not x)
    other, _, notes = lock(own, labels, before(trained=(judges,), locked=(trains,)))
    assert not any(x for c, x in zip(own, other, strict=True) if c.group == judges)
    assert all(x for c, x in zip(own, other, strict=True) if c.group == trains)
    assert "do not judge" in " ".join(notes)


def test_what_is_missing_or_not_a_persons_is_passed_over_and_said(tmp_path: Path) -> None:
    card = ModelCard.read(tiny.classifier(tmp_path / "models"))
    folder = refinable.write_set(tmp_path / "set")
    files = sorted((folder / "crops").rglob("*.png"))
    files[0].unlink()
    files[1].write_bytes(b"other")
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"source": "person"', f'"source": "{Source.MODEL}"', 1))
    found = corrections.read(folder, card)
    assert len(found.cells) in (33, 34)
    assert any("missing" in n for n in found.notes)
    assert any("not named by a person" in n for n in found.notes)
    for file in files:
        file.unlink(missing_ok=True)
    with pytest.raises(UserError, match="no cell that could train"):
        corrections.read(folder, card)


def test_a_crop_that_would_unpack_to_gigabytes_is_passed_over(tmp_path: Path) -> None:
    card = ModelCard.read(tiny.classifier(tmp_path / "models"))
    folder = refinable.write_set(tmp_path / "set")
    file = sorted((folder / "crops").rglob("*.png"))[0]
    old = file.read_bytes()
    packed = zlib.compress(bytes(5000 * (1 + 5000 * 3)), 9)
    header = struct.pack(">IIBBBBB", 5000, 5000, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    chunks = [struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(b, zlib.crc32(n))) for n, b in parts]
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
    file.write_bytes(bomb)
    manifest = folder / "manifest.json"
    text = manifest.read_text().replace(hashlib.sha256(old).hexdigest(), hashlib.sha256(bomb).hexdigest())
    manifest.write_text(text)
    found = corrections.read(folder, card)
    assert any(n.startswith("1 cells were passed over: their pictures") for n in found.notes)


def test_a_scale_that_asks_for_a_window_of_gigabytes_is_passed_over(tmp_path: Path) -> None:
    card = ModelCard.read(tiny.classifier(tmp_path / "models"))
    folder = refinable.write_set(tmp_path / "set")
    manifest = folder / "manifest.json"
    content = json.loads(manifest.read_text())
    content["cells"][0]["um_per_px"] = 1e-9
    manifest.write_text(json.dumps(content))
    found = corrections.read(folder, card)
    assert any(n.startswith("1 cells were passed over: their pictures") for n in found.notes)
