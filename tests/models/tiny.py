"""Tiny models with random weights, published as the trainer publishes them."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from bloodview.core.taxonomy import FINE
from bloodview.core.training_run import RunFile
from bloodview.models import familiarity
from bloodview.models.nets.classifier import build
from bloodview.models.nets.detector import DetectorNet
from bloodview.models.nets.segmenter import SegmenterNet
from training.calibrate import familiarity_tensors
from training.publish import Publication, publish

CHANNELS, LAYERS = (8, 8, 16, 16), (1, 1, 1, 1)


def run(task: str, model_id: str = "", **more: object) -> RunFile:
    values = {
        "task": task,
        "model_id": model_id or f"tiny-{task}",
        "title": "tiny",
        "datasets": ("bccd",),
        "channels": CHANNELS,
        "layers": LAYERS,
        "image_px": 64,
    }
    return RunFile(**(values | more))


def classifier(root: Path, model_id: str = "tiny-classify", **more: object) -> Path:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    cells = rng.normal(size=(200, CHANNELS[-1])).astype(np.float32)
    crops = rng.integers(0, 255, (200, 16, 16, 3)).astype(np.uint8)
    kind = familiarity.fit(cells, rng.integers(0, 4, 200), cells)
    seen = familiarity.stain_features(crops)
    joint = familiarity.fit_joint(kind, familiarity.fit(seen, np.zeros(200, np.int64), seen), cells, crops)
    extra = familiarity_tensors(joint)
    what = Publication(
        "resnet-gn-classifier", FINE, {"decided": 0.9, "familiar": 0.05}, (), "none", temperature=1.5, extra=extra
    )
    return publish(build("resnet-gn", CHANNELS, LAYERS, len(FINE)), run("classify", model_id, **more), what, [], root)


def detector(root: Path) -> Path:
    torch.manual_seed(0)
    thresholds = {"wbc": 0.3, "rbc": 0.3, "platelet": 0.3}
    what = Publication("resnet-gn-points", ("wbc", "rbc", "platelet"), thresholds, (), "none")
    return publish(DetectorNet(CHANNELS, LAYERS), run("detect"), what, [], root)


def segmenter(root: Path, net: nn.Module | None = None) -> Path:
    torch.manual_seed(0)
    what = Publication("resnet-gn-window", ("background", "cytoplasm", "nucleus"), {}, (), "none")
    return publish(net or SegmenterNet(CHANNELS, LAYERS), run("segment"), what, [], root)
