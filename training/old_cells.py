"""The reference cells that a model keeps, for a refinement: those that train along, those that judge, new ones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from bloodview.core.errors import ModelError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.models import references, replay
from bloodview.models.card import WEIGHTS_NAME, ModelCard
from bloodview.models.derived import EXTRA
from bloodview.models.replay import Replay
from bloodview.models.seen import Rest, Seen
from training.evaluate import softmax
from training.heads import Cells

Float32 = NDArray[np.float32]

JUDGES = 40
"""Of each class the first ones judge: a trained model keeps cells that did not train first."""
JOINING = 40
"""Corrections of a class that become reference cells of the refined model, at most."""
_JUDGING = "references.judging"
_LEAST_LOG = -15.0  # a kept logarithm below may have been cut off


@dataclass(frozen=True, slots=True)
class OldCells:
    """Reference cells with what the head is given of them.

    Args:
        rest: R cells as the model keeps them.
        embeddings: float32 [R, D], before the head.
        judges: bool [R], those that never train a head.
        classes: the model's.
        replay: what enters the last stage for some of them; None if that is not kept.
    """

    rest: Rest
    embeddings: Float32
    judges: NDArray[np.bool_]
    classes: tuple[str, ...]
    replay: Replay | None = None

    @classmethod
    def read(cls, folder: Path, card: ModelCard, weight: Float32, bias: Float32) -> "OldCells":
        """Of a model folder with this head, float32 [C, D] and [C].

        What is kept of an embedding has length 1. Its own length follows from the scores, which are linear in it.

        Raises:
            ModelError: it keeps none.
        """
        rest = references.read(folder)
        if rest is None or not len(rest):
            raise ModelError("holds no reference cells.", path=folder)
        directions = rest.seen.features[:, : weight.shape[1]]
        known = (rest.seen.scores > _LEAST_LOG).astype(np.float32)
        steep = _centred(directions @ weight.T, known)
        level = _centred(rest.seen.scores * card.temperature - bias, known)
        length = (steep * level).sum(axis=1) / np.maximum((steep**2).sum(axis=1), 1e-9)
        with safe_open(folder / WEIGHTS_NAME, framework="numpy") as file:
            told = {k: file.get_tensor(k) for k in set(file.keys()) if k == f"{EXTRA}{_JUDGING}"}
        judges = next((t.astype(bool) for t in told.values()), _first(rest.labels, JUDGES))
        embeddings = np.asarray(directions * length[:, None], np.float32)
        return cls(rest, embeddings, judges, card.outputs, replay.read(folder))

    def cells(self, which: NDArray[np.bool_]) -> Cells:
        """Some of them, as the heads are fitted to them."""
        labels = tuple(x for x, own in zip(self.rest.labels, which, strict=True) if own)
        allowed = [[float(DEFAULT_TAXONOMY.is_below(c, x)) for c in self.classes] for x in labels]
        rows = np.flatnonzero(which)
        units = tuple(f"old {i}" for i in rows)
        return Cells(self.embeddings[rows][:, None], np.array(allowed, np.float32), labels, units)

    def rescored(self, weight: Float32, bias: Float32, temperature: float) -> "OldCells":
        """As a model with another head would score them."""
        p = softmax(self.embeddings @ weight.T + bias, temperature)
        scores = np.log(np.maximum(p, 1e-12)).astype(np.float32)
        return replace(self, rest=replace(self.rest, seen=Seen(scores, self.rest.seen.features)))

    def with_maps(self) -> "OldCells":
        """Those of them that a changed last stage can be asked about.

        Raises:
            ModelError: there are none.
        """
        if self.replay is None or not len(self.replay):
            raise ModelError("keeps no maps of reference cells, so only its head can be refined.")
        rows = self.replay.rows
        rest = Rest(self.rest.seen.rows(rows), tuple(self.rest.labels[i] for i in rows), self.rest.looks)
        kept = self.replay.numbered(np.arange(len(rows)))
        return replace(self, rest=rest, embeddings=self.embeddings[rows], judges=self.judges[rows], replay=kept)

    def moved(self, embeddings: Float32) -> "OldCells":
        """As a network with another last stage sees them, float32 [R, D]."""
        features = with_embeddings(self.rest.seen.features, embeddings)
        rest = replace(self.rest, seen=Seen(self.rest.seen.scores, features))
        return replace(self, rest=rest, embeddings=embeddings)

    def joined_by(self, new: Rest, maps: Sequence[NDArray[np.float16]]) -> "OldCells":
        """With corrections that trained, of each leaf the first ones: a later refinement is not to forget them.

        Args:
            new: the corrections.
            maps: what enters the last stages for them, one array a stage; none if this model keeps none.
        """
        rows = np.flatnonzero(_first(new.labels, JOINING) & np.isin(new.labels, self.classes))
        rest = Rest(new.seen.rows(rows), tuple(new.labels[i] for i in rows), self.rest.looks)
        judges = np.concatenate([self.judges, np.zeros(len(rows), bool)])
        kept = self.replay
        if kept is not None:
            kept = kept.joined_by(Replay.of(len(self.rest) + np.arange(len(rows)), [m[rows] for m in maps]))
        return replace(self, rest=Rest.together([self.rest, rest]), judges=judges, replay=kept)

    def tensors(self) -> dict[str, NDArray[np.generic]]:
        """By the names under which a model keeps them."""
        kept: dict[str, NDArray[np.generic]] = {_JUDGING: self.judges.astype(np.int32)}
        return kept | references.tensors(self.rest, self.classes)


def with_embeddings(features: Float32, embeddings: Float32) -> Float32:
    """What is kept of cells, float32 [N, F], with other embeddings [N, D] in it."""
    length = np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-9)
    behind = features[:, embeddings.shape[1] :]
    return np.asarray(np.concatenate([embeddings / length, behind], axis=1), np.float32)


def _centred(values: Float32, known: Float32) -> Float32:
    """Rows less the mean of what is known of them; 0 elsewhere."""
    mean = (values * known).sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    return np.asarray((values - mean) * known, np.float32)


def _first(labels: tuple[str, ...], most: int) -> NDArray[np.bool_]:
    """The first ones of each label."""
    seen: Counter[str] = Counter()
    found = []
    for label in labels:
        seen[label] += 1
        found.append(seen[label] <= most)
    return np.array(found, bool)
