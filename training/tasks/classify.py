"""Trains the classifier on the tree of classes: inner nodes are legal truth, all laboratories train one network."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import nn

from bloodview.core.taxonomy import COARSE, DEFAULT_TAXONOMY, FINE, coarse_of
from bloodview.core.training_run import RunFile
from bloodview.core.unfamiliar import FAMILIAR as FAMILIAR
from bloodview.models.nets import classifier
from bloodview.models.nets.preprocess import normalised, referred, to_tensor
from training import references
from training.augment import Strength, coarsened, colours, geometry, regained, surrounded, tinted, warp
from training.augment import stain as restained
from training.calibrate import DECIDED_ACCURACY as DECIDED_ACCURACY
from training.calibrate import Looks, familiarity_of, familiarity_tensors, thresholds
from training.data import CellExample, at_most, cells, check_classes, check_parts, readable_crops
from training.ensemble import assemble
from training.evaluate import (
    balanced_accuracy,
    bootstrap,
    calibration_error,
    fit_temperature,
    softmax,
)
from training.loop import Emit, fit
from training.margins import margin_loss, margins
from training.methods import Learned, ModelFolder, holds
from training.publish import MEAN, STD, Publication, origins, publish
from training.start import begin_with, find
from training.tasks import mae

MARGIN = 1.45
"""Side of the cached window over the network's, so that turning and zooming out find pixels."""
SMOOTHING = 0.05
RESIDUAL = 0.05
"""Spread of the gain of each channel's density after the stain was referred, at strength 1."""
LIMITS = (
    "For research use only. Trained on three laboratories; on another stain or scanner the accuracy falls, mostly "
    "between neighbouring stages of maturity. Knows no blasts, smudge cells, reactive lymphocytes or parasites: such "
    "cells get the nearest of the eleven names, as a rule with low familiarity."
)


def node_mask(labels: list[str]) -> NDArray[np.float32]:
    """float32 [N, 11]: 1 for each leaf that the label, a leaf or an inner node, allows."""
    rows = {name: [float(DEFAULT_TAXONOMY.is_below(leaf, name)) for leaf in FINE] for name in set(labels)}
    return np.array([rows[name] for name in labels], dtype=np.float32)


def tree_loss(logits: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Mean of -log(probability of the true node), the node's being the sum of its leaves'; leaves are smoothed."""
    log_p = F.log_softmax(logits.float(), dim=1)
    node = torch.logsumexp(log_p.masked_fill(allowed == 0, -1e4), dim=1)
    return -((1 - SMOOTHING) * node + SMOOTHING * log_p.mean(dim=1)).mean()


class ClassifyTask:
    """Crops, the network and its loss.

    Args:
        run: the run file.
        root: folder with manifest.csv.
        cache: folder for decoded crops.
        device: where it trains.
        examples: the cells that train; None = the train part of the run's data sets.
        held_out: the cells that calibrate; None = their val part.
    """

    def __init__(
        self,
        run: RunFile,
        root: Path,
        cache: Path,
        device: torch.device,
        examples: list[CellExample] | None = None,
        held_out: list[CellExample] | None = None,
    ) -> None:
        self.run, self.device = run, device
        self.window_um = run.image_px * run.um_per_px
        known = cells(root, run.datasets) if examples is None or held_out is None else []
        self.examples = at_most(run.limit, examples or [e for e in known if e.split == "train"], run.seed)
        self.held_out = held_out or [e for e in known if e.split == "val"]
        self.cache_px = round(run.image_px * MARGIN)
        check_parts(self.examples, self.held_out, run.datasets)
        self.examples, self.crops = readable_crops(self.examples, self.window_um * MARGIN, self.cache_px, cache)
        self.held_out, self.val_crops = readable_crops(self.held_out, self.window_um, run.image_px, cache)
        check_classes(self.examples)
        self.allowed = torch.from_numpy(node_mask([e.label for e in self.examples]))
        self.weights = _draw_weights(self.examples, run.data_weights, run.evenness)
        self.margins = margins(self.allowed)
        how = {"fusion": run.fusion, "head": run.head}
        self.net: nn.Module = classifier.build(
            run.network, run.channels, run.layers, len(FINE), drop_path=0.1, sides=run.sides, **how
        )

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every example that trains."""
        return [(e.dataset, e.path) for e in self.examples]

    def steps_per_epoch(self) -> int:
        """As many batches as the weights add up to."""
        return max(1, int(self.weights.sum()) // self.run.batch_size)

    def batches(self, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Crops drawn by weight, turned, zoomed and restained."""
        n = self.steps_per_epoch() * self.run.batch_size
        base = self.weights.floor()
        extra = torch.bernoulli(self.weights - base, generator=generator)
        index = torch.repeat_interleave(torch.arange(len(base)), (base + extra).long())
        index = index[torch.randperm(len(index), generator=generator)]
        if len(index) < n:
            index = torch.cat([index, index[: n - len(index)]])
        strength = Strength(scale=self.run.zoom).times(self.run.strength)
        for rows in index[:n].view(-1, self.run.batch_size):
            raw = torch.from_numpy(self.crops[rows.numpy()]).to(self.device).permute(0, 3, 1, 2).float().div_(255)
            maps = geometry(len(rows), 1 / MARGIN, strength, generator).to(self.device)
            x = self._varied(warp(raw, maps, self.run.image_px), strength, generator)
            yield normalised(x, MEAN, STD), self.allowed[rows].to(self.device)

    def _varied(self, x: torch.Tensor, strength: Strength, generator: torch.Generator) -> torch.Tensor:
        """Windows float32 [N, 3, H, W] as another laboratory would show them, then referred as the app refers them.

        In this order the network sees what referring leaves over of another stain, no more and no less.
        """
        if self.run.augmentation == "rgb":
            return referred(tinted(x, strength, generator), self.run.stain)
        x = surrounded(x, self.run.background, generator)
        x = colours(restained(x, strength, generator), strength, generator)
        x = referred(coarsened(x, strength, generator), self.run.stain)
        return regained(x, RESIDUAL * self.run.strength, generator)

    def loss(self, net: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        """Tree loss, with margins where the head is made for them."""
        logits, _ = net(batch[0])
        if self.run.head == "arcface":
            return margin_loss(logits, batch[1], self.margins.to(logits.device))
        return tree_loss(logits, batch[1])

    @torch.inference_mode()
    def answers(self, net: nn.Module, crops: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logits [N, 11] and embeddings [N, D] of crops uint8 [N, px, px, 3]."""
        net.eval()
        logits, embeddings = [], []
        for at in range(0, len(crops), 128):
            z, e = net(to_tensor(np.array(crops[at : at + 128]), MEAN, STD, self.device, self.run.stain))
            logits.append(z.float().cpu().numpy())
            embeddings.append(e.float().cpu().numpy())
        return np.concatenate(logits), np.concatenate(embeddings)

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Balanced accuracy a data set, fine and coarse."""
        logits, _ = self.answers(net, self.val_crops)
        return balanced(self.held_out, logits)

    def _trained(self, net: nn.Module) -> Looks:
        """What the examples look like, some at a time: there may be 100,000 of them."""
        edge = round(self.cache_px * (MARGIN - 1) / (2 * MARGIN))
        parts = []
        for at in range(0, len(self.crops), 1024):
            inner = self.crops[at : at + 1024, edge:-edge, edge:-edge]
            crops = np.stack([_resized(c, self.run.image_px) for c in inner])
            parts.append(Looks.of(self.answers(net, crops)[1], crops))
        return Looks.together(parts)

    def publication(self, net: nn.Module) -> Publication:
        """Temperature, familiarity and thresholds from the validation part; figures on it."""
        allowed = node_mask([e.label for e in self.held_out])
        logits, embeddings = self.answers(net, self.val_crops)
        temperature = fit_temperature(logits, allowed)
        p = softmax(logits, temperature)
        hits = allowed[np.arange(len(p)), p.argmax(axis=1)] > 0
        joint = familiarity_of(self._trained(net), self.examples, Looks.of(embeddings, self.val_crops), self.held_out)
        familiar = joint(embeddings, self.val_crops)
        metrics = []
        for dataset in sorted({e.dataset for e in self.held_out}):
            rows = np.array([e.dataset == dataset for e in self.held_out])
            held = [e for e in self.held_out if e.dataset == dataset]
            coarse = [coarse_of(e.label) for e in held]
            by_coarse = np.stack([p[rows][:, [coarse_of(f) == c for f in FINE]].sum(1) for c in COARSE], axis=1)
            answer = [COARSE[int(k)] for k in by_coarse.argmax(axis=1)]
            right = [a == t for a, t in zip(answer, coarse, strict=True)]
            metrics.append(balanced_accuracy(f"{dataset} val, balanced accuracy, coarse", coarse, right))
            metrics.append(
                balanced_accuracy(f"{dataset} val, balanced accuracy, fine", [e.label for e in held], hits[rows])
            )
            pairs = np.stack([p[rows].max(axis=1), hits[rows]], axis=1).astype(np.float32)
            metrics.append(
                bootstrap(
                    f"{dataset} val, ECE, fine", pairs, lambda v: calibration_error(v[:, 0].astype(float), v[:, 1] > 0)
                )
            )
        return Publication(
            architecture=self.run.network + classifier.SUFFIX,
            classes=FINE,
            thresholds=thresholds(p, hits, familiar, [e.dataset for e in self.held_out]),
            metrics=tuple(metrics),
            limits=LIMITS,
            temperature=temperature,
            extra=familiarity_tensors(joint),
        )


def learn(
    run: RunFile,
    root: Path,
    folder: Path,
    device: torch.device,
    train: list[CellExample],
    held_out: list[CellExample],
    emit: Emit,
) -> Learned:
    """Train on these cells, publish into `folder/models` and load that as the app would; see methods.Learn."""
    place = folder / "models" / run.model_id
    if not holds(place, run):
        torch.manual_seed(run.seed)
        task = ClassifyTask(run, root, folder / "cache", device, train, held_out)
        if run.start:
            begin_with(task.net, find(run.start, folder), emit)
        if run.mae_epochs:
            begin_with(task.net, pretrained(run, root, folder, device, emit, train, held_out), emit)
        net = fit(task, run, folder, emit, device)
        publish(net, run, task.publication(net), origins(task.trained_on(), root), folder / "models")
        references.give(place, task.examples, task.held_out, device)
    return ModelFolder(place, device, folder / "cache")


def together(
    run: RunFile,
    root: Path,
    folder: Path,
    device: torch.device,
    train: list[CellExample],
    held_out: list[CellExample],
    places: Sequence[Path],
) -> Learned:
    """An ensemble of models that were trained on these cells, calibrated and published as `learn` does."""
    place = folder / "models" / run.model_id
    if not holds(place, run):
        task = ClassifyTask(run, root, folder / "cache", device, train, held_out)
        net = assemble(task.net, run, places).to(device).eval()
        publish(net, run, task.publication(net), origins(task.trained_on(), root), folder / "models")
    return ModelFolder(place, device, folder / "cache")


def masked(
    run: RunFile,
    root: Path,
    cache: Path,
    device: torch.device,
    examples: list[CellExample] | None = None,
    held_out: list[CellExample] | None = None,
) -> mae.MaskedTask:
    """Masked pre-training on the cells of a classifier's training, as it is shown them; see ClassifyTask."""
    return mae.MaskedTask(run, ClassifyTask(run, root, cache, device, examples, held_out), device)


def pretrained(
    run: RunFile,
    root: Path,
    folder: Path,
    device: torch.device,
    emit: Emit,
    examples: list[CellExample] | None = None,
    held_out: list[CellExample] | None = None,
) -> Path:
    """The model folder of the pre-training that `run.mae_epochs` asks for, on the cells of this very training."""
    first = mae.before(run)
    return mae.pretrained(first, masked(first, root, folder / "cache", device, examples, held_out), root, folder, emit)


def _resized(crop: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A square crop resampled."""
    return np.asarray(cv2.resize(crop, (side, side), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _draw_weights(examples: list[CellExample], by_set: Mapping[str, float], evenness: float) -> torch.Tensor:
    """How often an epoch draws each example.

    The set's weight; rare classes of a set up to 3 times as often; and over all sets the coarse classes by `evenness`,
    on a logarithmic scale, to equal shares, so that no class of many stages becomes the answer for what is unclear.
    """
    weights = np.ones(len(examples))
    for dataset in {e.dataset for e in examples}:
        own = [i for i, e in enumerate(examples) if e.dataset == dataset]
        labels, counts = np.unique([examples[i].label for i in own], return_counts=True)
        typical = float(np.median(counts))
        rarity = {k: min(3.0, max(1.0, (typical / c) ** 0.5)) for k, c in zip(labels, counts, strict=True)}
        for i in own:
            weights[i] = by_set.get(dataset, 1.0) * rarity[examples[i].label]
    coarse = np.array([coarse_of(e.label) for e in examples])
    shares = {c: weights[coarse == c].sum() for c in set(coarse)}
    typical = float(np.mean(list(shares.values())))
    weights *= np.power([typical / shares[c] for c in coarse], evenness)
    return torch.from_numpy(weights).float()


def balanced(examples: list[CellExample], logits: NDArray[np.float32]) -> dict[str, float]:
    """Balanced accuracy of each data set at both levels; an inner node is right when the answer descends from it."""
    probability = np.exp(logits - logits.max(1, keepdims=True))
    probability /= probability.sum(1, keepdims=True)
    coarse = np.stack([probability[:, [coarse_of(f) == c for f in FINE]].sum(1) for c in COARSE], axis=1)
    figures = {}
    for dataset in sorted({e.dataset for e in examples}):
        for level in ("fine", "coarse"):
            hits: dict[str, list[bool]] = {}
            for e, p, q in zip(examples, probability, coarse, strict=True):
                if e.dataset != dataset:
                    continue
                truth = e.label if level == "fine" else coarse_of(e.label)
                answer = FINE[int(p.argmax())] if level == "fine" else COARSE[int(q.argmax())]
                hits.setdefault(truth, []).append(DEFAULT_TAXONOMY.is_below(answer, truth))
            figures[f"{dataset}_{level}"] = float(np.mean([np.mean(h) for h in hits.values()]))
    return figures
