"""Chooses the device, and carries batches over it: out of memory halves the batch, then falls back to the CPU."""

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

from bloodview.core.cancel import gives_way_to
from bloodview.core.errors import UserError

T = TypeVar("T")
Tell = Callable[[str], None]


def choose(name: str) -> torch.device:
    """A device by name; "auto" takes CUDA, else Apple's MPS, else the CPU.

    Raises:
        UserError: if the named device is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(n for n in ("cuda", "mps", "cpu") if there[n])
    if name not in there:
        raise UserError(f"There is no device called {name!r}; known are auto, cpu, cuda and mps.")
    if not there[name]:
        raise UserError(f"The device {name!r} is not on this machine.", hint="Use --device auto or cpu.")
    return torch.device(name, torch.cuda.current_device()) if name == "cuda" else torch.device(name)


def use_threads(count: int) -> None:
    """Have this process compute on so many cores."""
    torch.set_num_threads(count)


class Runner:
    """A network on a device that survives a lack of memory.

    Args:
        net: the network; it is put into evaluation mode.
        device: where it starts.
        batch_size: most examples at once, at first.
        tell: hears, in words, of each step down.
    """

    def __init__(self, net: nn.Module, device: torch.device, batch_size: int, tell: Tell) -> None:
        self.net = net.eval().to(device).to(memory_format=torch.channels_last)
        self.device, self.batch_size, self._tell = device, max(1, batch_size), tell
        for module in net.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                module.register_forward_pre_hook(_give_way)

    @torch.inference_mode()
    def over(self, count: int, step: Callable[[nn.Module, slice, torch.device], T]) -> list[T]:
        """Call `step` on consecutive slices of `count` examples; its answers in order."""
        answers: list[T] = []
        at = 0
        while at < count:
            try:
                answers.append(step(self.net, slice(at, min(count, at + self.batch_size)), self.device))
            except RuntimeError as error:  # torch's own, and the MPS and CPU allocators' plain RuntimeError
                if not _is_out_of_memory(error) or not self._step_down():
                    raise
                continue
            at += self.batch_size
        return answers

    def _step_down(self) -> bool:
        """Halve the batch, or leave for the CPU; False if nothing is left to try."""
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        if self.batch_size > 1:
            self.batch_size //= 2
            self._tell(f"Out of memory on {self.device}: going on with {self.batch_size} at a time.")
            return True
        if self.device.type != "cpu":
            self._tell(f"Out of memory on {self.device} even one at a time: going on on the CPU.")
            self.device = torch.device("cpu")
            self.net.to(self.device)
            return True
        return False


def _give_way(_module: nn.Module, _inputs: object) -> None:
    """Let what a person waits for go before the rest of a picture, which takes half a second on two cores."""
    between = gives_way_to()
    if between is not None:
        with torch.inference_mode(mode=False):  # who goes first may want gradients
            between()


def _is_out_of_memory(error: RuntimeError) -> bool:
    """Whether an error of torch tells of memory."""
    text = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in text or "can't allocate memory" in text
