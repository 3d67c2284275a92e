"""Curves on disk."""

import csv
import os
from pathlib import Path
from typing import NoReturn

import pytest

from bloodview.core.errors import StorageError
from bloodview.core.training_run import Event
from training.progress import Progress


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "curves.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_curves_hold_each_epoch_once_and_validation_where_there_was_one(tmp_path: Path) -> None:
    events: list[Event] = []
    progress = Progress(tmp_path, events.append, 3, 4, [])
    progress.epoch(0.5, {})
    progress.tell()
    assert not (tmp_path / "curves.png").exists()
    progress.epoch(0.25, {"bccd_fine": 0.75})
    progress.tell()
    resumed = Progress(tmp_path, events.append, 3, 4, progress.rows)
    resumed.epoch(0.125, {})
    resumed.tell()
    rows = _rows(tmp_path)
    assert [(r["epoch"], r["loss"], r["bccd_fine"]) for r in rows] == [
        ("1", "0.5", ""),
        ("2", "0.25", "0.75"),
        ("3", "0.125", ""),
    ]
    assert [(e.kind, e.values["epoch"], e.values["of"]) for e in events] == [("epoch", i, 3) for i in (1, 2, 3)]
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_full_disk_names_the_curves_and_leaves_those_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(tmp_path, lambda _e: None, 3, 4, [])
    progress.epoch(0.5, {})
    progress.tell()

    def full(_handle: int) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    progress.epoch(0.25, {})
    with pytest.raises(StorageError, match=r"curves\.csv: could not be written: No space left"):
        progress.tell()
    assert len(_rows(tmp_path)) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["curves.csv"]
