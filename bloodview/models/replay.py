"""What enters the last stage of a model's network for its reference cells, kept beside the weights; numpy only.

With it the last stage can be trained on without a picture of the old classes (latent replay, Pellegrini et al. 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from bloodview.core.errors import ModelError
from bloodview.models.card import ModelCard

Float32 = NDArray[np.float32]

JUDGING, TRAINING = 24, 36
"""Reference cells of a class whose maps are kept: of those that judge a refinement, and of those that train along."""
_LEVELS = 255
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Replay:
    """Maps of R reference cells, in whole numbers and a scale a cell and channel; no map is below 0.

    Args:
        rows: int64 [R], which reference cell each is, ascending.
        maps: uint8 [R, C, H, W], one for each last stage of the network.
        scales: float16 [R, C], what the highest level of a channel stands for, one for each stage.
    """

    rows: NDArray[np.int64]
    maps: tuple[NDArray[np.uint8], ...]
    scales: tuple[NDArray[np.float16], ...]

    @classmethod
    def of(cls, rows: Sequence[int] | NDArray[np.intp], maps: Sequence[NDArray[np.floating]]) -> "Replay":
        """From maps [R, C, H, W] as the network gives them."""
        scales = tuple(np.maximum(m.max(axis=(2, 3)).astype(np.float32), _LEAST).astype(np.float16) for m in maps)
        wide = [np.maximum(s.astype(np.float32), _LEAST)[:, :, None, None] for s in scales]
        levels = [np.rint(m.astype(np.float32) / s * _LEVELS) for m, s in zip(maps, wide, strict=True)]
        return cls(np.asarray(rows, np.int64), tuple(np.clip(v, 0, _LEVELS).astype(np.uint8) for v in levels), scales)

    def __len__(self) -> int:
        return len(self.rows)

    def values(self) -> list[NDArray[np.float16]]:
        """The maps [R, C, H, W] of each stage, as near to those of the network as they were kept."""
        pairs = zip(self.maps, self.scales, strict=True)
        return [(m * (s.astype(np.float32) / _LEVELS)[:, :, None, None]).astype(np.float16) for m, s in pairs]

    def joined_by(self, other: "Replay") -> "Replay":
        """With maps of further reference cells."""
        return Replay(
            np.concatenate([self.rows, other.rows]),
            tuple(np.concatenate(pair) for pair in zip(self.maps, other.maps, strict=True)),
            tuple(np.concatenate(pair) for pair in zip(self.scales, other.scales, strict=True)),
        )

    def numbered(self, rows: NDArray[np.int64]) -> "Replay":
        """The same maps of reference cells that have other numbers by now."""
        return Replay(rows, self.maps, self.scales)

    def write(self, file: Path) -> None:
        """Write it as a file."""
        tensors: dict[str, NDArray[np.generic]] = {"rows": self.rows.astype(np.int32)}
        for i, (m, s) in enumerate(zip(self.maps, self.scales, strict=True)):
            tensors |= {f"maps.{i}": np.ascontiguousarray(m), f"scales.{i}": np.ascontiguousarray(s)}
        save_file(tensors, file)


def read(folder: Path) -> Replay | None:
    """What a model folder keeps of it; None if it keeps nothing.

    Raises:
        ModelError: the file is missing, or not the one that the card describes.
    """
    file = ModelCard.read(folder).check_replay(folder)
    if file is None:
        return None
    try:
        found = load_file(file)
        many = sum(name.startswith("maps.") for name in found)
        maps = tuple(found[f"maps.{i}"].astype(np.uint8, copy=False) for i in range(many))
        scales = tuple(found[f"scales.{i}"].astype(np.float16, copy=False) for i in range(many))
        return Replay(found["rows"].astype(np.int64), maps, scales)
    except (SafetensorError, KeyError) as error:
        raise ModelError(f"holds no maps of reference cells: {error}.", path=file) from None
