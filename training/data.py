"""Data sets on disk to examples: the manifest, single cells and fields, each with its scale; crops cached on disk."""

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY

RED_CELL_UM = 7.5
PREFIXES = {
    "BA": "basophil",
    "BNE": "band_neutrophil",
    "EO": "eosinophil",
    "ERB": "erythroblast",
    "IG": "immature_granulocyte",
    "LY": "lymphocyte",
    "MMY": "metamyelocyte",
    "MO": "monocyte",
    "MY": "myelocyte",
    "NEUTROPHIL": "neutrophil",
    "PLATELET": "platelet",
    "PMY": "promyelocyte",
    "SNE": "segmented_neutrophil",
}
UM_PER_PX = {"pbc": 0.098, "bccd": 0.077, "chula_wbc": 0.098, "chula_rbc12": 0.192}
"""Scale of each set as slides.ruler reads it off the rims of red cells; used where a field has few boxes of them."""
LOOSENESS = {"pbc": 1.07, "bccd": 1.12}
"""How much wider a set's red-cell boxes are than the rims of the cells: boxes and ruler then tell one scale."""

SCALELESS_WINDOW_UM, SCALELESS_BOXES = 22.0, 1.7
"""A cell on a picture without a scale is shown in a window of 1.7 x its box, which is then taken for 22 um."""


@dataclass(frozen=True, slots=True)
class Field:
    """A picture with boxes.

    Args:
        path: the picture.
        boxes: float32 [N, 4] xyxy, pixels.
        kinds: int64 [N], 0 wbc, 1 rbc, 2 platelet.
        labels: class of each box, or "".
        groups: what each box must stay together with: photographs of one cell, or the picture's group.
        complete: which of the kinds are labelled throughout.
        um_per_px: scale, from the field's own red cells where it has at least 5.
        mask: file of the leukocytes' masks, or None.
    """

    path: Path
    dataset: str
    split: str
    group: str
    boxes: NDArray[np.float32]
    kinds: NDArray[np.int64]
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    complete: tuple[bool, bool, bool]
    um_per_px: float
    mask: Path | None


@dataclass(frozen=True, slots=True)
class CellExample:
    """A centred cell: where it lies, its scale, and a class that may be an inner node of the tree."""

    path: Path
    dataset: str
    split: str
    group: str
    center: tuple[float, float] | None
    """(x, y) in pixels; None = the picture's middle."""
    um_per_px: float
    label: str


def read_image(path: Path) -> NDArray[np.uint8]:
    """uint8 [H, W, 3] RGB.

    Raises:
        UserError: if the file is no picture.
    """
    data = np.fromfile(path, dtype=np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if image is None:
        raise UserError("is no picture that can be read", path=path)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def manifest(root: Path, datasets: Sequence[str]) -> list[dict[str, str]]:
    """The manifest's rows of these sets.

    Raises:
        UserError: if there is no manifest or a set is not in it.
    """
    file = root / "manifest.csv"
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["dataset"] in datasets]
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=file) from None
    if absent := sorted(set(datasets) - {row["dataset"] for row in rows}):
        raise UserError(f"lists no data set called {absent[0]!r}", path=file)
    return rows


def fields(root: Path, dataset: str) -> list[Field]:
    """The fields of a set that has boxes.json (COCO)."""
    file = root / dataset / "boxes.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    names = {c["id"]: ("wbc", "rbc", "platelet").index(c["name"]) for c in content["categories"]}
    rows = {row["path"].removeprefix(f"{dataset}/"): row for row in manifest(root, [dataset])}
    by_image: dict[int, list[dict[str, Any]]] = {}
    for annotation in content["annotations"]:
        by_image.setdefault(annotation["image_id"], []).append(annotation)
    complete = {"bccd": (True, True, True), "pbc": (True, True, True)}.get(dataset, (True, False, False))
    found = []
    for image in content["images"]:
        own = by_image.get(image["id"], [])
        xywh = np.array([a["bbox"] for a in own], dtype=np.float32).reshape(-1, 4)
        boxes = np.concatenate([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]], axis=1)
        kinds = np.array([names[a["category_id"]] for a in own], dtype=np.int64)
        attributes = [a.get("attributes") or {} for a in own]
        labels = tuple(str(a.get("label") or "") for a in attributes)
        inside = (boxes[:, 0] > 2) & (boxes[:, 1] > 2)
        inside &= (boxes[:, 2] < image["width"] - 2) & (boxes[:, 3] < image["height"] - 2)
        red = xywh[(kinds == 1) & inside, 2:]
        scale = UM_PER_PX[dataset]
        if len(red) >= 5:
            scale = RED_CELL_UM * LOOSENESS.get(dataset, 1.0) / float(np.median(np.sqrt(red.prod(axis=1))))
        row = rows.get(image["file_name"], {})
        group = row.get("group", "")
        groups = tuple(f"cell {a['cell_group']}" if "cell_group" in a else group for a in attributes)
        mask = root / dataset / "masks" / (Path(image["file_name"]).stem + ".png")
        found.append(
            Field(
                path=file.parent / image["file_name"],
                dataset=dataset,
                split=row.get("split") or image["split"],
                group=group,
                boxes=boxes,
                kinds=kinds,
                labels=labels,
                groups=groups,
                complete=complete,
                um_per_px=scale,
                mask=mask if mask.is_file() else None,
            )
        )
    return found


def cells(root: Path, datasets: Sequence[str]) -> list[CellExample]:
    """The labelled cells of these sets: single-cell pictures by file name or manifest, fields by their named boxes."""
    found = []
    for dataset in datasets:
        if dataset == "zheng1":
            found += masked_cells(root, dataset)
            continue
        if dataset == "pbc":
            for row in manifest(root, [dataset]):
                label = PREFIXES[Path(row["path"]).name.split("_")[0].upper()]
                scale = UM_PER_PX[dataset]
                found.append(CellExample(root / row["path"], dataset, row["split"], row["group"], None, scale, label))
            continue
        for field in fields(root, dataset):
            for box, kind, name, group in zip(field.boxes, field.kinds, field.labels, field.groups, strict=True):
                label = "platelet" if kind == 2 else name
                if label in DEFAULT_TAXONOMY and kind != 1:
                    x0, y0, x1, y1 = (float(v) for v in box)
                    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
                    found.append(CellExample(field.path, dataset, field.split, group, middle, field.um_per_px, label))
    return found


def masked_cells(root: Path, dataset: str) -> list[CellExample]:
    """The cells of a set without a scale: it follows, as in the app, from a window of 1.7 x the cell's own size.

    Each picture shows one cell in its middle and has a mask in `<dataset>/masks`. A mask without a cell counts as one
    that fills the picture.
    """
    found = []
    for row in manifest(root, [dataset]):
        picture = root / row["path"]
        shown = read_image(picture.parent.parent / "masks" / f"{picture.stem}.png").any(axis=2)
        sides = [int(np.ptp(where)) + 1 for where in np.nonzero(shown)] if shown.any() else shown.shape
        scale = SCALELESS_WINDOW_UM / (SCALELESS_BOXES * max(sides))
        found.append(CellExample(picture, dataset, row["split"], row["group"], None, scale, row["label_fine"]))
    return found


def at_most(limit: int, examples: list[CellExample], seed: int) -> list[CellExample]:
    """At most so many examples of each class of each data set, drawn by the seed, in their order; 0 = all."""
    if not limit:
        return examples
    rng, taken, kept = np.random.default_rng(seed), dict[tuple[str, str], int](), []
    for i in rng.permutation(len(examples)):
        key = examples[i].dataset, examples[i].label
        taken[key] = taken.get(key, 0) + 1
        if taken[key] <= limit:
            kept.append(int(i))
    return [examples[i] for i in sorted(kept)]


def cut(image: NDArray[np.uint8], center: tuple[float, float], side_px: float, out_px: int) -> NDArray[np.uint8]:
    """The square window around (x, y), reflected where it leaves the picture, resampled to uint8 [out, out, 3]."""
    scale = out_px / side_px
    if scale < 1:  # area average before the affine map, which only interpolates
        factor = min(1.0, scale * 1.0)
        size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
        fx, fy = size[0] / image.shape[1], size[1] / image.shape[0]
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        center, side_px = (center[0] * fx, center[1] * fy), side_px * (fx + fy) / 2
        scale = out_px / side_px
    matrix = np.array(
        [[scale, 0, out_px / 2 - scale * center[0]], [0, scale, out_px / 2 - scale * center[1]]], dtype=np.float64
    )
    warped = cv2.warpAffine(image, matrix, (out_px, out_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(warped, dtype=np.uint8)


def fingerprint(paths: Sequence[Path], root: Path) -> str:
    """sha256 over the names and sizes of the files, for the card: which data trained a model."""
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        digest.update(f"{path.relative_to(root).as_posix()} {path.stat().st_size}\n".encode())
    return digest.hexdigest()


def cached_crops(examples: Sequence[CellExample], window_um: float, out_px: int, cache: Path) -> NDArray[np.uint8]:
    """uint8 [N, out, out, 3] RGB of the examples, memory-mapped from a file made once; decoded one at a time."""
    key = hashlib.sha256(repr([(e, window_um, out_px) for e in examples]).encode()).hexdigest()[:16]
    file = cache / f"crops-{key}.npy"
    shape = (len(examples), out_px, out_px, 3)
    if not file.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        crops = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=shape)
        last: tuple[Path, NDArray[np.uint8]] | None = None
        for i, example in enumerate(examples):
            image = last[1] if last and last[0] == example.path else read_image(example.path)
            last = (example.path, image)
            center = example.center or (image.shape[1] / 2, image.shape[0] / 2)
            crops[i] = cut(image, center, window_um / example.um_per_px, out_px)
        crops.flush()
        del crops
        part.replace(file)
    stored: NDArray[np.uint8] = np.load(file, mmap_mode="r")
    return stored
