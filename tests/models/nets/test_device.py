"""Batches over a device that runs out of memory."""

import pytest
import torch
from torch import nn

from bloodview.core.cancel import giving_way_to
from bloodview.models.nets.device import Runner


def _runner(told: list[str], batch: int = 8) -> Runner:
    return Runner(nn.Identity(), torch.device("cpu"), batch, told.append)


def test_out_of_memory_halves_the_batch_says_so_and_answers_everything_in_order() -> None:
    told: list[str] = []

    def step(_net: nn.Module, part: slice, _device: torch.device) -> list[int]:
        if part.stop - part.start > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return list(range(part.start, part.stop))

    runner = _runner(told)
    assert [i for part in runner.over(7, step) for i in part] == list(range(7))
    assert runner.batch_size == 2
    assert told == [
        "Out of memory on cpu: going on with 4 at a time.",
        "Out of memory on cpu: going on with 2 at a time.",
    ]


def test_a_device_without_memory_for_one_gives_way_to_the_cpu() -> None:
    told: list[str] = []
    runner = Runner(nn.Linear(1, 1), torch.device("cpu"), 1, told.append)
    runner.device = torch.device("meta")  # stands for a GPU that has no room at all

    def step(_net: nn.Module, _part: slice, device: torch.device) -> str:
        if device.type == "meta":
            raise RuntimeError("MPS backend out of memory")
        return device.type

    assert runner.over(1, step) == ["cpu"]
    assert "going on on the CPU" in told[0]


def test_another_error_passes_through() -> None:
    def step(_net: nn.Module, _part: slice, _device: torch.device) -> None:
        raise RuntimeError("shape mismatch")

    with pytest.raises(RuntimeError, match="shape mismatch"):
        _runner([]).over(1, step)


def test_one_at_a_time_on_the_cpu_is_the_end() -> None:
    def step(_net: nn.Module, _part: slice, _device: torch.device) -> None:
        raise torch.OutOfMemoryError("out of memory")

    with pytest.raises(torch.OutOfMemoryError):
        _runner([], batch=1).over(1, step)


def test_in_the_midst_of_a_network_others_go_first_and_may_ask_for_gradients() -> None:
    net = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.Conv2d(1, 1, 3))
    runner, slopes = Runner(net, torch.device("cpu"), 1, lambda _text: None), list[float]()

    def others() -> None:
        x = torch.ones(1, requires_grad=True)
        (3 * x).sum().backward()
        assert x.grad is not None
        slopes.append(float(x.grad))

    def step(given: nn.Module, _part: slice, device: torch.device) -> torch.Tensor:
        answer: torch.Tensor = given(torch.zeros(1, 1, 9, 9, device=device))
        return answer

    alone = runner.over(1, step)
    assert slopes == []
    with giving_way_to(others):
        beside = runner.over(1, step)
    assert slopes == [3.0, 3.0]
    assert torch.equal(alone[0], beside[0])
    assert beside[0].is_inference()
