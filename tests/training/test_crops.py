"""Windows around cells, decoded once."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import cv2
import numpy as np
import pytest

from bloodview.core.errors import StorageError, UserError
from training import crops
from training.data import CellExample


@pytest.fixture
def cells(tmp_path: Path) -> list[CellExample]:
    """Four pictures of one cell each, of different colours."""
    found = []
    for i in range(4):
        path = tmp_path / "data" / "mine" / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((40, 40, 3), 40 * i + 10, np.uint8))
        found.append(CellExample(path, "mine", "train", "", None, 0.5, "monocyte"))
    return found


def _colours(found: np.ndarray[Any, Any]) -> list[int]:
    return [int(c[0, 0, 0]) for c in found]


def test_cells_are_decoded_once_and_mapped(
    cells: list[CellExample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = crops.cached_crops(cells, 10, 16, tmp_path / "cache")
    assert isinstance(first, np.memmap)
    assert first.shape == (4, 16, 16, 3)
    assert _colours(first) == [10, 50, 90, 130]

    def no(_path: Path) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(crops, "read_image", no)
    np.testing.assert_array_equal(crops.cached_crops(cells, 10, 16, tmp_path / "cache"), first)
    assert crops.cached_crops([], 10, 16, tmp_path / "cache").shape == (0, 16, 16, 3)


def test_the_cache_knows_the_data_where_ever_they_lie_but_not_other_windows_or_pictures(
    cells: list[CellExample], tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    crops.cached_crops(cells, 10, 16, cache)
    shutil.copytree(tmp_path / "data", tmp_path / "moved")
    moved = [replace(c, path=tmp_path / "moved" / "mine" / c.path.name) for c in cells]
    crops.cached_crops(moved, 10, 16, cache)
    crops.cached_crops([replace(c, label="lymphocyte", split="val") for c in cells], 10, 16, cache)
    assert len(list(cache.glob("*.u8"))) == 1
    for number, other in enumerate(
        [(cells, 11.0, 16), (cells, 10.0, 18), (cells[::-1], 10.0, 16), ([replace(cells[0], center=(9, 9))], 10.0, 16)]
    ):
        crops.cached_crops(*other, cache)
        assert len(list(cache.glob("*.u8"))) == 2 + number
    cv2.imwrite(str(cells[0].path), np.full((40, 40, 3), 200, np.uint8))
    os.utime(cells[0].path, ns=(1, 1))
    assert _colours(crops.cached_crops(cells, 10, 16, cache)) == [200, 50, 90, 130]


def test_a_corrupt_picture_is_named_left_out_and_remembered(
    cells: list[CellExample], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cells[1].path.write_bytes(b"no picture")
    both = [cells[0], cells[1], replace(cells[1], center=(5.0, 5.0)), *cells[2:]]
    for _ in range(2):
        caplog.clear()
        kept, found = crops.readable_crops(both, 10, 16, tmp_path / "cache")
        assert kept == [cells[0], cells[2], cells[3]]
        assert _colours(found) == [10, 90, 130]
        assert [r.getMessage() for r in caplog.records] == [f"{cells[1].path}: is no picture that can be read; skipped"]
    with pytest.raises(UserError, match=r"1\.png: is no picture"):
        crops.cached_crops(both, 10, 16, tmp_path / "cache")


def test_all_pictures_corrupt_is_an_error(
    cells: list[CellExample], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for cell in cells:
        cell.path.unlink()
    with pytest.raises(UserError, match=r"Not one of 4 pictures could be read.*0\.png: cannot be read: No such file"):
        crops.readable_crops(cells, 10, 16, tmp_path / "cache")
    assert len(caplog.records) == 4


@pytest.mark.parametrize(
    "harm",
    [
        lambda f: f.write_bytes(f.read_bytes()[:-1]),
        lambda f: f.unlink(),
        lambda f: f.with_suffix(".json").write_text("{"),
        lambda f: f.with_suffix(".json").unlink(),
        lambda f: f.with_suffix(".json").write_text("[]"),
        lambda f: f.with_suffix(".part").write_bytes(b"of a build that was killed"),
    ],
)
def test_a_cache_that_is_not_whole_is_made_again(
    harm: Callable[[Path], object], cells: list[CellExample], tmp_path: Path
) -> None:
    crops.cached_crops(cells, 10, 16, tmp_path)
    (file,) = tmp_path.glob("*.u8")
    harm(file)
    assert _colours(crops.cached_crops(cells, 10, 16, tmp_path)) == [10, 50, 90, 130]
    assert json.loads(file.with_suffix(".json").read_text()) == {"unreadable": {}}


def test_an_interrupted_build_leaves_no_cache(
    cells: list[CellExample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = crops.read_image

    def interrupted(path: Path) -> np.ndarray[Any, Any]:
        if path == cells[2].path:
            raise KeyboardInterrupt
        return whole(path)

    monkeypatch.setattr(crops, "read_image", interrupted)
    with pytest.raises(KeyboardInterrupt):
        crops.cached_crops(cells, 10, 16, tmp_path / "cache")
    monkeypatch.undo()
    assert not list((tmp_path / "cache").glob("*.u8"))
    assert _colours(crops.cached_crops(cells, 10, 16, tmp_path / "cache")) == [10, 50, 90, 130]
    assert not list((tmp_path / "cache").glob("*.part"))


def test_two_at_once_build_one_cache(cells: list[CellExample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    whole = crops._build

    def build(file: Path, examples: Sequence[crops.Cell], window_um: float, out_px: int) -> None:
        built.append(1)
        whole(file, examples, window_um, out_px)

    monkeypatch.setattr(crops, "_build", build)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: crops.cached_crops(cells, 10, 16, tmp_path / "cache"), range(4)))
    assert len(built) == 1
    assert all(_colours(f) == [10, 50, 90, 130] for f in found)


def test_a_full_disk_names_the_cache_and_leaves_nothing(
    cells: list[CellExample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"decoded cells cannot be written: No space left.*They take 0 MiB"):
        crops.cached_crops(cells, 10, 16, tmp_path / "cache")
    assert [p.suffix for p in (tmp_path / "cache").iterdir()] == [".lock"]


def test_a_long_build_tells_how_far_it_is(
    cells: list[CellExample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(crops, "TELL_EVERY_S", 0.0)
    with caplog.at_level("INFO", "training"):
        crops.cached_crops(cells, 10, 16, tmp_path / "cache")
    assert "2 of 4 cells are decoded" in caplog.text
