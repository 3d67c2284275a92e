"""A small data set in the layout that the trainer reads: synthetic fields in the place of one with boxes and masks."""

import csv
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bloodview.slides.synthetic import EVEN, FieldSpec
from bloodview.slides.synthetic_sample import write_sample


def write(root: Path, fields: int = 4) -> Path:
    """`root/bccd` with masks, and the manifest; the last field validates."""
    place = root / "bccd"
    drawn = _drawn(fields)
    for name, content in drawn.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    files = [place / f"field_{i:02}.jpg" for i in range(1, fields + 1)]
    boxes = json.loads((place / "boxes.json").read_text())
    for image in boxes["images"]:
        image["split"] = "val" if image["id"] == fields else "train"
    (place / "boxes.json").write_text(json.dumps(boxes))
    with (root / "manifest.csv").open("w", newline="") as stream:
        rows = csv.DictWriter(stream, ["path", "dataset", "split", "group"])
        rows.writeheader()
        for i, file in enumerate(files, 1):
            split = "val" if i == fields else "train"
            rows.writerow({"path": f"bccd/{file.name}", "dataset": "bccd", "split": split, "group": ""})
    return root


@cache
def _drawn(fields: int) -> dict[str, bytes]:
    """The files of so many fields; drawing them takes as long as a training on them."""
    specs = [
        FieldSpec(560, 420, 0.1, seed, mix=tuple(EVEN.items()), leukocytes_per_mm2=3500.0) for seed in range(fields)
    ]
    with TemporaryDirectory() as folder:
        root = Path(folder) / "drawn"
        write_sample(root, specs, masks=True)
        return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
