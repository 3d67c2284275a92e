"""What once broke in a library that BloodView stands on; what ends Python is tried in a process of its own."""

import torch
import torchvision

from tests.architecture.tree import run

_EMITS = """
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Sender(QObject):
    said = Signal(object)

app, sender, heard = QCoreApplication([]), Sender(), []
sender.said.connect(heard.append)
for number in range(5000):
    sender.said.emit(number)
assert heard == list(range(5000))
"""


def test_emitting_a_signal_many_times_keeps_python_alive() -> None:
    # PySide6 6.12.0 on Python 3.11 aborts after some 550.
    done = run("-c", _EMITS)
    assert done.returncode == 0, done.stderr


def test_torch_and_torchvision_are_a_pair() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [1, 1, 11, 11]])
    assert torchvision.ops.nms(boxes, torch.tensor([0.9, 0.8]), 0.5).tolist() == [0]
