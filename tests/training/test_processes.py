"""Several processes of one training."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from bloodview.core.errors import UserError
from bloodview.core.training_run import Event
from bloodview.models.card import ModelCard
from tests.models.tiny import CHANNELS, LAYERS
from tests.training import dataset
from tests.training.fit_child import fit_plane
from training import processes

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Batch:
    x: torch.Tensor
    more: tuple[torch.Tensor, dict[str, np.ndarray]]


@pytest.mark.parametrize(("n", "world"), [(15, 2), (16, 2), (7, 3), (3, 3)])
def test_shares_are_the_whole_batch_and_their_weighted_means_its_mean(n: int, world: int) -> None:
    x = torch.randn(n, 4)
    batch = Batch(x, (x[:, 0], {"y": x.numpy()}))
    parts = [processes.share(batch, rank, world) for rank in range(world)]
    assert torch.equal(torch.cat([p.x for p, _ in parts]), x)
    assert torch.equal(torch.cat([p.more[0] for p, _ in parts]), x[:, 0])
    np.testing.assert_array_equal(np.concatenate([p.more[1]["y"] for p, _ in parts]), x.numpy())
    mean = sum(float(p.x.mean()) * factor for p, factor in parts) / world
    assert mean == pytest.approx(float(x.mean()), abs=1e-6)


def test_a_batch_too_small_to_share_names_the_field() -> None:
    with pytest.raises(UserError, match=r"'batch_size': a batch of 1 cannot be shared by 2 processes"):
        processes.share((torch.zeros(1, 2),), 1, 2)
    with pytest.raises(TypeError, match="holds a str"):
        processes.share([torch.zeros(4), "name"], 0, 2)


def test_more_processes_than_devices_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "launched", lambda: True)
    monkeypatch.setattr(processes.devices, "choose", lambda _name: torch.device("cuda", 0))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setenv("LOCAL_RANK", "1")
    with pytest.raises(UserError, match=r"more processes than cuda devices, which are 1"):
        processes.choose("auto")


def test_a_single_process_is_first_and_computes_as_asked() -> None:
    assert processes.is_first()
    assert not processes.launched()
    fabric = processes.join(torch.device("cpu"), mixed=True)
    with fabric.autocast():
        assert nn.Linear(2, 2)(torch.zeros(1, 2)).dtype == torch.bfloat16
    assert (fabric.world_size, fabric.is_global_zero) == (1, True)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_processes_end_as_one_does_and_speak_and_publish_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit_plane(tmp_path / "one")
    capsys.readouterr()
    data = dataset.write(tmp_path / "data", 2)
    settings = {"task": "classify", "model_id": "small", "title": "small", "datasets": ["bccd"], "epochs": 2}
    settings |= {"batch_size": 4, "image_px": 32, "um_per_px": 0.4, "channels": CHANNELS, "layers": LAYERS}
    (tmp_path / "run.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command += [str(Path(__file__).with_name("fit_child.py")), str(tmp_path / "two")]
    command += [str(tmp_path / "run.json"), "--data", str(data), "--out", str(tmp_path / "two"), "--device", "cpu"]
    env = dict(os.environ, PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1", PYTHONWARNINGS="error")
    ran = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    told = ran.stderr.splitlines()
    assert sorted(told) == sorted(set(told)), "said by both"
    assert all(line.endswith("figures for this class mean little") for line in told), ran.stderr
    events = [Event.parse(line) for line in ran.stdout.splitlines()]
    kinds = [e.kind for e in events if e and e.kind not in ("message", "step")]
    assert kinds == ["epoch", "epoch", "started", "epoch", "epoch", "finished"]
    assert ModelCard.read(tmp_path / "two" / "models" / "small").recipe["epochs"] == 2
    one, two = (torch.load(tmp_path / name / "weights.pt", weights_only=True) for name in ("one", "two"))
    assert one.keys() == two.keys()
    for name, tensor in one.items():
        torch.testing.assert_close(two[name], tensor, rtol=1e-4, atol=1e-6, msg=name)
