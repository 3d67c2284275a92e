"""Reference cells for a published classifier: what a class that it learns later must be told from."""

import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from bloodview.core.errors import UserError
from bloodview.core.files import write_folder_whole, write_whole
from bloodview.core.geometry import Box
from bloodview.models import references, replay
from bloodview.models.card import CARD_NAME, REPLAY_NAME, WEIGHTS_NAME, ModelCard, sha256_of
from bloodview.models.derived import EXTRA
from bloodview.models.nets.inference import TorchClassifier
from bloodview.models.nets.latent import entering, has_stages
from bloodview.models.replay import Replay
from bloodview.models.seen import Rest, Seen
from bloodview.models.windows import cut
from training.data import CellExample, cells
from training.old_cells import JUDGES
from training.pictures import read_image

_BATCH = 128
_ALIKE = 0.01  # of a feature: what float16 and another machine's sums may make of it
READ_SCALES = (0.88, 0.92, 0.95, 0.99, 1.05)
"""Side of the window that the app cuts, over that at the data set's scale: five values that stand for what the ruler
read off 128 pictures of pbc's validation part (tenths 1, 5 and 9: 0.89, 0.95, 1.05)."""


def chosen(
    train: Sequence[CellExample], held_out: Sequence[CellExample], classes: Sequence[str], seed: int = 0
) -> list[CellExample]:
    """At most `references.MOST` cells of each class, those that did not train first; inner nodes are left away."""
    rng = np.random.default_rng(seed)
    found: list[CellExample] = []
    for name in classes:
        own = [[e for e in side if e.label == name] for side in (held_out, train)]
        ordered = [side[int(i)] for side in own for i in rng.permutation(len(side))]
        found += ordered[: references.MOST]
    return found


def seen_as_the_app(classifier: TorchClassifier, examples: Sequence[CellExample], seed: int = 0) -> Seen:
    """What the classifier keeps of these cells where the app reads them off pictures.

    The fine grain of a crop tells how it was resampled and at which scale. So the window is cut by the app's function,
    and its side varies as the ruler's reading of a picture does; a cell cut otherwise would differ by that alone.

    Raises:
        UserError: a picture cannot be read.
    """
    card, factors = classifier.card, np.random.default_rng(seed).choice(READ_SCALES, len(examples))
    found = []
    for at in range(0, len(examples), _BATCH):
        crops = []
        for example, factor in zip(examples[at : at + _BATCH], factors[at : at + _BATCH], strict=True):
            image = read_image(example.path)
            middle = example.center or (image.shape[1] / 2, image.shape[0] / 2)
            window = Box.square(middle, card.window_um * factor / example.um_per_px)
            crops.append(cut(image, window, card.image_px))
        found.append(classifier.seen(np.stack(crops))[0])
    return Seen.together(found)


def rest_of(classifier: TorchClassifier, examples: Sequence[CellExample]) -> Rest:
    """What the classifier keeps of these cells."""
    together = seen_as_the_app(classifier, examples)
    looks = together.features.shape[1] - classifier.familiarity.kind.means.shape[1]
    return Rest(together, tuple(e.label for e in examples), looks)


def give(folder: Path, train: Sequence[CellExample], held_out: Sequence[CellExample], device: torch.device) -> None:
    """Put reference cells into a model folder, maps of some of them beside the weights, and checksums into the card.

    Weights that hold these reference cells already stay as they are, byte for byte.
    """
    card = ModelCard.read(folder)
    asked = chosen(train, held_out, card.classes)
    if not asked:
        return
    classifier = TorchClassifier(card, folder, device.type, _BATCH, lambda _: None)
    net = classifier.runner.net
    with entering(net) if has_stages(net) else nullcontext() as held:
        rest = rest_of(classifier, asked)
    if not _are(rest, references.read(folder)):
        kept = {f"{EXTRA}{k}": v for k, v in references.tensors(rest, card.classes).items()}
        tensors = load_file(card.check_weights(folder)) | kept
        weights = folder / WEIGHTS_NAME
        with write_whole(weights) as part:
            save_file(tensors, part)
        card = replace(card, weights_sha256=sha256_of(weights), weights_bytes=weights.stat().st_size)
    if held is not None:
        rows = replayed(rest.labels)
        with write_whole(folder / REPLAY_NAME) as part:
            Replay.of(rows, [m[rows] for m in held.maps(len(asked))]).write(part)
        card = replace(card, replay_sha256=sha256_of(folder / REPLAY_NAME))
    with write_whole(folder / CARD_NAME) as part:
        part.write_text(card.to_json(), encoding="utf-8")


def replayed(labels: Sequence[str]) -> NDArray[np.intp]:
    """Which reference cells' maps are kept: of each class the first that judge, and the first that train along."""
    rows = []
    for label in dict.fromkeys(labels):
        own = [i for i, x in enumerate(labels) if x == label]
        rows += own[: replay.JUDGING] + own[JUDGES : JUDGES + replay.TRAINING]
    return np.array(sorted(rows), np.intp)


def _are(rest: Rest, known: Rest | None) -> bool:
    """Whether a model keeps these cells already, as its network sees them."""
    if known is None or known.labels != rest.labels or known.seen.features.shape != rest.seen.features.shape:
        return False
    return bool(np.allclose(known.seen.features, rest.seen.features, atol=_ALIKE))


def republish(model: Path, root: Path, target: Path, device: torch.device) -> None:
    """Write a classifier anew, with reference cells of the data sets that trained it and maps of some of them.

    Raises:
        UserError: if it is no classifier that the trainer made.
        StorageError: `target` is there already and not empty, or cannot be written.
    """
    card = ModelCard.read(model)
    if card.task != "classify" or card.adaptation or card.lesson:
        raise UserError("is no classifier as it was trained.", path=model, hint="Name the model that it came from.")
    known = cells(root, [d.name for d in card.data])
    train, held_out = ([e for e in known if e.split == part] for part in ("train", "val"))
    with write_folder_whole(target) as beside:
        for name in (CARD_NAME, WEIGHTS_NAME):
            shutil.copyfile(model / name, beside / name)
        give(beside, train, held_out, device)
