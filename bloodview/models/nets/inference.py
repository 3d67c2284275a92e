"""The models as the app sees them: card and weights in, the ports of models.api out."""

from pathlib import Path
from typing import cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from bloodview.core.errors import ModelError
from bloodview.core.geometry import non_maximum_suppression
from bloodview.models import vectors
from bloodview.models.api import Boxes, Float32, Opinions, UInt8
from bloodview.models.card import ModelCard
from bloodview.models.colours import colours
from bloodview.models.derived import EXTRA
from bloodview.models.familiarity import Joint
from bloodview.models.fewshot import ASKED, Correction
from bloodview.models.learning import Learned
from bloodview.models.nets import classifier, clicks, siamese
from bloodview.models.nets.detector import DetectorNet, decode
from bloodview.models.nets.device import Runner, Tell, choose
from bloodview.models.nets.preprocess import to_tensor
from bloodview.models.nets.segmenter import SegmenterNet
from bloodview.models.seen import Seen
from bloodview.models.views import told

MOST_BOXES = 1000
LOWEST_SCORE = 0.02
SAME_OBJECT_IOU = 0.55
WINDOW = 1.6
"""Side of the segmenter's window over the larger side of the box; what it was trained with."""

_AGAIN = "Install the model again."


def build(card: ModelCard) -> nn.Module:
    """The network that a card describes, with random weights.

    Raises:
        ModelError: if this version knows no such architecture.
    """
    if card.architecture.endswith(classifier.SUFFIX):
        network = card.architecture.removesuffix(classifier.SUFFIX)
        return classifier.build(
            network,
            card.channels,
            card.layers,
            len(card.outputs),
            fusion=card.fusion,
            head=card.head,
            sides=card.sides,
        )
    if card.architecture == "resnet-gn-points":
        return DetectorNet(card.channels, card.layers, len(card.classes))
    if card.architecture == "resnet-gn-window":
        return SegmenterNet(card.channels, card.layers)
    if card.architecture == clicks.ARCHITECTURE:
        return clicks.ClickNet(card.channels, card.layers)
    if card.architecture == siamese.ARCHITECTURE:
        return siamese.SiameseNet(card.channels, card.layers)
    raise ModelError(f"this version of BloodView knows no architecture {card.architecture!r}", path=card.id)


def load_weights(card: ModelCard, folder: Path) -> tuple[nn.Module, dict[str, torch.Tensor]]:
    """The network with its weights in float32, and the other tensors of the file ("extra.*").

    Raises:
        ModelError: if the file is damaged, or not what the card describes.
    """
    file = card.check_weights(folder)
    if sum(c * c * n for c, n in zip(card.channels, card.layers, strict=False)) > card.weights_bytes:
        raise ModelError("the weights do not fit the card: they are too few.", path=file, hint=_AGAIN)
    try:
        net = build(card)
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
        # What torch and timm say of widths and numbers of blocks that make no network.
        raise ModelError(f"the card describes no network: {error}.", path=file, hint=_AGAIN) from error
    try:
        tensors = load_file(file)
        extra = {k.removeprefix(EXTRA): v.float() for k, v in tensors.items() if k.startswith(EXTRA)}
        net.load_state_dict({k: v.float() for k, v in tensors.items() if not k.startswith(EXTRA)})
    except (SafetensorError, RuntimeError) as error:
        why = " ".join(str(error).split())
        raise ModelError(f"the weights do not fit the card: {why}", path=file, hint=_AGAIN) from None
    return net, extra


class Loaded:
    """What all models share: the card, the network on its device."""

    def __init__(self, card: ModelCard, folder: Path, device: str, batch_size: int, tell: Tell) -> None:
        net, self.extra = load_weights(card, folder)
        self.card = card
        self.runner = Runner(net, choose(device), batch_size, tell)

    @property
    def model_id(self) -> str:
        """Id and the start of the checksum, so that a result names the very weights."""
        return self.card.mark

    @property
    def device(self) -> str:
        """Where it runs now."""
        return str(self.runner.device)

    def _tensor(self, images: NDArray[np.uint8], device: torch.device) -> torch.Tensor:
        return to_tensor(images, self.card.mean, self.card.std, device, self.card.stain)


class TorchDetector(Loaded):
    """models.api.Detector by DetectorNet."""

    @property
    def um_per_px(self) -> float:
        """The scale its pictures should have."""
        return self.card.um_per_px

    @property
    def thresholds(self) -> dict[str, float]:
        """Kind -> the score from which a detection is shown."""
        return {k: self.card.thresholds[k] for k in self.card.classes}

    def detect(self, images: list[UInt8]) -> list[Boxes]:
        """See models.api.Detector."""
        found: list[Boxes | None] = [None] * len(images)
        by_shape: dict[tuple[int, int], list[int]] = {}
        for i, image in enumerate(images):
            h, w = image.shape[:2]
            by_shape.setdefault((-(-h // 32) * 32, -(-w // 32) * 32), []).append(i)
        for (h, w), index in by_shape.items():
            padded = np.full((len(index), h, w, 3), 255, dtype=np.uint8)
            for row, i in enumerate(index):
                padded[row, : images[i].shape[0], : images[i].shape[1]] = images[i]

            def step(
                net: nn.Module, part: slice, device: torch.device, padded: UInt8 = padded
            ) -> list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
                heat, reach = net(self._tensor(padded[part], device))
                return decode(heat, reach, MOST_BOXES, LOWEST_SCORE)

            answers = [a for part in self.runner.over(len(index), step) for a in part]
            for i, answer in zip(index, answers, strict=True):
                boxes, scores, kinds = (t.cpu().numpy() for t in answer)
                found[i] = _tidy(boxes, scores, kinds, images[i].shape[:2])
        return [b for b in found if b is not None]


def _tidy(boxes: Float32, scores: Float32, kinds: NDArray[np.int64], size: tuple[int, ...]) -> Boxes:
    """Clip to the picture, drop what lies in the padding, and keep one box an object and kind; best first."""
    boxes = boxes.copy()
    boxes[:, 0::2] = boxes[:, 0::2].clip(0, size[1])
    boxes[:, 1::2] = boxes[:, 1::2].clip(0, size[0])
    solid = ((boxes[:, 2:] - boxes[:, :2]) >= 2).all(axis=1)
    boxes, scores, kinds = boxes[solid], scores[solid], kinds[solid]
    own = [np.flatnonzero(kinds == k) for k in np.unique(kinds)]
    kept = [i[non_maximum_suppression(boxes[i], scores[i], SAME_OBJECT_IOU)] for i in own]
    index = np.concatenate(kept) if kept else np.zeros(0, np.intp)
    index = index[np.argsort(-scores[index], kind="stable")]
    return Boxes(boxes[index].astype(np.float32), scores[index].astype(np.float32), kinds[index].astype(np.int64))


class TorchSegmenter(Loaded):
    """models.api.Segmenter by SegmenterNet."""

    def window(self, box: Float32) -> tuple[int, int, int, int]:
        """A square of 1.6 times the larger side, around the box's middle."""
        side = max(2, round(WINDOW * float(max(box[2] - box[0], box[3] - box[1]))))
        x0, y0 = round(float(box[0] + box[2]) / 2 - side / 2), round(float(box[1] + box[3]) / 2 - side / 2)
        return x0, y0, x0 + side, y0 + side

    def segment(self, image: UInt8, boxes: Float32) -> list[UInt8]:
        """See models.api.Segmenter. Only the object that holds the window's middle is kept."""
        if not len(boxes):
            return []
        windows = [self.window(b) for b in boxes]
        crops = np.stack([_cut(image, w, self.card.image_px) for w in windows])

        def step(net: nn.Module, part: slice, device: torch.device) -> torch.Tensor:
            answer: torch.Tensor = net(self._tensor(crops[part], device)).softmax(1).cpu()
            return answer

        probability = torch.cat(self.runner.over(len(crops), step)).permute(0, 2, 3, 1).numpy()
        return [_mask(p, w, image.shape[:2]) for p, w in zip(probability, windows, strict=True)]


def _cut(image: UInt8, window: tuple[int, int, int, int], out_px: int) -> UInt8:
    """A square window, reflected where it leaves the picture, resampled to out x out."""
    x0, y0, x1, y1 = window
    zoom = out_px / (x1 - x0)
    h, w = image.shape[:2]
    left, top, right, bottom = max(0, -x0), max(0, -y0), max(0, x1 - w), max(0, y1 - h)
    piece = image[max(0, y0) : y1, max(0, x0) : x1]
    if left or top or right or bottom:
        mode = cv2.BORDER_REFLECT_101 if min(piece.shape[:2]) > 1 else cv2.BORDER_REPLICATE
        piece = np.asarray(cv2.copyMakeBorder(piece, top, bottom, left, right, mode), dtype=np.uint8)
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(piece, (out_px, out_px), interpolation=how), dtype=np.uint8)


def _mask(probability: Float32, window: tuple[int, int, int, int], size: tuple[int, ...]) -> UInt8:
    """Probabilities [out, out, 3] -> mask [h, w] 0/128/255 of the window, 0 outside the picture."""
    x0, y0, x1, y1 = window
    side = x1 - x0
    full = np.asarray(cv2.resize(probability, (side, side), interpolation=cv2.INTER_LINEAR))
    cell = (full[:, :, 0] < 0.5).astype(np.uint8)
    cell[: max(0, -y0)] = 0
    cell[:, : max(0, -x0)] = 0
    cell[size[0] - y0 :] = 0
    cell[:, size[1] - x0 :] = 0
    count, labels, stats, centroids = cv2.connectedComponentsWithStats(cell)
    if count < 2:
        return np.zeros((side, side), np.uint8)
    own = int(labels[side // 2, side // 2])
    if own == 0:
        away = np.linalg.norm(centroids[1:] - side / 2, axis=1) / side
        own = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA] * np.exp(-((away / 0.15) ** 2))))
    outline, _ = cv2.findContours((labels == own).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole = np.zeros_like(cell)
    cv2.drawContours(whole, outline, -1, 1, thickness=-1)  # filled: a cell has no holes
    nucleus = full[:, :, 2] > full[:, :, 1]
    return np.where(whole > 0, np.where(nucleus, 255, 128), 0).astype(np.uint8)


class TorchClassifier(Loaded):
    """models.api.AdaptableClassifier by ClassifierNet."""

    def __init__(self, card: ModelCard, folder: Path, device: str, batch_size: int, tell: Tell) -> None:
        super().__init__(card, folder, device, batch_size, tell)
        try:
            self.familiarity = Joint.read({k: v.numpy() for k, v in self.extra.items()})
        except KeyError as error:
            raise ModelError(f"the weights lack {error}", path=folder) from None
        extra = {k: v.numpy() for k, v in self.extra.items()}
        self.correction = Correction.read(extra)
        old = card.outputs if card.lesson and card.lesson.extends else ()
        self.head = Learned.read(extra, old, tuple(card.lesson.classes)) if card.lesson else None

    @property
    def classes(self) -> tuple[str, ...]:
        """Leaf classes in the order of the columns."""
        return self.card.classes

    @property
    def least_familiarity(self) -> float:
        """The familiarity below which no label may stand."""
        return self.card.thresholds["familiar"]

    @property
    def window_um(self) -> float:
        """Side of the window around a cell."""
        return self.card.window_um

    @property
    def input_px(self) -> int:
        """Side of a crop."""
        return self.card.image_px

    @property
    def outputs(self) -> tuple[str, ...]:
        """Classes that `seen` scores."""
        return self.card.outputs

    def evidence(self, crops: UInt8) -> tuple[Float32, Float32]:
        """See models.api.AdaptableClassifier."""
        scores, raw, _ = self._answers(crops)
        return scores, raw

    def _answers(self, crops: UInt8) -> tuple[Float32, Float32, Float32]:
        """Scores [N, C] and embeddings [N, D] as `evidence` gives them, and the looks [N, L] of earlier stages."""

        def step(net: nn.Module, part: slice, device: torch.device) -> tuple[torch.Tensor, ...]:
            logits, embeddings, looks = cast(classifier.ClassifierNet, net).looked(self._tensor(crops[part], device))
            scores = (logits.float() / self.card.temperature).log_softmax(1)
            return scores.cpu(), embeddings.float().cpu(), looks.float().cpu()

        answers = self.runner.over(len(crops), step)
        if not answers:
            width = self.familiarity.kind.means.shape[1]
            nothing = np.zeros((0, width), np.float32)
            return np.zeros((0, len(self.outputs)), np.float32), nothing, nothing[:, :0]
        scores, raw, looks = (torch.cat(same).numpy() for same in zip(*answers, strict=True))
        return scores, raw, looks

    def seen(self, crops: UInt8) -> tuple[Seen, Float32]:
        """See models.api.AdaptableClassifier."""
        scores, raw, looks = self._answers(crops)
        probabilities, tints = np.exp(scores), colours(crops)
        if self.correction is not None and len(crops):
            views, features = told(self.evidence, crops, ASKED, (scores, raw))
            probabilities = self.correction.probabilities(views, features)
        return Seen.of(probabilities, vectors.joined(raw, tints, looks)), raw

    def classify(self, crops: UInt8) -> Opinions:
        """See models.api.Classifier."""
        seen, raw = self.seen(crops)
        if not len(crops):
            none = np.zeros(0, np.float32)
            return Opinions(np.zeros((0, len(self.classes)), np.float32), raw, none, none.astype(bool))
        probabilities = np.exp(seen.scores) if self.head is None else self.head.probabilities(seen)
        familiarity = self.familiarity(raw, crops)
        decided = probabilities.max(axis=1) >= self.card.thresholds["decided"]
        decided &= familiarity >= self.least_familiarity
        decided &= np.array([self.card.may_stand(c) for c in self.classes])[probabilities.argmax(axis=1)]
        return Opinions(probabilities, seen.features, familiarity, decided)
