"""What the measured shapes of red cells tell: `python -m tests.benchmarks.red_cells --data FOLDER [--split val]`.

The points of chula_rbc12 name red cells by type. Each is tied to the detected red cell around it; then, for a type and
a measurement that should tell it from a normal cell, the share of pairs that it orders rightly (AUROC) is given with
its 95 % interval (Hanley and McNeil 1982). Nothing is trained on these pictures.
"""

import argparse
import csv
import math
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from bloodview.analysis import pipeline
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Detection, FoundCell, Kind
from bloodview.core.red_cells import Measured, RedCellShape
from bloodview.models.api import Detector
from bloodview.slides.slide import open_slide
from bloodview.workflows.engine import load_engine

TELLS = (
    ("macrocyte", "diameter", 1),
    ("microcyte", "diameter", -1),
    ("spherocyte", "pallor", -1),
    ("hypochromia", "pallor", 1),
    ("ovalocyte", "elongation", 1),
    ("elliptocyte", "elongation", 1),
    ("teardrop", "elongation", 1),
    ("burr_cell", "circularity", -1),
    ("schistocyte", "circularity", -1),
)
"""Type, measurement, and whether it should be higher (1) or lower (-1) than in a normal cell."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="val")
    parser.add_argument("--most", type=int, default=0, help="Pictures, evenly spread; 0 = all.")
    asked = parser.parse_args()
    root = asked.data / "chula_rbc12"
    with (asked.data / "manifest.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["dataset"] == "chula_rbc12" and r["split"] == asked.split]
    points = defaultdict(list)
    with (root / "points.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            points[Path(row["image"]).name].append((float(row["x"]), float(row["y"]), row["class_name"]))
    pictures = sorted({asked.data / r["path"] for r in rows if Path(r["path"]).name in points})
    if asked.most:
        pictures = pictures[:: math.ceil(len(pictures) / asked.most)]
    detector = load_engine().detector
    by_type: dict[str, list[RedCellShape]] = defaultdict(list)
    counted: dict[Measured, int] = dict.fromkeys(Measured, 0)
    for picture in pictures:
        for shape, name in _shapes(picture, points[picture.name], detector):
            counted[shape.measured] += 1
            if name and shape.measured is Measured.YES:
                by_type[name].append(shape)
    how = ", ".join(f"{n} {m.name.lower()}" for m, n in counted.items())
    say(f"{len(pictures)} pictures, {sum(counted.values())} red cells: {how}")
    say("type\tn\tmeasurement\tmedian\tof normal\tAUROC\t95 %")
    normal = by_type["normal"]
    for name, measurement, sign in TELLS:
        mine, theirs = (sign * np.array([_value(s, measurement) for s in some]) for some in (by_type[name], normal))
        if len(mine) and len(theirs):
            area, half = auroc(mine, theirs)
            limits = f"{max(0.0, area - half):.2f} to {min(1.0, area + half):.2f}"
            middle, usual = (abs(float(np.median(some))) for some in (mine, theirs))
            say(f"{name}\t{len(mine)}\t{measurement}\t{middle:.2f}\t{usual:.2f}\t{area:.2f}\t{limits}")
    say(f"normal\t{len(normal)}")
    return 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _shapes(
    picture: Path, points: list[tuple[float, float, str]], detector: Detector
) -> list[tuple[RedCellShape, str]]:
    """Each red cell of a picture, its diameter over the picture's median, and the type that a point in it names."""
    slide = open_slide(picture)
    found: list[tuple[Detection, RedCellShape]] = []
    for field in pipeline.fields(slide, detector, CancelToken(), lambda _share, _text: None):
        cells = [FoundCell(d, None) for d in pipeline.shown(field, slide, detector)]
        pipeline.shape_all(cells, field)
        found += [(c.detection, c.shape) for c in cells if c.detection.kind is Kind.RBC and c.shape]
    slide.close()
    measured = [s.diameter_px for _, s in found if s.measured is Measured.YES]
    middle = float(np.median(measured)) if measured else 1.0
    answer = []
    for detection, s in found:
        box = detection.box_l0
        named = {n for x, y, n in points if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1}
        relative = RedCellShape(s.measured, s.diameter_px / middle, s.circularity, s.elongation, s.pallor)
        answer.append((relative, named.pop() if len(named) == 1 else ""))
    return answer


def _value(shape: RedCellShape, measurement: str) -> float:
    return float(shape.diameter_px if measurement == "diameter" else getattr(shape, measurement))


def auroc(higher: np.ndarray, lower: np.ndarray) -> tuple[float, float]:
    """Share of pairs in the right order, ties by half; and half the width of its 95 % interval."""
    both = higher[:, None] - lower[None, :]
    area = float(((both > 0) + 0.5 * (both == 0)).mean())
    n, m = len(higher), len(lower)
    q1, q2 = area / (2 - area), 2 * area * area / (1 + area)
    variance = (area * (1 - area) + (n - 1) * (q1 - area * area) + (m - 1) * (q2 - area * area)) / (n * m)
    return area, 1.96 * math.sqrt(max(0.0, variance))


if __name__ == "__main__":
    sys.exit(main())
