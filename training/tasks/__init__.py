"""One file a training task, and the table of them."""

from collections.abc import Callable
from pathlib import Path

import torch

from bloodview.core.training_run import RunFile
from training.loop import Task
from training.tasks.classify import ClassifyTask
from training.tasks.detect import DetectTask
from training.tasks.segment import SegmentTask

TASKS: dict[str, Callable[[RunFile, Path, Path, torch.device], Task]] = {
    "classify": ClassifyTask,
    "detect": DetectTask,
    "segment": SegmentTask,
}
