"""What the classifier's task shows its network."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.models.tiny import run as tiny_run
from tests.training import dataset
from training.augment import Strength
from training.tasks import classify


@pytest.mark.expects_log
@pytest.mark.parametrize("zoom", [0.05, 0.4])
def test_cells_are_zoomed_as_far_as_the_run_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zoom: float
) -> None:
    asked: list[float] = []

    def geometry(n: int, share: float, strength: Strength, _generator: torch.Generator) -> torch.Tensor:
        asked.append(strength.scale)
        return torch.eye(2, 3).expand(n, 2, 3) * share

    monkeypatch.setattr(classify, "geometry", geometry)
    run = replace(tiny_run("classify", datasets=("bccd",)), zoom=zoom)
    task = classify.ClassifyTask(run, dataset.write(tmp_path / "data"), tmp_path / "cache", torch.device("cpu"))
    next(iter(task.batches(torch.Generator().manual_seed(0))))
    assert asked == [zoom]
