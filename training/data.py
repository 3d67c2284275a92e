"""Data sets on disk to examples: the manifest, single cells and fields, each with its scale."""

import csv
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from training.crops import cached_crops as cached_crops
from training.crops import readable_crops as readable_crops
from training.pictures import cut as cut
from training.pictures import read_each as read_each
from training.pictures import read_image as read_image

_log = logging.getLogger(__name__)

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
UM_PER_PX = {"pbc": 0.098, "bccd": 0.077, "chula_wbc": 0.098, "chula_rbc12": 0.192, "pig_wbc": 0.62}
"""Scale of each set as slides.ruler reads it off the rims of red cells; used where a field has few boxes of them."""
DRAWN = "synthetic"
"""What `python -m bloodview.slides.synthetic_outlines` draws: no manifest lists it, its pictures carry their scale."""
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
        outlines: of each box float32 [K, 2], the exact outline in pixels; of length 0 where there is none.
        unclear: float32 [M, 4] xyxy, what may be a cell: neither asked for nor punished; None = nothing.
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
    outlines: tuple[NDArray[np.float32], ...] = ()
    unclear: NDArray[np.float32] | None = None


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


def manifest(root: Path, datasets: Sequence[str]) -> list[dict[str, str]]:
    """The manifest's rows of these sets.

    Raises:
        UserError: if there is no manifest or a set is not in it.
    """
    rows = [row for row in _rows(root) if row["dataset"] in datasets]
    if absent := sorted(set(datasets) - {row["dataset"] for row in rows}):
        raise UserError(f"lists no data set called {absent[0]!r}", path=root / "manifest.csv")
    return rows


def listed(root: Path, datasets: Sequence[str]) -> list[str]:
    """Those of the data sets that the manifest lists, in their order."""
    there = {row["dataset"] for row in _rows(root)}
    return [d for d in datasets if d in there]


def _rows(root: Path) -> list[dict[str, str]]:
    """All rows of the manifest."""
    file = root / "manifest.csv"
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if lacking := [c for c in ("path", "dataset", "split", "group") if c not in (reader.fieldnames or ())]:
                raise UserError(f"has no column {lacking[0]!r}", path=file)
            return list(reader)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=file) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"is no CSV in UTF-8: {error}", path=file) from None


def fields(root: Path, dataset: str) -> list[Field]:
    """The fields of a set that has boxes.json (COCO).

    Raises:
        UserError: if boxes.json cannot be read or lacks a part, or a scale is not known.
    """
    file = root / dataset / "boxes.json"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return _fields(root, dataset, content)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=file) from None
    except KeyError as error:
        raise UserError(f"lacks {error.args[0]!r}, which COCO and the trainer ask for", path=file) from None
    except (ValueError, TypeError, AttributeError) as error:
        raise UserError(f"is no COCO file: {error}", path=file) from None


def _fields(root: Path, dataset: str, content: dict[str, Any]) -> list[Field]:
    """The fields of a COCO file's content; KeyError, TypeError or ValueError if it is none."""
    names = {c["id"]: ("wbc", "rbc", "platelet").index(c["name"]) for c in content["categories"]}
    listing = [] if dataset == DRAWN else manifest(root, [dataset])
    rows = {row["path"].removeprefix(f"{dataset}/"): row for row in listing}
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
        scale = float(image.get("um_per_px") or UM_PER_PX.get(dataset, 0.0))
        if len(red) >= 5 and "um_per_px" not in image:
            scale = RED_CELL_UM * LOOSENESS.get(dataset, 1.0) / float(np.median(np.sqrt(red.prod(axis=1))))
        if not scale:
            raise UserError(
                "has too few boxes of red cells to tell its scale, 5 at least",
                path=root / dataset / image["file_name"],
            )
        row = rows.get(image["file_name"], {})
        group = row.get("group", "")
        groups = tuple(f"cell {a['cell_group']}" if "cell_group" in a else group for a in attributes)
        mask = root / dataset / "masks" / (Path(image["file_name"]).stem + ".png")
        found.append(
            Field(
                path=root / dataset / image["file_name"],
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
                outlines=tuple(_outline(a) for a in own),
            )
        )
    return found


def _outline(annotation: dict[str, Any]) -> NDArray[np.float32]:
    """The first polygon of a COCO annotation, float32 [K, 2]; of length 0 if it has none."""
    polygons = annotation.get("segmentation") or [[]]
    return np.array(polygons[0], dtype=np.float32).reshape(-1, 2)


def cells(root: Path, datasets: Sequence[str]) -> list[CellExample]:
    """The labelled cells of these sets: single-cell pictures by file name or manifest, fields by their named boxes."""
    found = []
    for dataset in datasets:
        if dataset == "zheng1":
            found += masked_cells(root, dataset)
            continue
        if dataset == "pbc":
            for row in manifest(root, [dataset]):
                label = PREFIXES.get(Path(row["path"]).name.split("_")[0].upper(), "")
                if not label:
                    raise UserError(f"begins with none of {', '.join(PREFIXES)}", path=row["path"])
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


def fingerprint(paths: Sequence[Path], root: Path) -> str:
    """sha256 over the names and sizes of the files, for the card: which data trained a model."""
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        digest.update(f"{path.relative_to(root).as_posix()} {path.stat().st_size}\n".encode())
    return digest.hexdigest()


def check_parts(train: Sequence[object], held_out: Sequence[object], datasets: Sequence[str]) -> None:
    """See that there is something to train and something to measure with.

    Raises:
        UserError: naming the part that is empty.
    """
    for name, part in (("train", train), ("val", held_out)):
        if not part:
            raise UserError(
                f"There is nothing labelled in the part {name!r} of {', '.join(datasets)}.",
                hint="See the column split of manifest.csv and the labels.",
            )


def check_classes(train: Sequence[CellExample]) -> None:
    """Name in the log the classes of which one example trains."""
    counts = Counter(e.label for e in train)
    for label in sorted(k for k, n in counts.items() if n == 1):
        _log.warning("%s: one example trains; figures for this class mean little", label)
