"""What is measured of batches: four workers against one, and what the coordinator holds over a thousand slides."""

import json
import sys
from pathlib import Path

from bloodview.core.cancel import CancelToken
from bloodview.slides.synthetic_slide import SlideSpec, write_slide
from tests.benchmarks.measures import Figure, run

CHILD = Path(__file__).with_name("batch_child.py")
SLIDES, SIDE, MANY = 24, 1_600, 1_000
LONG, LONG_SIDE = 10, 3_200
"""Slides that take seconds each, so that the start weighs little."""
LIMIT = 1 / 1.6


def workers(home: Path) -> list[Figure]:
    """Time of 24 slides by four workers over that by one worker: as it is, with all cores, and with one thread."""
    runs = {"four": (4, 0), "one": (1, 0), "one of one thread": (1, 1)}
    spent = _spent(home, SLIDES, SIDE, runs)
    if isinstance(spent, str):
        return [Figure("four workers over one", None, "x", LIMIT, spent)]
    note = f"{_said(spent)}; {SLIDES} slides of {SIDE} px, starts included"
    return [
        Figure("four workers over one", spent["four"] / spent["one"], "x", LIMIT, note),
        Figure("four workers over one of one thread", spent["four"] / spent["one of one thread"], "x", LIMIT, note),
    ]


def long_slides(home: Path) -> list[Figure]:
    """The same, of longer slides."""
    runs = {"four": (4, 0), "one": (1, 0), "one of one thread": (1, 1)}
    spent = _spent(home, LONG, LONG_SIDE, runs)
    if isinstance(spent, str):
        return [Figure("four workers over one, longer slides", None, "x", LIMIT, spent)]
    note = f"{_said(spent)}; {LONG} slides of {LONG_SIDE} px, starts included"
    one_thread = spent["four"] / spent["one of one thread"]
    return [
        Figure("four workers over one, longer slides", spent["four"] / spent["one"], "x", LIMIT, note),
        Figure("four workers over one of one thread, longer slides", one_thread, "x", LIMIT, note),
    ]


def _spent(home: Path, slides: int, side: int, runs: dict[str, tuple[int, int]]) -> dict[str, float] | str:
    """Seconds by name of a run, which is workers and the threads of each (0 = as the program has it), or why none."""
    folder = home / "slides"
    for number in range(slides):
        spec = SlideSpec(side, side, seed=number, is_plain=True)
        write_slide(folder / f"{number:02}.tif", spec, CancelToken(), lambda _share, _text: None)
    spent = {}
    for name, (count, threads) in runs.items():
        out = home / f"{name}.json"
        ran = run(home, [sys.executable, str(CHILD), "slides", str(out), str(folder), str(count), str(threads)])
        if ran.status or not out.exists():
            return ran.told.strip()[-300:]
        spent[name] = float(json.loads(out.read_text())["seconds"])
    return spent


def _said(spent: dict[str, float]) -> str:
    return ", ".join(f"{name}: {seconds:.0f} s" for name, seconds in spent.items())


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


BATCH_MEASURES = {"batch_workers": workers, "batch_long": long_slides, "batch_memory": memory}
