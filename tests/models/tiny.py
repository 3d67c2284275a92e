"""Tiny models with random weights, published as the trainer publishes them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import nn

from bloodview.core.taxonomy import FINE
from bloodview.core.training_run import RunFile
from bloodview.models import familiarity, references
from bloodview.models.card import CARD_NAME, REPLAY_NAME, WEIGHTS_NAME, ModelCard, sha256_of
from bloodview.models.nets.classifier import build
from bloodview.models.nets.clicks import ARCHITECTURE, ClickNet
from bloodview.models.nets.detector import DetectorNet
from bloodview.models.nets.inference import TorchClassifier
from bloodview.models.nets.latent import entering
from bloodview.models.nets.segmenter import SegmenterNet
from bloodview.models.replay import Replay
from bloodview.models.seen import Rest
from training.calibrate import familiarity_tensors
from training.publish import Publication, publish
from training.references import replayed

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


def outliner(root: Path) -> Path:
    torch.manual_seed(0)
    return publish(
        ClickNet(CHANNELS, LAYERS), run("outline"), Publication(ARCHITECTURE, ("cell",), {}, (), "none"), [], root
    )


def with_references(folder: Path, crops: np.ndarray, labels: tuple[str, ...]) -> Path:
    """Put reference cells, uint8 [N, 64, 64, 3], into a tiny classifier's folder."""
    card = ModelCard.read(folder)
    net = TorchClassifier(card, folder, "cpu", 64, lambda _: None)
    seen, _ = net.seen(crops)
    kept = references.tensors(Rest(seen, labels, seen.features.shape[1] - CHANNELS[-1]), card.classes)
    weights = folder / WEIGHTS_NAME
    save_file(load_file(weights) | {f"extra.{k}": v for k, v in kept.items()}, weights)
    sealed = replace(card, weights_sha256=sha256_of(weights), weights_bytes=weights.stat().st_size)
    (folder / CARD_NAME).write_text(sealed.to_json(), encoding="utf-8")
    return folder


def with_replay(folder: Path, crops: np.ndarray) -> Path:
    """Put maps of the reference cells, uint8 [N, 64, 64, 3], beside a tiny classifier's weights."""
    card, known = ModelCard.read(folder), references.read(folder)
    net = TorchClassifier(card, folder, "cpu", 64, lambda _: None)
    with entering(net.runner.net) as held:
        net.evidence(crops)
    rows = replayed(known.labels)
    Replay.of(rows, [m[rows] for m in held.maps(len(crops))]).write(folder / REPLAY_NAME)
    sealed = replace(card, replay_sha256=sha256_of(folder / REPLAY_NAME))
    (folder / CARD_NAME).write_text(sealed.to_json())
    return folder
