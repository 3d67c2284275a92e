"""Pictures of one centred cell each as examples of a class: what the classifier keeps of them, no pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bloodview.analysis.inputs import Outcome, Picture, Progress, Walk
from bloodview.analysis.pictures import one_cell_crop
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UnreadableFileError
from bloodview.models.api import Classifier, Detector, UInt8
from bloodview.models.looks import stain_features
from bloodview.slides.slide import Slide

_AT_ONCE = 32
_LEAST_DYE = 0.12
"""Optical density over the glass; less in every colour is an empty picture."""


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """What a classifier keeps of the cell of a picture.

    Args:
        vector: float16 [D] little-endian, as `FoundCell.embedding`.
        probabilities: float32 [C] little-endian.
    """

    path: Path
    vector: bytes
    probabilities: bytes


def from_pictures(
    given: Sequence[Path], detector: Detector, classifier: Classifier, cancel: CancelToken, progress: Progress
) -> tuple[tuple[SeenPicture, ...], Outcome]:
    """See the one centred cell of each picture; a picture that is there twice counts once.

    Raises:
        Cancelled: the token was cancelled.
    """
    walk = Walk(given, cancel, progress)
    crops: list[UInt8] = []
    read: list[Path] = []
    first_of: dict[str, Path] = {}
    warnings: list[tuple[str, str]] = []

    def work(picture: Picture, slide: Slide) -> None:
        if (first := first_of.get(slide.content_hash)) is not None:
            warnings.append((str(picture.path), f"is the same picture as {first.name}; it counts once."))
            return
        crop = one_cell_crop(slide, detector, classifier)
        if stain_features(crop[None])[0, 3:].max() < _LEAST_DYE:
            raise UnreadableFileError("shows no cell.", path=picture.path)
        crops.append(crop)
        first_of[slide.content_hash] = picture.path
        read.append(picture.path)

    walk.each(work)
    seen: list[SeenPicture] = []
    for at in range(0, len(crops), _AT_ONCE):
        cancel.check()
        opinions = classifier.classify(np.stack(crops[at : at + _AT_ONCE]))
        vectors = opinions.embeddings.astype("<f2")
        probabilities = opinions.probabilities.astype("<f4")
        seen += [
            SeenPicture(path, vector.tobytes(), row.tobytes())
            for path, vector, row in zip(read[at : at + _AT_ONCE], vectors, probabilities, strict=True)
        ]
    return tuple(seen), walk.outcome(len(seen), warnings)
