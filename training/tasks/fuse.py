"""Fuses networks trained on the same kind of pictures with measurements of the cell; a classical classifier answers.

In-domain transfer and feature fusion after Alammar et al. 2023 (Cancers 15:4007): networks are trained on pictures of
the modality, here each by the classify task and its own recipe, which may begin with an earlier model; their embeddings
are concatenated, every block standardised, and a classical classifier learns on top. What differs: measurements of
nucleus and cytoplasm are a block of their own, the truth may be an inner node of the tree, and the probabilities are
calibrated on cells that did not train.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.training_run import Event, RunFile
from bloodview.models.familiarity import Familiarity
from bloodview.models.familiarity import fit as fit_familiarity
from training.classical import OnTree, fit_on_tree
from training.data import CellExample, at_most, cached_crops
from training.evaluate import deciding_confidence, fit_temperature, softmax
from training.loop import Emit
from training.measurements import measure_all
from training.methods import Answers, Learned
from training.tasks import classify

MEASUREMENTS = "measurements"
"""The part of a fusion that is no network."""
RECIPES = Path(__file__).parent.parent / "recipes"
_SHARED = "parts"
_LEVELS = 4  # folders above in which shared parts are looked for
_LEAST = 1e-6  # a probability of nought has no logarithm

Float32 = NDArray[np.float32]


class Blocks:
    """Blocks of features, each standardised and divided by the root of its width: in distances they count alike.

    Args:
        blocks: float32 [N, D_k] each, of the cells that train.
    """

    def __init__(self, blocks: Sequence[Float32]) -> None:
        self.means = [b.mean(axis=0) for b in blocks]
        self.scales = [np.maximum(b.std(axis=0), 1e-6) * np.sqrt(b.shape[1]) for b in blocks]

    def __call__(self, blocks: Sequence[Float32]) -> Float32:
        """The blocks of some cells side by side, float32 [N, sum of D_k]."""
        z = [(b - m) / s for b, m, s in zip(blocks, self.means, self.scales, strict=True)]
        return np.concatenate(z, axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the parts say of N cells.

    Args:
        blocks: of each part float32 [N, D_k].
        familiarity: float32 [N], 0 to 1, the least of the networks'; 1 without networks.
    """

    blocks: tuple[Float32, ...]
    familiarity: Float32


@dataclass(frozen=True, slots=True)
class Parts:
    """What is fused.

    Args:
        networks: trained parts, in the order of the run file.
        measured: whether measurements are the last block.
        window_um: side of the window around a cell that is measured.
        image_px: its side in pixels.
        cache: folder for decoded crops.
    """

    networks: tuple[Learned, ...]
    measured: bool
    window_um: float
    image_px: int
    cache: Path

    def __call__(self, examples: Sequence[CellExample]) -> Seen:
        """Ask each part of these cells."""
        said = [network.answer(examples) for network in self.networks]
        blocks = [answers.embeddings for answers in said]
        if self.measured:
            crops = cached_crops(examples, self.window_um, self.image_px, self.cache)
            blocks.append(measure_all(crops, self.window_um / self.image_px))
        least = np.ones(len(examples), np.float32)
        for answers in said:
            least = np.minimum(least, answers.familiarity)
        return Seen(tuple(blocks), least)


@dataclass(frozen=True, slots=True)
class Familiar:
    """How like the training cells a cell is: the least that networks and fused features say, ranked at home.

    Args:
        kind: of the fused features, against the means of the classes.
        quantiles: float32 [Q], ascending, of the least among cells that did not train.
    """

    kind: Familiarity
    quantiles: Float32

    def __call__(self, z: Float32, seen: Seen) -> Float32:
        """Of fused features float32 [N, D]: float32 [N], 0 to 1, even over cells like those that trained."""
        least = np.minimum(self.kind(z), seen.familiarity)
        return np.interp(least, self.quantiles, np.linspace(0, 1, len(self.quantiles))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Fused:
    """A trained fusion.

    Args:
        parts: give the blocks of features.
        blocks: standardises them.
        classifier: answers on them.
        temperature: of the logarithms of its probabilities, fitted on cells that did not train.
        confidence: from which an answer may stand.
        familiar: tells strange cells.
    """

    parts: Parts
    blocks: Blocks
    classifier: OnTree
    temperature: float
    confidence: float
    familiar: Familiar

    def answer(self, examples: Sequence[CellExample]) -> Answers:
        """See training.methods.Learned."""
        seen = self.parts(examples)
        z = self.blocks(seen.blocks)
        p = calibrated(self.classifier, z, self.temperature)
        known = self.familiar(z, seen)
        decided = (p.max(axis=1) >= self.confidence) & (known >= classify.FAMILIAR)
        return Answers(p, z, known, decided)


def learn(
    run: RunFile,
    root: Path,
    folder: Path,
    device: torch.device,
    train: list[CellExample],
    held_out: list[CellExample],
    emit: Emit,
) -> Learned:
    """Train the parts that are not yet trained on these very cells, then the classifier; see methods.Learn.

    Parts lie in `parts` of the folder, or of the nearest folder above that has one: runs that fuse the same parts
    share them. The classifier is fitted anew each time from stored features, in seconds and by the seed.

    Raises:
        UserError: if the run names no parts, or a part has no recipe.
    """
    if not run.parts:
        raise UserError(f"names no parts to fuse: networks' recipes, {MEASUREMENTS!r} or both.", hint="Set 'parts'.")
    train = at_most(run.limit, train, run.seed)
    names = [name for name in run.parts if name != MEASUREMENTS]
    networks = tuple(part(name, run, root, folder, device, train, held_out, emit) for name in names)
    measured = MEASUREMENTS in run.parts
    parts = Parts(networks, measured, run.image_px * run.um_per_px, run.image_px, folder / "cache")
    own, held = (_stored(parts, run, examples, folder) for examples in (train, held_out))
    model = fitted(run, parts, train, held_out, own, held)
    width = sum(b.shape[1] for b in own.blocks)
    emit(Event("message", {"text": f"{run.classical} on {width} features of {', '.join(run.parts)}"}))
    return model


def fitted(
    run: RunFile,
    parts: Parts,
    train: Sequence[CellExample],
    held_out: Sequence[CellExample],
    own: Seen,
    held: Seen,
) -> Fused:
    """The classifier on what the parts say of the cells that train (`own`), calibrated on the others (`held`)."""
    blocks = Blocks(own.blocks)
    z, held_z = blocks(own.blocks), blocks(held.blocks)
    weights = np.array([run.data_weights.get(e.dataset, 1.0) for e in train])
    classifier = fit_on_tree(run.classical, z, [e.label for e in train], run.seed, weights)
    allowed = classify.node_mask([e.label for e in held_out])
    temperature = fit_temperature(_logits(classifier, held_z), allowed)
    p = calibrated(classifier, held_z, temperature)
    hits = allowed[np.arange(len(p)), p.argmax(axis=1)] > 0
    confidence = deciding_confidence(p.max(axis=1).astype(np.float64), hits, classify.DECIDED_ACCURACY)
    labels = sorted({e.label for e in train})
    kind = fit_familiarity(z, np.array([labels.index(e.label) for e in train]), held_z)
    least = np.quantile(np.minimum(kind(held_z), held.familiarity), np.linspace(0, 1, 101))
    rising = np.maximum.accumulate(least + np.arange(101) * 1e-7).astype(np.float32)
    return Fused(parts, blocks, classifier, temperature, confidence, Familiar(kind, rising))


def part(
    name: str,
    run: RunFile,
    root: Path,
    folder: Path,
    device: torch.device,
    train: list[CellExample],
    held_out: list[CellExample],
    emit: Emit,
) -> Learned:
    """One network of the fusion, trained by its own recipe on the fusion's cells, or found trained.

    Args:
        name: a recipe of training/recipes, or a run file's place if it ends with .json.
        run: the fusion's; its data sets, limit, seed and threads are the part's too.
        root: data folder.
        folder: the fusion's.
        device: where it trains.
        train: the cells that train.
        held_out: the cells that calibrate.
        emit: hears of the epochs.

    Raises:
        UserError: if there is no such recipe, or it is of another task.
    """
    file = Path(name) if name.endswith(".json") else RECIPES / f"{name}.json"
    recipe = RunFile.read(file)
    if recipe.task != "classify":
        raise UserError(f"is a recipe of the task {recipe.task!r}; only classify's are fused.", path=file)
    own = replace(recipe, datasets=run.datasets, limit=run.limit, seed=run.seed, threads=run.threads)
    place = _parts_folder(folder) / f"{recipe.model_id}-{_digest(own, train, held_out)}"
    return classify.learn(own, root, place, device, train, held_out, emit)


def calibrated(classifier: OnTree, z: Float32, temperature: float) -> Float32:
    """Probabilities float32 [N, 11] in the order of FINE after a temperature."""
    return softmax(_logits(classifier, z), temperature).astype(np.float32)


def _logits(classifier: OnTree, z: Float32) -> Float32:
    return np.asarray(np.log(np.maximum(classifier.probabilities(z), _LEAST)), dtype=np.float32)


def _parts_folder(folder: Path) -> Path:
    """`parts` of the nearest folder that has one, this one or some above; else this one's, to be made."""
    near = [folder, *folder.parents][: 1 + _LEVELS]
    return next((above / _SHARED for above in near if (above / _SHARED).is_dir()), folder / _SHARED)


def _digest(run: RunFile, *examples: Sequence[CellExample]) -> str:
    """Short name for what a training depends on."""
    known = json.dumps(run.to_json()) + repr([[(e.path.name, e.center, e.label) for e in part] for part in examples])
    return hashlib.sha256(known.encode()).hexdigest()[:12]


def _stored(parts: Parts, run: RunFile, examples: Sequence[CellExample], folder: Path) -> Seen:
    """What the parts say of these cells, from the folder if they were asked before."""
    file = folder / f"features-{_digest(replace(run, classical='logistic'), examples)}.npz"
    if file.is_file():
        with np.load(file) as stored:
            edges = np.cumsum(stored["widths"])[:-1]
            return Seen(tuple(np.split(stored["features"], edges, axis=1)), stored["familiarity"])
    seen = parts(examples)
    widths = np.array([b.shape[1] for b in seen.blocks])
    with write_whole(file) as place:
        np.savez(place, familiarity=seen.familiarity, features=np.concatenate(seen.blocks, axis=1), widths=widths)
    return seen
