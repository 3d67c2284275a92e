"""What a classifier's held-out cells settle: temperature, familiarity, and when a label may stand without asking."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from bloodview.core.taxonomy import FINE
from bloodview.core.unfamiliar import FAMILIAR
from bloodview.models import familiarity
from bloodview.models.looks import optics_features, stain_features
from training.data import CellExample
from training.evaluate import deciding_confidence

Float32 = NDArray[np.float32]

DECIDED_ACCURACY = 0.98
"""What held-out labels must reach, at the fine level, from the confidence on that lets them stand."""
ENOUGH_CELLS = 100
"""Held-out familiar cells of a laboratory from which it has a say of its own in that confidence."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What cells look like to a network and to the eye.

    Args:
        embeddings: float32 [N, D].
        stain: float32 [N, 6], see models.looks.
        optics: float32 [N, 6].
    """

    embeddings: Float32
    stain: Float32
    optics: Float32

    @classmethod
    def of(cls, embeddings: Float32, crops: NDArray[np.uint8]) -> "Looks":
        """Of uint8 [N, px, px, 3] and their embeddings."""
        stain = stain_features(crops)
        return cls(embeddings, stain, optics_features(crops, stain))

    @classmethod
    def together(cls, parts: Sequence["Looks"]) -> "Looks":
        """One after another."""
        fields = ((p.embeddings, p.stain, p.optics) for p in parts)
        return cls(*(np.concatenate(same) for same in zip(*fields, strict=True)))


def familiarity_of(
    own: Looks, examples: Sequence[CellExample], held: Looks, held_out: Sequence[CellExample]
) -> familiarity.Joint:
    """The familiarity of a training: kind by the leaf classes, stain and optics by the laboratories."""
    leaf = np.array([FINE.index(e.label) if e.label in FINE else -1 for e in examples])
    names = sorted({e.dataset for e in examples})
    labs = np.array([names.index(e.dataset) for e in examples])
    held_labs = np.array([names.index(e.dataset) if e.dataset in names else -1 for e in held_out])
    kind = familiarity.fit(own.embeddings, leaf, held.embeddings)
    stain = familiarity.fit_laboratories(own.stain, labs, held.stain, held_labs)
    optics = familiarity.fit_laboratories(own.optics, labs, held.optics, held_labs)
    return familiarity.ranked(kind, stain, optics, held.embeddings, held.stain, held.optics)


def familiarity_tensors(joint: familiarity.Joint) -> dict[str, torch.Tensor]:
    """What the weights file keeps of a familiarity, by name."""
    return {name: torch.from_numpy(value) for name, value in joint.tensors().items()}


def thresholds(
    probabilities: NDArray[np.float64], hits: NDArray[np.bool_], familiar: Float32, labs: Sequence[str]
) -> dict[str, float]:
    """The rule by which a label may stand without asking, as the card keeps it.

    A label stands if its cell is familiar (`familiar`, in kind, stain and optics each: the least of the three counts)
    and its calibrated confidence reaches `decided`: the lowest confidence from which at least 98 of 100 held-out
    familiar cells are named rightly at the fine level, in all laboratories together and in each that holds out at
    least 100 on its own, so that none pays for another's ease. Confidence does not carry over to another laboratory;
    there nothing stands, however sure. The margin to the runner-up adds nothing: a confidence of c leaves at most 1 - c
    to all others.

    Args:
        probabilities: float64 [N, C], calibrated, of held-out cells.
        hits: bool [N], whether the most probable leaf is the truth or one below it.
        familiar: float32 [N], the familiarity of the cells.
        labs: the laboratory of each.
    """
    known = familiar >= FAMILIAR
    confidence, which = probabilities.max(axis=1), np.array(labs)
    parts = [known] + [known & (which == lab) for lab in sorted(set(labs))]
    judged = [p for p in parts[1:] if p.sum() >= ENOUGH_CELLS]
    found = [deciding_confidence(confidence[p], hits[p], DECIDED_ACCURACY) for p in (parts[0], *judged) if p.any()]
    return {"decided": max(found, default=1.0), "familiar": FAMILIAR}
