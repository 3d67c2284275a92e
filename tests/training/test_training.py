"""The trainer as a process would use it: run file in, events out, a model folder that the app loads."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from bloodview.core.training_run import Event
from bloodview.models import store
from bloodview.models.card import ModelCard
from tests.models.tiny import CHANNELS, LAYERS
from tests.training import dataset
from training.__main__ import main


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dataset.write(tmp_path_factory.mktemp("data"))


def _train(task: str, root: Path, out: Path, capsys: pytest.CaptureFixture[str], **more: object) -> list[Event]:
    assert _main(_file(out, task, **more), root, out) == 0
    return [e for line in capsys.readouterr().out.splitlines() if (e := Event.parse(line))]


def _file(out: Path, task: str, **more: object) -> Path:
    """A run file of a small training."""
    run = {
        "task": task,
        "model_id": f"small-{task}",
        "title": "small",
        "datasets": ["bccd"],
        "epochs": 2,
        "batch_size": 4,
        "image_px": 64,
        "channels": CHANNELS,
        "layers": LAYERS,
        "precision": "fp32",
    } | more
    file = out / "run.json"
    file.write_text(json.dumps(run))
    return file


def _main(file: Path, root: Path, out: Path) -> int:
    return main([str(file), "--data", str(root), "--out", str(out), "--device", "cpu"])


@pytest.mark.parametrize("task", ["detect", "segment", "classify"])
def test_each_task_trains_and_publishes_a_model_that_loads(
    task: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = _train(task, root, tmp_path, capsys, um_per_px=0.4)
    kinds = [e.kind for e in events if e.kind not in ("message", "step")]
    assert kinds == ["started", "epoch", "epoch", "finished"]
    folder = tmp_path / "models" / f"small-{task}"
    card = ModelCard.read(folder)
    assert card.recipe["epochs"] == 2
    assert [d.licence for d in card.data] == ["MIT"]
    assert card.metrics
    assert all(m.low <= m.value <= m.high for m in card.metrics)
    image = np.full((64, 64, 3), 220, np.uint8)
    if task == "detect":
        assert len(store.load_detector("cpu", folder).detect([image])) == 1
    elif task == "segment":
        masks = store.load_segmenter("cpu", folder).segment(image, np.array([[20, 20, 40, 40]], np.float32))
        assert masks[0].shape == (32, 32)
    else:
        assert store.load_classifier("cpu", folder).classify(image[None]).probabilities.shape == (1, 11)


def test_a_wrong_run_file_ends_with_2_and_says_which_field(
    tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.json"
    file.write_text(json.dumps({"task": "detect", "model_id": "m", "title": "t", "datasets": ["bccd"], "epohcs": 3}))
    assert main([str(file), "--data", str(root), "--out", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert "no field 'epohcs'" in captured.err
    assert Event.parse(captured.out.splitlines()[-1]).kind == "failed"


def _boxes(root: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the boxes of the small data set."""
    file = root / "bccd" / "boxes.json"
    content = json.loads(file.read_text())
    change(content)
    file.write_text(json.dumps(content))


@pytest.mark.parametrize("task", ["detect", "segment", "classify"])
def test_a_corrupt_picture_is_named_skipped_and_counted(
    task: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = dataset.write(tmp_path / "data")
    bad = sorted((root / "bccd").glob("*.jpg"))[1]
    bad.write_bytes(bad.read_bytes()[:2000])
    events = _train(task, root, tmp_path, capsys, um_per_px=0.4, epochs=1)
    said = [str(e.values["text"]) for e in events if e.kind == "message"]
    assert [s for s in said if bad.name in s] == [f"{bad}: is no picture that can be read; skipped"]
    assert events[-1].kind == "finished"
    assert events[-1].values["skipped_pictures"] == 1
    card = ModelCard.read(tmp_path / "models" / f"small-{task}")
    assert [d.examples for d in card.data] != [0]


@pytest.mark.parametrize("what", ["pictures", "labels", "split"])
def test_data_of_which_nothing_can_train_end_with_2_and_a_sentence(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = dataset.write(tmp_path / "data", 2)
    expected = "nothing labelled in the part 'train' of bccd"
    if what == "pictures":
        for file in (root / "bccd").glob("*.jpg"):
            file.unlink()
        expected = "Not one of 1 pictures could be read"
    elif what == "labels":
        _boxes(root, lambda c: c.update(annotations=[a for a in c["annotations"] if a["category_id"] == 2]))
    else:
        manifest = root / "manifest.csv"
        manifest.write_text(manifest.read_text().replace("train", "test"))
    assert _main(_file(tmp_path, "classify", um_per_px=0.4), root, tmp_path) == 2
    captured = capsys.readouterr()
    assert expected in captured.err
    assert "Traceback" not in captured.err
    assert Event.parse(captured.out.splitlines()[-1]).kind == "failed"


def test_a_full_disk_at_checkpoint_time_ends_with_2_and_names_the_file(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _file(tmp_path, "segment", epochs=1)
    assert _main(file, root, tmp_path) == 0
    before = (tmp_path / "small-segment" / "checkpoint.pt").read_bytes()

    def full(_handle: int) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert _main(_file(tmp_path, "segment", epochs=2), root, tmp_path) == 2
    assert "checkpoint.pt: the checkpoint cannot be written: No space left on device" in capsys.readouterr().err
    assert (tmp_path / "small-segment" / "checkpoint.pt").read_bytes() == before
