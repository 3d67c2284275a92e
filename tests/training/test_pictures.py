"""Reading pictures."""

import logging
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.core.errors import UserError
from training import pictures


@dataclass(frozen=True)
class Item:
    path: Path


def _write(path: Path, kind: str = ".jpg") -> Path:
    rng = np.random.default_rng(0)
    path.write_bytes(cv2.imencode(kind, rng.integers(0, 255, (64, 80, 3)).astype(np.uint8))[1].tobytes())
    return path


@pytest.mark.parametrize("kind", [".jpg", ".png", ".webp", ".bmp"])
def test_a_picture_cut_short_is_refused_rather_than_painted_grey(kind: str, tmp_path: Path) -> None:
    file = _write(tmp_path / f"a{kind}", kind)
    assert pictures.read_image(file).shape == (64, 80, 3)
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    with pytest.raises(UserError, match=rf"a\{kind}: is no picture that can be read"):
        pictures.read_image(file)


def test_a_preview_in_the_header_does_not_stand_for_the_end_of_the_picture(tmp_path: Path) -> None:
    whole = _write(tmp_path / "a.jpg").read_bytes()
    preview = b"\xff\xd8\xff\xd9"
    header = whole[:2] + b"\xff\xe1" + (2 + len(preview)).to_bytes(2, "big") + preview
    file = tmp_path / "b.jpg"
    file.write_bytes(header + whole[2:] + b"what some cameras append")
    assert pictures.read_image(file).shape == (64, 80, 3)
    file.write_bytes(header + whole[2 : len(whole) // 2])
    with pytest.raises(UserError, match=r"b\.jpg"):
        pictures.read_image(file)


def test_a_file_that_is_gone_or_empty_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.png: cannot be read: No such file"):
        pictures.read_image(tmp_path / "none.png")
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(UserError, match=r"empty\.png: is no picture"):
        pictures.read_image(tmp_path / "empty.png")


def test_what_cannot_be_read_is_named_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    items = [Item(_write(tmp_path / "a.jpg")), Item(tmp_path / "none.jpg"), Item(_write(tmp_path / "c.jpg"))]
    found = pictures.read_each(items, lambda i: pictures.read_image(i.path).shape)
    assert [i.path.name for i, _ in found] == ["a.jpg", "c.jpg"]
    assert [r.levelno for r in caplog.records] == [logging.WARNING]
    assert "none.jpg: cannot be read" in caplog.text
    with pytest.raises(UserError, match=r"Not one picture could be read.*none\.jpg"):
        pictures.read_each(items[1:2], lambda i: pictures.read_image(i.path))
    assert pictures.read_each([], str) == []
