"""The ports of the models: numpy in, numpy out, colours RGB, boxes xyxy in pixels of the image given."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cancel import CancelToken
from bloodview.models.seen import Seen

UInt8 = NDArray[np.uint8]
Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Detections of one image, best first.

    Args:
        boxes: float32 [N, 4] xyxy, pixels of the image given.
        scores: float32 [N], 0 to 1.
        kinds: int64 [N], index into (wbc, rbc, platelet), the order of core.cells.Kind.
    """

    boxes: Float32
    scores: Float32
    kinds: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Opinions:
    """What a classifier says of N crops.

    Args:
        probabilities: float32 [N, C], calibrated, rows sum to 1, columns in the order of `classes`.
        embeddings: float32 [N, D], L2-normalised.
        familiarity: float32 [N], 0 (nothing like the training pictures) to 1.
        decided: bool [N], whether the most probable class may stand without asking.
    """

    probabilities: Float32
    embeddings: Float32
    familiarity: Float32
    decided: NDArray[np.bool_]


class Detector(Protocol):
    """Finds leukocytes, red cells and platelets."""

    @property
    def model_id(self) -> str:
        """Id of the model folder."""

    @property
    def device(self) -> str:
        """Where it runs: "cpu", "cuda:0", "mps"."""

    @property
    def um_per_px(self) -> float:
        """The scale its pictures should have; the caller resamples to it."""

    @property
    def thresholds(self) -> dict[str, float]:
        """Kind -> the score from which a detection is shown."""

    def detect(self, images: list[UInt8]) -> list[Boxes]:
        """uint8 [H, W, 3] RGB each, already at `um_per_px` -> one Boxes each, down to a low score."""


class Segmenter(Protocol):
    """Turns a box, or a click, into cytoplasm and nucleus."""

    @property
    def model_id(self) -> str:
        """Id of the model folder."""

    @property
    def device(self) -> str:
        """Where it runs."""

    def segment(self, image: UInt8, boxes: Float32) -> list[UInt8]:
        """uint8 [H, W, 3] RGB and float32 [N, 4] xyxy -> for each box a mask uint8 [h, w] 0/128/255 of its window.

        The window of box i is `window(boxes[i])`; pixels of the window outside the image are 0.
        """

    def window(self, box: Float32) -> tuple[int, int, int, int]:
        """Integers x0, y0, x1, y1 around a box float32 [4] that `segment` answers for; may leave the image."""


@dataclass(frozen=True, slots=True)
class Click:
    """A place that a person points at.

    Args:
        x, y: in pixels of the picture that was embedded.
        wanted: whether the cell is there; else it is not.
    """

    x: float
    y: float
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a person points out of one cell: at least one wanted click or a box.

    Args:
        clicks: in the order given.
        box: xyxy, pixels of the picture that was embedded; None if none was drawn.
    """

    clicks: tuple[Click, ...] = ()
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Embedding:
    """What a model keeps of a view, so that each click is answered at once.

    Args:
        model_id: of the model that made it; no other understands it.
        width, height: of the picture, px.
        maps: float16 or uint8 arrays, the model's own.
    """

    model_id: str
    width: int
    height: int
    maps: tuple[NDArray[np.generic], ...]

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(m.nbytes for m in self.maps)


@dataclass(frozen=True, slots=True)
class Outlined:
    """The cell that prompts point at.

    Args:
        x0, y0: left and top of the window that was looked at, pixels of the picture that was embedded.
        mask: uint8 [S, S], 1 inside the cell; all 0 where there is none.
        probability: float32 [S, S], before what is not the cell was left out: what the next answer goes on from.
    """

    x0: int
    y0: int
    mask: UInt8
    probability: Float32


class PromptSegmenter(Protocol):
    """Outlines any cell that clicks and a box point at."""

    @property
    def model_id(self) -> str:
        """Id of the model folder."""

    @property
    def device(self) -> str:
        """Where it runs."""

    @property
    def um_per_px(self) -> float:
        """The scale its pictures should have; the caller resamples to it."""

    @property
    def most_px(self) -> int:
        """The largest side of a picture that it embeds."""

    def embed(self, image: UInt8) -> Embedding:
        """uint8 [H, W, 3] RGB at `um_per_px`, no side above `most_px` -> what `outline` asks for."""

    def outline(self, embedding: Embedding, prompts: Prompts, before: Outlined | None = None) -> Outlined:
        """The cell that the prompts point at; `before` is the answer to all of them but the last, if there is one."""


class Classifier(Protocol):
    """Names centred cells."""

    @property
    def model_id(self) -> str:
        """Id of the model folder."""

    @property
    def device(self) -> str:
        """Where it runs."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Leaf classes in the order of the columns."""

    @property
    def least_familiarity(self) -> float:
        """The familiarity below which no label may stand, however confident."""

    @property
    def window_um(self) -> float:
        """Side of the square window around a cell that a crop should show, in um."""

    @property
    def input_px(self) -> int:
        """Side of the crop in pixels; the caller resamples to it."""

    def classify(self, crops: UInt8) -> Opinions:
        """uint8 [N, input_px, input_px, 3] RGB -> opinions; N may be 0."""


class AdaptableClassifier(Classifier, Protocol):
    """A classifier that shows what it goes by, so that it can be fitted to a laboratory, and taught classes."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """The classes that `evidence` and `seen` score: its own, or those below classes that it learned."""

    def seen(self, crops: UInt8) -> tuple[Seen, Float32]:
        """uint8 [N, input_px, input_px, 3] RGB -> what learned classes go by, after any adaptation.

        Beside it the embeddings float32 [N, D] as they are.
        """

    def evidence(self, crops: UInt8) -> tuple[Float32, Float32]:
        """uint8 [N, input_px, input_px, 3] RGB -> what it knew before any adaptation.

        Returns:
            float32 [N, C], logarithms of the calibrated probabilities, and float32 [N, D], embeddings as they are.
        """


@dataclass(frozen=True, slots=True)
class Question:
    """What an explanation is asked: why this class, and not that one.

    Args:
        wanted: leaf classes whose common probability is explained; several stand for an inner node of the tree.
        against: leaf classes that it is held against; empty = all others.
    """

    wanted: tuple[str, ...]
    against: tuple[str, ...] = ()


METHODS = ("layercam", "gradcam", "gradcam++", "eigencam", "scorecam", "lime", "similarity")
"""Ways to explain an answer, the default one first."""
SIGNED = frozenset(("lime", "similarity"))
"""Those whose maps also say, below 0, what speaks against."""


class Explainer(Protocol):
    """Says which places of a crop speak for a class, by the answer that is shown, adaptation included."""

    @property
    def model_id(self) -> str:
        """The model that is explained."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods that this model can be explained by, the best first."""

    @property
    def signed(self) -> frozenset[str]:
        """Those of the methods whose maps also say, below 0, what speaks against."""

    def explain(
        self, crop: UInt8, question: Question, method: str, cancel: CancelToken, reference: Float32 | None = None
    ) -> Float32:
        """The map of one crop.

        Args:
            crop: uint8 [S, S, 3] RGB, S the classifier's `input_px`.
            question: the class, and what it is held against.
            method: one of `methods`.
            cancel: asked between the parts of long work.
            reference: for "similarity": float32 [D], the embedding that this crop is compared with.

        Returns:
            float32 [S, S], positive where the crop speaks for the class; the scale is the method's own.

        Raises:
            UserError: no such method, or it does not fit this model.
            Cancelled: the token was cancelled.
        """
