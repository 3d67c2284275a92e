"""A model made from another: its tensors with further or other ones, a card of its own, sealed, as a folder."""

import datetime
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from bloodview.core.files import write_folder_whole
from bloodview.models.api import UInt8
from bloodview.models.card import CARD_NAME, REPLAY_NAME, WEIGHTS_NAME, ModelCard, sha256_of
from bloodview.models.replay import Replay

EXTRA = "extra."
"""Begins the names of tensors that are none of the network's."""


def write(
    base: Path,
    extra: Mapping[str, NDArray[np.generic]],
    card: ModelCard,
    folder: Path,
    network: Mapping[str, NDArray[np.generic]] | None = None,
    replay: Replay | None = None,
) -> ModelCard:
    """Write the model as a folder, whole or not at all; the base's folder is only read.

    A model that was fitted or taught by examples keeps no maps of reference cells: what is refined is its base.

    Args:
        base: folder of the model it is made from.
        extra: tensors that are new or replace those of the base, by their names without `EXTRA`.
        card: what it shall say but for the day, the checksum and the size of the weights.
        folder: new or empty.
        network: tensors that replace those of the base's network, by their names there.
        replay: maps of the reference cells; None = those of the base, if it keeps any.

    Raises:
        ModelError: the base is not what its card says.
        StorageError: the folder is there already and not empty, or cannot be written.
    """
    own = ModelCard.read(base)
    tensors: dict[str, NDArray[np.generic]] = load_file(own.check_weights(base))
    kept = own.check_replay(base) if card.adaptation is None and card.lesson is None else None
    tensors |= {f"{EXTRA}{name}": np.ascontiguousarray(value) for name, value in extra.items()}
    tensors |= {name: np.ascontiguousarray(value) for name, value in (network or {}).items()}
    with write_folder_whole(folder) as beside:
        weights = beside / WEIGHTS_NAME
        save_file(tensors, weights)
        maps = beside / REPLAY_NAME
        if replay is not None:
            replay.write(maps)
        elif kept is not None:
            shutil.copyfile(kept, maps)
        sealed = replace(
            card,
            created=datetime.date.today().isoformat(),
            weights_sha256=sha256_of(weights),
            weights_bytes=weights.stat().st_size,
            replay_sha256=sha256_of(maps) if maps.is_file() else "",
        )
        (beside / CARD_NAME).write_text(sealed.to_json(), encoding="utf-8")
    return sealed


def fingerprint(crops: UInt8, labels: Sequence[str]) -> str:
    """sha256 over the labels and pixels of cells, whatever their order."""
    rows = sorted(f"{label} {hashlib.sha256(c.tobytes()).hexdigest()}" for label, c in zip(labels, crops, strict=True))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
