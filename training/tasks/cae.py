"""Learns a representation that does not tell laboratories apart, from a tuned SAM's tokens; classifiers answer on it.

The second half of DoRL (Li et al. 2025, Pattern Recognition 170:112000): three quarters of a SAM's tokens are hidden,
an autoencoder makes them again, and a picture of the cell with its ground set to grey; the loss is (1 - SSIM) + 2 *
[sum over domains of MSE(batch mean, anchor's batch mean) + 0.5 * MSE(features, features made again)]. The class token
is the representation, classical classifiers learn on it. What differs or was not found: the batch means are those of
the class token, the anchor is the data set with most cells, every domain is drawn by the root of its size, and the
confidence from which an answer may stand is set on cells that did not train. A run is inductive: the left-out
laboratory's pictures are not looked at. A transductive one (`transductive`) takes those of its data sets of which no
cell trains as further domains of the autoencoder, at most as many cells as train, without labels; the SAM never sees
them while it learns.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from bloodview.core.files import write_whole
from bloodview.core.training_run import Event, RunFile
from training.cae import CrossDomainAutoencoder, apart, drawn, similarity
from training.checkpoint import data_of
from training.classical import OnTree, fit_on_tree
from training.data import CellExample, at_most, cached_crops, cells
from training.evaluate import bootstrap, deciding_confidence
from training.loop import Emit, fit
from training.methods import Answers, Learned
from training.publish import Publication
from training.sam import Sam
from training.tasks.classify import DECIDED_ACCURACY, node_mask
from training.tasks.lora_sam import prepared, shared, tuned

ALIGNMENT, REMAKING = 2.0, 0.5
"""Factors of the loss (Li et al. 2025)."""
GREY = 0.5
"""What the ground of a cell's picture is set to."""
BATCH = 128
LIMITS = "A representation of cells for classical classifiers; names no cells by itself. For research use only."


@dataclass(frozen=True, slots=True)
class Batch:
    """Standardised tokens [N, g * g, D], pictures [N, 3, 4 g, 4 g], domains [N] and the tokens shown [N, T]."""

    features: torch.Tensor
    pictures: torch.Tensor
    domains: torch.Tensor
    shown: torch.Tensor


@dataclass(frozen=True, slots=True)
class Maps:
    """What a tuned SAM says of cells, kept in memory at half precision and as bytes.

    Args:
        tokens: float16 [N, D, g, g].
        pictures: uint8 [N, 4 g, 4 g, 3], the ground grey.
    """

    tokens: torch.Tensor
    pictures: torch.Tensor


@torch.inference_mode()
def maps(sam: Sam, crops: NDArray[np.uint8], stain: str, device: torch.device) -> Maps:
    """Tokens, and pictures whose ground the SAM's own mask sets to grey, of crops uint8 [N, px, px, 3]."""
    tokens, pictures = [], []
    for at in range(0, len(crops), BATCH):
        part = np.array(crops[at : at + BATCH])
        found = sam.tokens(prepared(part, sam, stain, device))
        mask = sam.masks(found).sigmoid()[:, None]
        small = torch.from_numpy(part).to(device).permute(0, 3, 1, 2).float() / 255
        small = functional.interpolate(small, size=mask.shape[-2:], mode="area")
        picture = small * mask + GREY * (1 - mask)
        tokens.append(found.half().cpu())
        pictures.append((picture * 255).round().byte().permute(0, 2, 3, 1).cpu())
    return Maps(torch.cat(tokens), torch.cat(pictures))


class CaeTask:
    """Token maps of the cells, the autoencoder and its loss.

    Args:
        run: the run file.
        root: data folder.
        cache: folder for decoded crops; the SAM is tuned beside it.
        device: where it trains.
        examples: the cells that train; None = the train part of the run's data sets.
        held_out: the cells that measure; None = their val part.
        sam: the tuned SAM; None = one is tuned first.
    """

    def __init__(
        self,
        run: RunFile,
        root: Path,
        cache: Path,
        device: torch.device,
        examples: list[CellExample] | None = None,
        held_out: list[CellExample] | None = None,
        sam: Sam | None = None,
    ) -> None:
        known = cells(root, run.datasets) if examples is None or held_out is None else []
        train = examples or [e for e in known if e.split == "train"]
        measured = held_out or [e for e in known if e.split == "val"]
        self.run, self.device = run, device
        self.sam = sam or tuned(run, root, cache.parent, device, train, measured, lambda _: None)
        self.domains = _domains(train)
        self.examples, self.held_out = at_most(run.limit, train, run.seed), measured
        self.unlabelled = _unlabelled(run, root, train)[: len(self.examples)]
        self.domains += sorted({e.dataset for e in self.unlabelled})
        shown = [*self.examples, *self.unlabelled]
        self.maps = maps(self.sam, self._crops(shown, cache), run.stain, device)
        self.held_maps = maps(self.sam, self._crops(self.held_out, cache), run.stain, device)
        self.domain = torch.tensor([self.domains.index(e.dataset) for e in shown])
        net = CrossDomainAutoencoder(self.sam.width, self.sam.grid, *_sizes(run))
        spread = self.maps.tokens[:: max(1, len(shown) // 1000)].float()
        net.mean.copy_(spread.mean((0, 2, 3)))
        net.deviation.copy_(spread.std((0, 2, 3)) + 1e-3)
        self.net: nn.Module = net

    def _crops(self, examples: Sequence[CellExample], cache: Path) -> NDArray[np.uint8]:
        return cached_crops(examples, self.run.image_px * self.run.um_per_px, self.run.image_px, cache)

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every example whose picture is looked at."""
        return [(e.dataset, e.path) for e in (*self.examples, *self.unlabelled)]

    def steps_per_epoch(self) -> int:
        """As many batches as the cells fill."""
        return max(1, len(self.domain) // self.run.batch_size)

    def batches(self, generator: torch.Generator) -> Iterator[Batch]:
        """Cells drawn so that a domain counts by the root of its size, and which quarter of their tokens is shown."""
        counts = torch.bincount(self.domain).float()
        weights = (counts**-0.5)[self.domain]
        net = cast(CrossDomainAutoencoder, self.net)
        for _ in range(self.steps_per_epoch()):
            rows = torch.multinomial(weights, self.run.batch_size, replacement=True, generator=generator)
            yield self._batch(net, self.maps, rows, self.domain[rows], generator)

    def _batch(
        self,
        net: CrossDomainAutoencoder,
        source: Maps,
        rows: torch.Tensor,
        domains: torch.Tensor,
        generator: torch.Generator,
    ) -> Batch:
        return Batch(
            net.standardised(source.tokens[rows].float().to(self.device)),
            source.pictures[rows].to(self.device).permute(0, 3, 1, 2).float() / 255,
            domains.to(self.device),
            drawn(len(rows), self.sam.grid**2, generator).to(self.device),
        )

    def loss(self, net: nn.Module, batch: Batch) -> torch.Tensor:
        """See the module."""
        summary, made, picture = net(batch.features, batch.shown)
        remade = functional.mse_loss(made.float(), batch.features)
        unlike = 1 - similarity(picture.float(), batch.pictures)
        return unlike + ALIGNMENT * (apart(summary.float(), batch.domains) + REMAKING * remade)

    @torch.inference_mode()
    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Similarity of pictures and error of the tokens made again, over held-out cells."""
        if not self.held_out:
            return {}
        net.eval()
        own, generator = cast(CrossDomainAutoencoder, net), torch.Generator().manual_seed(self.run.seed)
        sums = np.zeros(2)
        for at in range(0, len(self.held_out), BATCH):
            rows = torch.arange(at, min(at + BATCH, len(self.held_out)))
            batch = self._batch(own, self.held_maps, rows, torch.zeros_like(rows), generator)
            _, made, picture = own(batch.features, batch.shown)
            alike, error = similarity(picture, batch.pictures), functional.mse_loss(made, batch.features)
            sums += len(rows) * np.array([float(alike), float(error)])
        alike_mean, error_mean = sums / len(self.held_out)
        return {"ssim": float(alike_mean), "token_error": float(error_mean)}

    def represent(self, net: nn.Module, source: Maps) -> NDArray[np.float32]:
        """The class tokens of these maps, float32 [N, width]."""
        return represented(cast(CrossDomainAutoencoder, net), source.tokens, self.device)

    def publication(self, net: nn.Module) -> Publication:
        """How often the run's classical classifier names held-out cells rightly, at the fine level."""
        n = len(self.examples)
        classifier = _classifier(self.run, self.represent(net, self.maps)[:n], self.examples)
        p = classifier.probabilities(self.represent(net, self.held_maps))
        hits = _hits(p, self.held_out).astype(np.float32)[:, None]
        metric = bootstrap(f"val, accuracy, fine, {self.run.classical}", hits, lambda v: float(v.mean()))
        return Publication("sam-cae", (), {}, (metric,), LIMITS)


@torch.inference_mode()
def represented(net: CrossDomainAutoencoder, tokens: torch.Tensor, device: torch.device) -> NDArray[np.float32]:
    """The class tokens of token maps [N, D, g, g], float32 [N, width]."""
    net.eval()
    parts = [net.represent(part.float().to(device)).float().cpu().numpy() for part in torch.split(tokens, BATCH)]
    return np.concatenate(parts).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Dorl:
    """A trained DoRL: SAM, autoencoder, classical classifier.

    Args:
        run: the run file.
        sam: tuned.
        net: the autoencoder.
        classifier: on its class token.
        confidence: from which an answer may stand.
        cache: folder for decoded crops.
        device: where it runs.
    """

    run: RunFile
    sam: Sam
    net: CrossDomainAutoencoder
    classifier: OnTree
    confidence: float
    cache: Path
    device: torch.device

    def answer(self, examples: Sequence[CellExample]) -> Answers:
        """See training.methods.Learned; it has no familiarity."""
        crops = cached_crops(examples, self.run.image_px * self.run.um_per_px, self.run.image_px, self.cache)
        tokens = maps(self.sam, crops, self.run.stain, self.device).tokens
        z = represented(self.net, tokens, self.device)
        p = self.classifier.probabilities(z)
        return Answers(p, z, np.full(len(p), np.nan, np.float32), p.max(axis=1) >= self.confidence)


def learn(
    run: RunFile,
    root: Path,
    folder: Path,
    device: torch.device,
    train: list[CellExample],
    held_out: list[CellExample],
    emit: Emit,
) -> Learned:
    """Tune a SAM, train the autoencoder, fit the classifier; see methods.Learn.

    Runs that differ in their classifier alone share SAM, autoencoder and representation; see lora_sam.SHARED. The
    classifier is fitted anew each time from the stored representation, in seconds and by the seed.
    """
    sam = tuned(run, root, folder, device, train, held_out, emit)
    own = replace(run, classical="svm-linear", model_id="cae", title="CAE")
    seen = [(e.dataset, e.path) for e in (*train, *held_out)]
    known = json.dumps(own.to_json()) + data_of(seen)
    place = shared(folder) / f"cae-{hashlib.sha256(known.encode()).hexdigest()[:12]}"
    examples = at_most(run.limit, train, run.seed)
    file = place / "representation.npz"
    net = CrossDomainAutoencoder(sam.width, sam.grid, *_sizes(run)).to(device)
    if not file.is_file():
        torch.manual_seed(run.seed)
        task = CaeTask(own, root, place / "cache", device, train, held_out, sam)
        emit(Event("message", {"text": f"trains the autoencoder on {len(task.domain)} cells of {task.domains}"}))
        trained = fit(task, own, place, emit, device)
        parts = task.represent(trained, task.maps)[: len(examples)], task.represent(trained, task.held_maps)
        weights = {k: v.cpu().numpy() for k, v in trained.state_dict().items()}
        with write_whole(file) as part, part.open("wb") as stream:
            np.savez(stream, train=parts[0], held=parts[1], **{f"net.{k}": v for k, v in weights.items()})
    with np.load(file) as stored:
        own_z, held_z = stored["train"], stored["held"]
        net.load_state_dict({k: torch.from_numpy(stored[f"net.{k}"]) for k in net.state_dict()})
    classifier = _classifier(run, own_z, examples)
    p = classifier.probabilities(held_z)
    confidence = deciding_confidence(p.max(axis=1).astype(np.float64), _hits(p, held_out), DECIDED_ACCURACY)
    return Dorl(run, sam, net.eval(), classifier, confidence, place / "cache", device)


def _classifier(run: RunFile, z: NDArray[np.float32], examples: Sequence[CellExample]) -> OnTree:
    """The run's classical classifier on representations of cells that train."""
    weights = np.array([run.data_weights.get(e.dataset, 1.0) for e in examples])
    return fit_on_tree(run.classical, z, [e.label for e in examples], run.seed, weights)


def _hits(p: NDArray[np.float32], examples: Sequence[CellExample]) -> NDArray[np.bool_]:
    """Whether the most probable leaf is, or descends from, the truth."""
    return np.asarray(node_mask([e.label for e in examples])[np.arange(len(p)), p.argmax(axis=1)] > 0)


def _sizes(run: RunFile) -> tuple[int, int, int, int]:
    """Width and blocks of the autoencoder's encoder and decoder; `channels` and `layers` begin with the SAM's."""
    return run.channels[1], run.layers[1], run.channels[2], run.layers[2]


def _domains(examples: Sequence[CellExample]) -> list[str]:
    """The data sets, that with most cells, the anchor, first."""
    names = [e.dataset for e in examples]
    return sorted(set(names), key=lambda n: (-names.count(n), n))


def _unlabelled(run: RunFile, root: Path, train: Sequence[CellExample]) -> list[CellExample]:
    """In a transductive run the cells, in random order, of its data sets of which none trains; labels are not used."""
    absent = sorted(set(run.datasets) - {e.dataset for e in train}) if run.transductive else []
    found = cells(root, absent) if absent else []
    order = np.random.default_rng(run.seed).permutation(len(found))
    return [found[i] for i in order]
