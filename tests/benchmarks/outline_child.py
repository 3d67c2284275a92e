"""Times the outline of a clicked cell with the real model: `outline_child.py RESULT.json`."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bloodview.analysis import cell_masks
from bloodview.analysis.pointing import Pointed, Pointer, Scene
from bloodview.core.cells import Kind
from bloodview.core.geometry import Box
from bloodview.models import store
from bloodview.slides.synthetic import FieldSpec, draw_field
from tests.fakes import FakeSlide

VIEW = (1440, 900)
"""Pixels of 0.1 um in sight: a large window at one to one."""
CLICKS = 24


def main() -> None:
    field = draw_field(FieldSpec(*VIEW, 0.1, 3))
    slide = FakeSlide(field.image)
    scene = Scene(slide, "drawn", 0.1, Box(0, 0, *VIEW))
    pointer = Pointer(store.load_prompt_segmenter("cpu"))
    pointer.prepare(Scene(slide, "before", 0.1, scene.visible_l0))  # what a first call costs once
    embedding = _seconds(lambda: pointer.prepare(scene))
    cells = [c for kind in Kind for c in field.truth if c.kind is kind and not c.touches_edge]
    cells = cells[:: max(1, len(cells) // CLICKS)]
    taken, worked = [], time.process_time()
    for cell in cells:
        pointed = Pointed(((*cell.box.center, True),))
        taken.append(_seconds(lambda p=pointed: cell_masks.outline_of(pointer.answer(scene, p).mask)))
    result = {
        "n": len(taken),
        "cpu": (time.process_time() - worked) / len(taken),
        "embedding": embedding,
        "median": statistics.median(taken),
        "p95": sorted(taken)[round(0.95 * (len(taken) - 1))],
        "kept_mib": pointer.kept_bytes / 2**20,
    }
    Path(sys.argv[1]).write_text(json.dumps(result))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
