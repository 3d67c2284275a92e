"""Reference cells for a published classifier: what a class that it learns later must be told from."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from bloodview.core.errors import UserError
from bloodview.core.files import write_folder_whole, write_whole
from bloodview.models import references
from bloodview.models.card import CARD_NAME, WEIGHTS_NAME, ModelCard, sha256_of
from bloodview.models.nets.inference import TorchClassifier
from bloodview.models.seen import Rest, Seen
from training.data import CellExample, cached_crops, cells

_BATCH = 128


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


def rest_of(classifier: TorchClassifier, examples: Sequence[CellExample], cache: Path) -> Rest:
    """What the classifier keeps of these cells."""
    card = classifier.card
    crops = cached_crops(examples, card.window_um, card.image_px, cache)
    seen = [classifier.seen(np.array(crops[at : at + _BATCH]))[0] for at in range(0, len(crops), _BATCH)]
    together = Seen.together(seen)
    looks = together.features.shape[1] - classifier.familiarity.kind.means.shape[1]
    return Rest(together, tuple(e.label for e in examples), looks)


def give(
    folder: Path, train: Sequence[CellExample], held_out: Sequence[CellExample], cache: Path, device: torch.device
) -> None:
    """Put reference cells into a model folder, and the new checksum into its card."""
    card = ModelCard.read(folder)
    asked = chosen(train, held_out, card.classes)
    if not asked:
        return
    rest = rest_of(TorchClassifier(card, folder, device.type, _BATCH, lambda _: None), asked, cache)
    kept = {f"extra.{k}": v for k, v in references.tensors(rest, card.classes).items()}
    tensors = load_file(card.check_weights(folder)) | kept
    weights = folder / WEIGHTS_NAME
    with write_whole(weights) as part:
        save_file(tensors, part)
    sealed = replace(card, weights_sha256=sha256_of(weights), weights_bytes=weights.stat().st_size)
    with write_whole(folder / CARD_NAME) as part:
        part.write_text(sealed.to_json(), encoding="utf-8")


def republish(model: Path, root: Path, target: Path, cache: Path, device: torch.device) -> None:
    """Write a classifier anew, with reference cells of the data sets that trained it.

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
        give(beside, train, held_out, cache, device)
