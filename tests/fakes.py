"""Stand-ins for models and slides, and drawn fields on which they work: a colour is a class."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Kind
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import FINE
from bloodview.models.api import Boxes, Opinions

UInt8 = NDArray[np.uint8]
Float32 = NDArray[np.float32]

GLASS = (240, 240, 235)
RED_CELL = (225, 150, 150)
CYTOPLASM = (190, 190, 250)
PLATELET = (150, 60, 150)
RED_CELL_UM, LEUKOCYTE_UM, PLATELET_UM = 7.5, 14.0, 3.0


def nucleus_color(label: str) -> tuple[int, int, int]:
    """The colour that FakeClassifier takes for a class."""
    return 60, 20 + 6 * FINE.index(label), 120


@dataclass(frozen=True)
class Spot:
    """A cell to draw: middle in px; its kind; the class of a leukocyte."""

    x: float
    y: float
    kind: Kind
    label: str = "lymphocyte"


def draw_field(size: Size, spots: Sequence[Spot], um_per_px: float = 0.1) -> UInt8:
    """A field uint8 [H, W, 3] RGB of discs without any blur."""
    image = np.full((size.height, size.width, 3), GLASS, np.uint8)
    order = {Kind.RBC: 0, Kind.PLATELET: 1, Kind.WBC: 2}
    for spot in sorted(spots, key=lambda s: order[s.kind]):
        middle = (round(spot.x), round(spot.y))

        def disc(um: float, color: tuple[int, int, int], middle: tuple[int, int] = middle) -> None:
            cv2.circle(image, middle, max(1, round(um / um_per_px / 2)), color, -1)

        if spot.kind is Kind.RBC:
            disc(RED_CELL_UM, RED_CELL)
        elif spot.kind is Kind.PLATELET:
            disc(PLATELET_UM, PLATELET)
        else:
            disc(LEUKOCYTE_UM, CYTOPLASM)
            disc(LEUKOCYTE_UM * 0.6, nucleus_color(spot.label))
    return image


def grid_of_red_cells(size: Size, um_per_px: float = 0.1, but_near: Sequence[Spot] = ()) -> list[Spot]:
    """Red cells that do not touch each other, nor these spots."""
    step = 12.0 / um_per_px
    spots = []
    for y in np.arange(step / 2, size.height, step):
        for x in np.arange(step / 2, size.width, step):
            if all(np.hypot(x - s.x, y - s.y) > 12.0 / um_per_px for s in but_near):
                spots.append(Spot(float(x), float(y), Kind.RBC))
    return spots


def write_picture(path: Path, image: UInt8) -> Path:
    """Write an RGB picture as the ending says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return path


def _near(image: UInt8, color: tuple[int, int, int], reach: int = 40) -> NDArray[np.bool_]:
    return np.abs(image.astype(int) - color).sum(axis=2) < reach


def _nuclei(image: UInt8) -> NDArray[np.bool_]:
    r, g, b = (image[..., i].astype(int) for i in range(3))
    return (abs(r - 60) < 25) & (g < 110) & (abs(b - 120) < 25)


@dataclass
class FakeDetector:
    """Finds drawn discs by colour, as long as it is shown them at about its own scale."""

    um_per_px: float = 0.25
    model_id: str = "fake-detector"
    device: str = "cpu"
    thresholds: dict[str, float] = field(default_factory=lambda: {"wbc": 0.5, "rbc": 0.5, "platelet": 0.5})
    calls: int = 0

    def detect(self, images: list[UInt8]) -> list[Boxes]:
        self.calls += 1
        return [self._detect(image) for image in images]

    def _detect(self, image: UInt8) -> Boxes:
        rows = []
        leukocytes = _near(image, CYTOPLASM) | _nuclei(image)
        regions = (leukocytes, _near(image, RED_CELL), _near(image, PLATELET))
        expected_um = (LEUKOCYTE_UM, RED_CELL_UM, PLATELET_UM)
        for kind, (region, um) in enumerate(zip(regions, expected_um, strict=True)):
            count, _, stats, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8))
            for x, y, w, h, area in stats[1:count]:
                if area < 6:
                    continue
                off = abs(np.log(max(w, h) * self.um_per_px / um))
                rows.append((x, y, x + w, y + h, float(np.clip(0.98 - 0.3 * off, 0.02, 0.98)), kind))
        found = np.array(sorted(rows, key=lambda r: -r[4]), np.float32).reshape(-1, 6)
        return Boxes(found[:, :4].copy(), found[:, 4].copy(), found[:, 5].astype(np.int64))


@dataclass
class FakeSegmenter:
    """Outlines drawn leukocytes by colour."""

    model_id: str = "fake-segmenter"
    device: str = "cpu"

    def window(self, box: Float32) -> tuple[int, int, int, int]:
        grow = 0.2 * float(max(box[2] - box[0], box[3] - box[1]))
        return (int(box[0] - grow), int(box[1] - grow), int(np.ceil(box[2] + grow)), int(np.ceil(box[3] + grow)))

    def segment(self, image: UInt8, boxes: Float32) -> list[UInt8]:
        nucleus = _nuclei(image)
        whole = np.where(nucleus, 255, np.where(_near(image, CYTOPLASM), 128, 0)).astype(np.uint8)
        masks = []
        for box in boxes:
            x0, y0, x1, y1 = self.window(box)
            mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
            left, top = max(0, x0), max(0, y0)
            right, bottom = min(image.shape[1], x1), min(image.shape[0], y1)
            mask[top - y0 : bottom - y0, left - x0 : right - x0] = whole[top:bottom, left:right]
            masks.append(mask)
        return masks


@dataclass
class FakeClassifier:
    """Reads the class off the colour in the crop's middle; unsure of what it does not know."""

    model_id: str = "fake-classifier"
    device: str = "cpu"
    classes: tuple[str, ...] = FINE
    window_um: float = 24.0
    least_familiarity: float = 0.0
    input_px: int = 48
    seen: list[UInt8] = field(default_factory=list)

    def classify(self, crops: UInt8) -> Opinions:
        assert crops.dtype == np.uint8
        assert crops.shape[1:] == (self.input_px, self.input_px, 3)
        self.seen.extend(crops)
        n, middle = len(crops), self.input_px // 2
        probabilities = np.full((n, len(self.classes)), 0.3 / (len(self.classes) - 1), np.float32)
        decided = np.ones(n, np.bool_)
        for row, crop in enumerate(crops):
            best, sure = self._read(crop[middle - 1 : middle + 2, middle - 1 : middle + 2].reshape(-1, 3).mean(axis=0))
            probabilities[row, best] = 0.7
            decided[row] = sure
        embeddings = np.zeros((n, 4), np.float32)
        embeddings[:, 0] = 1
        return Opinions(probabilities, embeddings, np.full(n, 0.9, np.float32), decided)

    def evidence(self, crops: UInt8) -> tuple[Float32, Float32]:
        """The colour in the crop's middle is the embedding."""
        middle = self.input_px // 2
        colors = crops[:, middle - 1 : middle + 2, middle - 1 : middle + 2].mean(axis=(1, 2)) / 255
        return np.log(self.classify(crops).probabilities), colors.astype(np.float32)

    def _read(self, color: Float32) -> tuple[int, bool]:
        known = {name: nucleus_color(name) for name in self.classes if name in FINE} | {"platelet": PLATELET}
        off = {n: float(np.abs(color - c).sum()) for n, c in known.items() if n in self.classes}
        best = min(off, key=lambda n: off[n])
        return self.classes.index(best), off[best] < 20


@dataclass
class FakeSlide:
    """A picture in memory; parts of it may refuse to be read."""

    image: UInt8
    scale: Scale | None = None
    path: Path = Path("fake.png")
    broken_l0: tuple[Box, ...] = ()
    reads: int = 0

    level_downsamples: tuple[float, ...] = (1.0,)
    content_hash: str = "fake"
    description: str = "picture in memory"
    label_image: UInt8 | None = None

    @property
    def size(self) -> Size:
        return Size(self.image.shape[1], self.image.shape[0])

    def read(self, box_l0: Box, out: Size) -> UInt8:
        self.reads += 1
        if any(box_l0.iou(b) > 0 for b in self.broken_l0):
            raise UnreadableFileError("this part is damaged.", path=self.path)
        matrix = np.array(
            [
                [out.width / box_l0.width, 0, -box_l0.x0 * out.width / box_l0.width],
                [0, out.height / box_l0.height, -box_l0.y0 * out.height / box_l0.height],
            ]
        )
        whole = (int(box_l0.width), int(box_l0.height)) == (out.width, out.height)
        if whole and box_l0.clipped(self.size) == box_l0:
            x, y = int(box_l0.x0), int(box_l0.y0)
            return self.image[y : y + out.height, x : x + out.width].copy()
        return np.asarray(
            cv2.warpAffine(
                self.image, matrix, (out.width, out.height), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)
            ),
            np.uint8,
        )

    def close(self) -> None:
        pass
