"""What is measured of batches: four workers against one, and what the coordinator holds over a thousand slides."""

import json
import sys
from pathlib import Path

from bloodview.core.cancel import CancelToken
from bloodview.slides.synthetic_slide import SlideSpec, write_slide
from tests.benchmarks.measures import Figure, run

CHILD = Path(__file__).with_name("batch_child.py")
SLIDES, SIDE, MANY = 24, 1_600, 1_000


def workers(home: Path) -> list[Figure]:
    """Time of 24 slides by four workers over that by one worker, on one thread and on all cores."""
    folder = home / "slides"
    for number in range(SLIDES):
        spec = SlideSpec(SIDE, SIDE, seed=number, is_plain=True)
        write_slide(folder / f"{number:02}.tif", spec, CancelToken(), lambda _share, _text: None)
    spent = {}
    for name, count, threads in (("four", 4, 0), ("one", 1, 1), ("one on all cores", 1, 0)):
        out = home / f"{name}.json"
        ran = run(home, [sys.executable, str(CHILD), "slides", str(out), str(folder), str(count), str(threads)])
        if ran.status or not out.exists():
            return [Figure("four workers over one", None, "x", 1 / 1.6, ran.told.strip()[-300:])]
        spent[name] = json.loads(out.read_text())["seconds"]
    note = ", ".join(f"{name}: {seconds:.0f} s" for name, seconds in spent.items()) + f"; {SLIDES} slides of {SIDE} px"
    return [
        Figure("four workers over one of one thread", spent["four"] / spent["one"], "x", 1 / 1.6, note),
        Figure("four workers over one on all cores", spent["four"] / spent["one on all cores"], "x", None, note),
    ]


def memory(home: Path) -> list[Figure]:
    """How much the coordinator's memory grows between the 200th and the 1,000th slide, MiB."""
    folder, out = home / "slides", home / "memory.json"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number:04}.png").touch()
    ran = run(home, [sys.executable, str(CHILD), "memory", str(out), str(folder), "2", "0"])
    if ran.status or not out.exists():
        return [Figure("growth of a batch's coordinator", None, "MiB", 16.0, ran.told.strip()[-300:])]
    held = json.loads(out.read_text())["mib"]
    note = f"{held['200']:.0f} MiB after 200, {held['1000']:.0f} after {MANY} slides"
    return [Figure("growth of a batch's coordinator", held["1000"] - held["200"], "MiB", 16.0, note)]


BATCH_MEASURES = {"batch_workers": workers, "batch_memory": memory}
