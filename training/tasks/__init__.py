"""One file a training task, the table of them, and that of those that can judge cells."""

from collections.abc import Callable
from pathlib import Path

import torch

from bloodview.core.training_run import RunFile
from training.loop import Task
from training.methods import Learn
from training.tasks import cae, classify, fuse, siamese
from training.tasks.cae import CaeTask
from training.tasks.classify import ClassifyTask
from training.tasks.detect import DetectTask
from training.tasks.lora_sam import LoraSamTask
from training.tasks.outline import OutlineTask
from training.tasks.segment import SegmentTask
from training.tasks.siamese import SiameseTask

TASKS: dict[str, Callable[[RunFile, Path, Path, torch.device], Task]] = {
    "cae": CaeTask,
    "classify": ClassifyTask,
    "detect": DetectTask,
    "lora_sam": LoraSamTask,
    "mae": classify.masked,
    "outline": OutlineTask,
    "segment": SegmentTask,
    "siamese": SiameseTask,
}

LEARN: dict[str, Learn] = {
    "cae": cae.learn,
    "classify": classify.learn,
    "fuse": fuse.learn,
    "siamese": siamese.learn,
}
"""Task -> how a method is trained and asked that can be judged; training.protocols knows methods by this table only."""
