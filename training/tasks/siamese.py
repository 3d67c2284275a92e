"""Trains a Siamese twin network: pairs of cells of one coarse class are drawn together, those of two driven apart.

After Tummala and Suresh 2023 (Med Biol Eng Comput 61:1549): two branches of shared weights and the contrastive loss
y * d^2 + (1 - y) * max(0, m - d)^2. What differs: the network is trained from scratch; embeddings have length 1, so
that the margin has a scale; pairs are taken among the cells of a batch, which holds all classes alike, so that a
picture is computed once for all its pairs; and they may be the hard ones (furthest of its class, nearest of others)
instead of random ones. The margin and the input's side were not published and are fields of the run file.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from bloodview.core.taxonomy import COARSE, coarse_of
from bloodview.core.training_run import RunFile
from bloodview.models.card import ModelCard
from bloodview.models.nets.inference import load_weights
from bloodview.models.nets.preprocess import normalised, referred, to_tensor
from bloodview.models.nets.siamese import ARCHITECTURE, SiameseNet
from training import few_shot
from training.augment import Strength, geometry, warp
from training.augment import stain as restained
from training.data import CellExample, at_most, cached_crops, cells, check_parts, readable_crops
from training.evaluate import balanced_accuracy
from training.loop import Emit, fit
from training.methods import Answers, Learned, holds
from training.pairs import pair_loss
from training.prototypes import by_prototypes
from training.publish import MEAN, STD, Publication, origins, publish

MARGIN = 1.3
"""Side of the cached window over the network's, so that turning and zooming out find pixels."""
BATCH = 128
LIMITS = (
    "For research use only. Tells how alike two cells are, not what they are: a class is what its support pictures "
    "show. Trained on one laboratory; on another's stain distances mean less."
)
_LOOKS = 25  # training cells a class that the figures on the validation part are read with

Float32 = NDArray[np.float32]


class SiameseTask:
    """Crops in batches that hold every class alike, the network and its loss.

    Args:
        run: the run file.
        root: folder with manifest.csv.
        cache: folder for decoded crops.
        device: where it trains.
        examples: the cells that train; None = the train part of the run's data sets.
        held_out: the cells that validate; None = their val part.
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
        check_parts(self.examples, self.held_out, run.datasets)
        self.cache_px = round(run.image_px * MARGIN)
        self.examples, self.crops = readable_crops(self.examples, self.window_um * MARGIN, self.cache_px, cache)
        self.held_out, self.val_crops = readable_crops(self.held_out, self.window_um, run.image_px, cache)
        self.labels = torch.tensor([COARSE.index(coarse_of(e.label)) for e in self.examples])
        self.classes = sorted({COARSE.index(coarse_of(e.label)) for e in self.examples})
        self.per_class = max(2, run.batch_size // len(self.classes))
        torch.manual_seed(run.seed)
        self.net: nn.Module = SiameseNet(run.channels, run.layers, drop_path=0.1)

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every example that trains."""
        return [(e.dataset, e.path) for e in self.examples]

    def steps_per_epoch(self) -> int:
        """As many batches as the examples fill."""
        return max(1, len(self.examples) // (self.per_class * len(self.classes)))

    def batches(self, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Crops, as many of each class in a batch, turned, zoomed and restained, and their classes."""
        steps, strength = self.steps_per_epoch(), Strength().times(self.run.strength)
        wanted = steps * self.per_class
        drawn = []
        for c in self.classes:
            own = torch.nonzero(self.labels == c)[:, 0]
            rounds = -(-wanted // len(own))
            order = torch.cat([own[torch.randperm(len(own), generator=generator)] for _ in range(rounds)])
            drawn.append(order[:wanted].view(steps, self.per_class))
        for rows in torch.cat(drawn, dim=1):
            # Shuffled, so that of several processes each gets cells of all classes.
            mixed = rows[torch.randperm(len(rows), generator=generator)]
            raw = torch.from_numpy(self.crops[mixed.numpy()]).to(self.device).permute(0, 3, 1, 2).float().div_(255)
            maps = geometry(len(mixed), 1 / MARGIN, strength, generator).to(self.device)
            x = restained(warp(raw, maps, self.run.image_px), strength, generator)
            yield normalised(referred(x, self.run.stain), MEAN, STD), self.labels[mixed].to(self.device)

    def loss(self, net: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        """Contrastive loss over random or hard pairs of the batch."""
        run = self.run
        return pair_loss(net(batch[0]), batch[1], run.pair_margin, run.pairs_per_image, hard=run.pairs == "hard")

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Mean recall on the validation part by prototypes of some training cells."""
        truth, answer = self._judged(net)
        return {"val_prototypes": few_shot.macro_recall(truth, answer == truth)}

    def publication(self, net: nn.Module) -> Publication:
        """The same figure with its interval."""
        truth, answer = self._judged(net)
        named = [COARSE[t] for t in truth]
        name = f"val, mean recall by prototypes of {_LOOKS} cells a class"
        metric = balanced_accuracy(name, named, list(answer == truth))
        return Publication(ARCHITECTURE, tuple(COARSE[c] for c in self.classes), {}, (metric,), LIMITS)

    def _judged(self, net: nn.Module) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Truth and answer of the validation part."""
        labels = self.labels.numpy()
        rows = np.concatenate([np.flatnonzero(labels == c)[:_LOOKS] for c in self.classes])
        edge = round(self.cache_px * (MARGIN - 1) / (2 * MARGIN))
        shown = self.crops[rows][:, edge : edge + self.run.image_px, edge : edge + self.run.image_px]
        truth = np.array([COARSE.index(coarse_of(e.label)) for e in self.held_out])
        support, queries = (embed(net, c, self.run.stain, self.device) for c in (shown, self.val_crops))
        return truth, few_shot.by_prototypes(queries, support, labels[rows])


@torch.inference_mode()
def embed(net: nn.Module, crops: NDArray[np.uint8], stain: str, device: torch.device) -> Float32:
    """Embeddings float32 [N, E] of crops uint8 [N, px, px, 3]."""
    net.eval()
    parts = [
        net(to_tensor(np.array(crops[at : at + BATCH]), MEAN, STD, device, stain)).float().cpu().numpy()
        for at in range(0, len(crops), BATCH)
    ]
    return np.concatenate(parts)


class Twin:
    """A published Siamese network: embeddings, and by prototypes of what trained it an answer on the eleven classes.

    Args:
        folder: the model folder.
        device: where it runs.
        cache: folder for decoded crops.
        support: the cells that trained.
    """

    def __init__(self, folder: Path, device: torch.device, cache: Path, support: Sequence[CellExample]) -> None:
        self.card = ModelCard.read(folder)
        self._device, self._cache = device, cache
        self._net = load_weights(self.card, folder)[0].to(device)
        self._labels = [e.label for e in support]
        self._support = self._embedded(support)

    def answer(self, examples: Sequence[CellExample]) -> Answers:
        """See Learned."""
        return by_prototypes(self._support, self._labels, self._embedded(examples))

    def _embedded(self, examples: Sequence[CellExample]) -> Float32:
        crops = cached_crops(examples, self.card.window_um, self.card.image_px, self._cache)
        return embed(self._net, crops, self.card.stain, self._device)


def learn(
    run: RunFile,
    root: Path,
    folder: Path,
    device: torch.device,
    train: list[CellExample],
    held_out: list[CellExample],
    emit: Emit,
) -> Learned:
    """Train on these cells, publish into `folder/models` and load that; see methods.Learn."""
    place = folder / "models" / run.model_id
    if not holds(place, run):
        task = SiameseTask(run, root, folder / "cache", device, train, held_out)
        net = fit(task, run, folder, emit, device)
        publish(net, run, task.publication(net), origins(task.trained_on(), root), folder / "models")
    return Twin(place, device, folder / "cache", at_most(run.limit, train, run.seed))
