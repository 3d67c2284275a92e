"""What every method that can be judged answers; training.tasks.LEARN is the table of those that can be trained."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from bloodview.core.errors import ModelError
from bloodview.core.taxonomy import FINE
from bloodview.core.training_run import RunFile
from bloodview.models.card import CARD_NAME, ModelCard
from bloodview.models.nets.inference import TorchClassifier
from training.data import CellExample, cached_crops
from training.loop import Emit

BATCH = 128


@dataclass(frozen=True, slots=True)
class Answers:
    """What a method says of N cells.

    Args:
        probabilities: float32 [N, 11] in the order of FINE, rows sum to 1.
        embeddings: float32 [N, D].
        familiarity: float32 [N], 0 to 1; NaN where the method has none.
        decided: bool [N], whether the most probable class may stand without asking.
    """

    probabilities: NDArray[np.float32]
    embeddings: NDArray[np.float32]
    familiarity: NDArray[np.float32]
    decided: NDArray[np.bool_]


class Learned(Protocol):
    """A trained method."""

    def answer(self, examples: Sequence[CellExample]) -> Answers:
        """What it says of these cells, in their order."""


Learn = Callable[[RunFile, Path, Path, torch.device, list[CellExample], list[CellExample], Emit], Learned]
"""(run, data folder, folder, device, cells that train, cells that calibrate, events) -> the trained method.

The folder takes checkpoints, caches and the model. Resumable: a folder that holds a finished training of the same run
is loaded, not trained again. `run.limit` is applied by the task, the cells' split is not looked at.
"""


class ModelFolder:
    """A published classifier, asked as the app asks it: half-precision weights, temperature and thresholds of the card.

    Args:
        folder: the model folder.
        device: where it runs.
        cache: folder for decoded crops.

    Raises:
        ModelError: if it is no intact classifier of the eleven classes.
    """

    def __init__(self, folder: Path, device: torch.device, cache: Path) -> None:
        self.folder, self.card = folder, ModelCard.read(folder)
        if self.card.task != "classify" or self.card.classes != FINE:
            raise ModelError("is no classifier of the eleven classes.", path=folder)
        self._net = TorchClassifier(self.card, folder, device.type, BATCH, lambda _: None)
        self._cache = cache

    def crops(self, examples: Sequence[CellExample]) -> NDArray[np.uint8]:
        """The cells as it sees them, uint8 [N, S, S, 3]."""
        return np.array(cached_crops(examples, self.card.window_um, self.card.image_px, self._cache))

    def answer(self, examples: Sequence[CellExample]) -> Answers:
        """See Learned."""
        said = self._net.classify(self.crops(examples))
        width = self._net.familiarity.kind.means.shape[1]
        return Answers(said.probabilities, said.embeddings[:, :width], said.familiarity, said.decided)


def holds(folder: Path, run: RunFile) -> bool:
    """Whether a model folder holds a finished training of this very run file."""
    if not (folder / CARD_NAME).is_file():
        return False
    return chosen(ModelCard.read(folder).recipe) == chosen(run.to_json())


def chosen(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a run file that are not its defaults, as JSON gives them back.

    A run file from before a field was there thus stays the same when the field comes.
    """
    bare = RunFile(task="classify", model_id="", title="", datasets=()).to_json()
    mine, defaults = json.loads(json.dumps([dict(values), bare]))
    return {k: v for k, v in mine.items() if k in _ASKED or k not in defaults or v != defaults[k]}


_ASKED = ("task", "model_id", "title", "datasets")
"""The fields of a run file without a default."""
