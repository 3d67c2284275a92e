"""Writes drawn fields of many laboratories with all outlines: `... synthetic_outlines FOLDER [FIELDS [SEED]]`."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bloodview.core.cells import Kind
from bloodview.slides.synthetic import EVEN, Field, FieldSpec, draw_field
from bloodview.slides.synthetic_stain import LABORATORIES, Laboratory, Rgb

FIELDS = 300
UM_PER_PX = 0.12
_CATEGORIES = {Kind.WBC: 1, Kind.RBC: 2, Kind.PLATELET: 3}
_LEAST_AREA_UM2 = 1.0


def varied(lab: Laboratory, rng: np.random.Generator) -> Laboratory:
    """A laboratory of its own near a known one: its dyes, light, focus and camera drawn around that one's."""

    def near(dye: Rgb, spread: float, most: float = 1e9) -> Rgb:
        r, g, b = (float(v) for v in np.minimum(np.asarray(dye) * np.exp(rng.normal(0, spread, 3)), most))
        return r, g, b

    def times(spread: float) -> float:
        return float(np.exp(rng.normal(0, spread)))

    return replace(
        lab,
        azure=near(lab.azure, 0.25),
        eosin=near(lab.eosin, 0.25),
        purple=near(lab.purple, 0.2),
        haemoglobin=near(lab.haemoglobin, 0.25),
        background=near(lab.background, 0.06, 255.0),
        leukocyte_stain=lab.leukocyte_stain * times(0.25),
        red_cell_stain=lab.red_cell_stain * times(0.3),
        blur_um=lab.blur_um * times(0.4) + 0.02,
        noise=lab.noise * times(0.4),
        jpeg_quality=int(rng.integers(70, 96)),
    )


def outline_specs(fields: int = FIELDS, seed: int = 4100) -> Iterator[FieldSpec]:
    """Fields of 576 x 432 pixels of 0.12 um, every one of another laboratory, thin and crowded in turn."""
    known = list(LABORATORIES.values())
    for i in range(fields):
        rng = np.random.default_rng([seed, i])
        yield FieldSpec(
            576,
            432,
            UM_PER_PX,
            seed + i,
            varied(known[i % len(known)], rng),
            mix=tuple(EVEN.items()),
            leukocytes_per_mm2=float(rng.uniform(700, 2200)),
            red_cells_per_mm2=float(rng.uniform(6000, 16500)),
            platelets_per_mm2=float(rng.uniform(1500, 4500)),
        )


def write_outlines(folder: Path, fields: int = FIELDS, seed: int = 4100) -> Path:
    """Draw fields and write them as COCO with the exact outline of every cell; every tenth field validates.

    Writes `images/field_0001.jpg` and so on, and `boxes.json`, whose images carry `um_per_px` and `split`.
    """
    (folder / "images").mkdir(parents=True, exist_ok=True)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, spec in enumerate(outline_specs(fields, seed), 1):
        drawn = draw_field(spec)
        name = f"images/field_{number:04d}.jpg"
        quality = [cv2.IMWRITE_JPEG_QUALITY, 95]
        cv2.imwrite(str(folder / name), cv2.cvtColor(drawn.image, cv2.COLOR_RGB2BGR), quality)
        at = {"id": number, "file_name": name, "split": "train" if number % 10 else "val"}
        images.append(at | {"width": spec.width_px, "height": spec.height_px, "um_per_px": spec.um_per_px})
        annotations += _annotations(drawn, number, len(annotations))
    content = {
        "info": {"description": "Drawn by BloodView: blood-smear fields with the exact outline of every cell."},
        "images": images,
        "annotations": annotations,
        "categories": [{"id": i, "name": kind.value} for kind, i in _CATEGORIES.items()],
    }
    file = folder / "boxes.json"
    file.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    return file


def _annotations(drawn: Field, image_id: int, before: int) -> Iterator[dict[str, Any]]:
    """A field's cells; what is smaller than a speck is left out."""
    for cell in drawn.truth:
        box = cell.box
        if len(cell.cell) < 3 or box.width * box.height * drawn.spec.um_per_px**2 < _LEAST_AREA_UM2:
            continue
        before += 1
        yield {
            "id": before,
            "image_id": image_id,
            "category_id": _CATEGORIES[cell.kind],
            "bbox": [round(v, 1) for v in (box.x0, box.y0, box.width, box.height)],
            "segmentation": [[round(v, 1) for corner in cell.cell for v in corner]],
            "iscrowd": 0,
        }


if __name__ == "__main__":
    write_outlines(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
