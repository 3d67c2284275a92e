"""Writes synthetic fields with their truth to disk: `python -m bloodview.slides.synthetic_sample FOLDER [--masks]`."""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2

from bloodview.core.cells import Kind, Polygon
from bloodview.core.geometry import Box
from bloodview.slides.synthetic import Field, FieldSpec, draw_field
from bloodview.slides.synthetic_stain import LABORATORIES

_CATEGORIES = {Kind.WBC: 1, Kind.RBC: 2, Kind.PLATELET: 3}


_CAST = (
    "segmented_neutrophil",
    "lymphocyte",
    "band_neutrophil",
    "monocyte",
    "metamyelocyte",
    "segmented_neutrophil",
    "eosinophil",
    "erythroblast",
    "lymphocyte",
    "myelocyte",
    "basophil",
    "segmented_neutrophil",
    "promyelocyte",
)
"""A left shift with erythroblasts: every class is there, neutrophils and lymphocytes are the most."""


def sample_specs(fields: int = 6, seed: int = 119) -> tuple[FieldSpec, ...]:
    """Fields of 1024 x 768 pixels of 0.1 um from two laboratories; by default the bundled sample, every class in it."""
    names = ("amber", "slate")
    return tuple(
        FieldSpec(
            1024,
            768,
            0.1,
            seed + i,
            LABORATORIES[names[2 * i // fields]],
            cast=_CAST[5 * i % len(_CAST) :] + _CAST[: 5 * i % len(_CAST)],
            leukocytes_per_mm2=1300.0,
        )
        for i in range(fields)
    )


def write_sample(folder: Path, specs: Sequence[FieldSpec], *, masks: bool = False, quality: int = 92) -> list[Path]:
    """Draw fields and write them with their truth; returns the pictures' paths.

    Writes `field_01.jpg` and so on without any scale in the file, `truth.json` (spec and every cell, pixels),
    `boxes.json` (COCO, attributes.label) and `labels.csv`; with `masks` also `masks/field_01.png`, 0, 128 and 255.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths, fields = [], []
    for number, spec in enumerate(specs, 1):
        drawn = draw_field(spec)
        path = folder / f"field_{number:02d}.jpg"
        cv2.imwrite(str(path), cv2.cvtColor(drawn.image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
        if masks:
            (folder / "masks").mkdir(exist_ok=True)
            cv2.imwrite(str(folder / "masks" / f"{path.stem}.png"), drawn.mask)
        paths.append(path)
        fields.append((path.name, drawn))
    _write_json(folder / "truth.json", {"fields": [_truth(name, drawn) for name, drawn in fields]})
    _write_json(folder / "boxes.json", _coco(fields, masks))
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["file_name", "label", "x0", "y0", "x1", "y1"])
        for name, drawn in fields:
            rows.writerows([name, c.label, *_xyxy(c.box)] for c in drawn.truth if c.kind is Kind.WBC)
    return paths


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n", encoding="utf-8")


def _xyxy(box: Box) -> list[float]:
    return [round(v, 1) for v in (box.x0, box.y0, box.x1, box.y1)]


def _corners(polygon: Polygon) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in polygon]


def _truth(name: str, drawn: Field) -> dict[str, Any]:
    cells = [
        {"kind": c.kind.value, "label": c.label, "box": _xyxy(c.box), "touches_edge": c.touches_edge}
        | ({"cell": _corners(c.cell), "nucleus": _corners(c.nucleus)} if c.kind is Kind.WBC else {})
        for c in drawn.truth
    ]
    return {"file_name": name, "um_per_px": drawn.spec.um_per_px, "spec": asdict(drawn.spec), "cells": cells}


def _coco(fields: Sequence[tuple[str, Field]], masks: bool) -> dict[str, Any]:
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for image_id, (name, drawn) in enumerate(fields, 1):
        height, width = drawn.mask.shape
        images.append(
            {"id": image_id, "file_name": name, "width": width, "height": height, "split": "test", "has_masks": masks}
        )
        for c in drawn.truth:
            x0, y0, x1, y1 = _xyxy(c.box)
            shape = {"bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0), "iscrowd": 0}
            more = {"attributes": {"label": c.label, "touches_edge": int(c.touches_edge)}} if c.kind is Kind.WBC else {}
            at = {"id": len(annotations) + 1, "image_id": image_id, "category_id": _CATEGORIES[c.kind]}
            annotations.append(at | shape | more)
    return {
        "info": {"description": "Synthetic blood smear fields drawn by BloodView; the truth is exact."},
        "images": images,
        "annotations": annotations,
        "categories": [{"id": i, "name": kind.value} for kind, i in _CATEGORIES.items()],
    }


if __name__ == "__main__":
    write_sample(Path(sys.argv[1]), sample_specs(), masks="--masks" in sys.argv)
