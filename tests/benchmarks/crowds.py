"""What is measured of very many cells and of a large slide, in the real window drawn offscreen."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bloodview.core.cancel import CancelToken
from bloodview.core.geometry import Size
from bloodview.slides.slide import open_slide
from bloodview.slides.synthetic_slide import SlideSpec, write_slide
from tests.benchmarks.crowd import WHITE_SHARE, write_case
from tests.benchmarks.measures import Figure, run

CHILD = Path(__file__).with_name("crowd_child.py")
LARGE_SIDE, SMALL_SIDE = 100_000, 10_000
DISTANCES = ("far", "dots", "middle", "near")
_CACHE_MIB = 256 + 96
"""Of tiles and of crops, which the window may keep."""


def measures(slide: Path | None, seconds: float) -> Mapping[str, Callable[[Path], list[Figure]]]:
    """By the name that the command line knows.

    Args:
        slide: a large one drawn before; None = one is drawn by each measure that needs one.
        seconds: how long is panned over the slide that is analysed.
    """
    return {
        "opening": opening,
        "relabel_many": relabel_many,
        "gallery": gallery,
        "opening_million": lambda home: opening_many(home, slide or drawn(home, LARGE_SIDE)),
        "million": lambda home: million(home, slide or drawn(home, LARGE_SIDE)),
        "jumps": lambda home: jumps(home, slide or drawn(home, LARGE_SIDE)),
        "clicks": lambda home: clicks(home, slide or drawn(home, LARGE_SIDE)),
        "panning": lambda home: panning(home, slide or drawn(home, LARGE_SIDE), seconds),
    }


def drawn(home: Path, side: int) -> Path:
    """A slide with a smear on glass."""
    path = home / f"slide{side}.tif"
    write_slide(path, SlideSpec(side, side), CancelToken(), lambda _share, _text: None)
    return path


def opening(home: Path) -> list[Figure]:
    """Seconds from the wish to open a case of 100,000 cells until gallery, slide and counts show it."""
    figures = []
    for name, share in (("as in blood", WHITE_SHARE), ("most of them leukocytes", 0.9)):
        folder = home / f"share{share}"
        folder.mkdir()
        answer, _ = _child(folder, "opening", _case(folder, 100_000, share))
        title = "case of 100,000 cells opened"
        if isinstance(answer, str):
            figures.append(Figure(title, None, "s", 1.5, answer))
            continue
        note = f"{name}; of it work {answer['busy'][0]:.2f} s; {answer['grown']:.0f} MiB more memory"
        figures.append(Figure(title, answer["seconds"][0], "s", 1.5, note))
    return figures


def opening_many(home: Path, slide: Path) -> list[Figure]:
    """The longest stall of the window while a case of 1,000,000 cells is opened, and seconds until all are shown."""
    answer, peak = _child(home, "opening", _case(home, 1_000_000, WHITE_SHARE, slide))
    if isinstance(answer, str):
        return [Figure("stall while 1,000,000 cells open", None, "ms", 100.0, answer)]
    stalls, busy = (1000 * np.array(answer["turns"][key]) for key in ("seconds", "busy"))
    note = f"{len(stalls)} turns, 95th percentile {np.percentile(stalls, 95):.0f}, most work of one {busy.max():.0f} ms"
    told = f"of it work {answer['busy'][0]:.1f} s; {answer['grown']:.0f} MiB more memory, {peak:.0f} at most"
    return [
        Figure("stall while 1,000,000 cells open", float(stalls.max()), "ms", 100.0, note),
        Figure("case of 1,000,000 cells opened", answer["seconds"][0], "s", None, told),
    ]


def relabel_many(home: Path) -> list[Figure]:
    """Milliseconds from the key until 200 selected cells stand in the case, the gallery and the counts."""
    answer, _ = _child(home, "relabel", _case(home, 10_000, 0.95))
    if isinstance(answer, str):
        return [Figure("200 of 10,000 cells relabelled", None, "ms", 150.0, answer)]
    return [_frames("200 of 10,000 cells relabelled", answer, 150.0)]


def gallery(home: Path) -> list[Figure]:
    """Milliseconds of a frame of the gallery of 10,000 cells while it is scrolled and crops come in."""
    answer, _ = _child(home, "gallery", _case(home, 10_000, 0.95))
    if isinstance(answer, str):
        return [Figure("gallery frame at 10,000 cells", None, "ms", 16.0, answer)]
    return [_frames("gallery frame at 10,000 cells", answer, 16.0)]


def million(home: Path, slide: Path) -> list[Figure]:
    """Milliseconds of a frame of the slide view with 1,000,000 cells, panned and zoomed at four distances."""
    begin = time.perf_counter()
    case = _case(home, 1_000_000, WHITE_SHARE, slide)
    written = time.perf_counter() - begin
    answer, peak = _child(home, "frames", case)
    if isinstance(answer, str):
        return [Figure("frame with 1,000,000 cells", None, "ms", 16.0, answer)]
    figures = [
        _frames(f"frame with 1,000,000 cells, {far}, {how}", answer[far][how], 16.0)
        for far in (f"{distance}{turned}" for turned in ("", ", turned") for distance in DISTANCES)
        for how in ("pan", "zoom")
    ]
    return [
        *figures,
        _frames("cell under the pointer found", answer["hits"], 5.0),
        _frames("relabel of one, and the next shown", answer["edits"], None),
        Figure("case of 1,000,000 cells opened", answer["opened"], "s", None, f"written in {written:.0f} s"),
        Figure("peak memory with them", peak, "MiB", 2048.0 + _CACHE_MIB, f"{answer['grown']:.0f} for the case"),
    ]


def jumps(home: Path, slide: Path) -> list[Figure]:
    """Seconds to the first picture of a large slide in the window, and to a sharp view after a jump."""
    answer, peak = _child(home, "jumps", slide)
    if isinstance(answer, str):
        return [Figure("first picture in the window", None, "s", 1.0, answer)]
    seconds = answer["jumps"]["seconds"]
    note = f"95th percentile of {len(seconds)}, median {np.median(seconds):.2f}, worst {max(seconds):.2f}"
    return [
        Figure("first picture in the window", answer["first"], "s", 1.0, "from the wish to open the slide"),
        Figure("sharp view after a jump", float(np.percentile(seconds, 95)), "s", 0.25, note),
        Figure("peak memory of viewing", peak, "MiB", 2048.0 + _CACHE_MIB, ""),
    ]


def panning(home: Path, slide: Path, seconds: float) -> list[Figure]:
    """Stalls of the GUI thread while a large slide is analysed and panned over; memory over time; stopping."""
    answer, peak = _child(home, "panning", slide, str(seconds))
    if isinstance(answer, str):
        return [Figure("longest stall while panning", None, "ms", 50.0, answer)]
    stalls, busy = (1000 * np.array(answer[key]) for key in ("seconds", "busy"))
    memory = answer["memory"]
    half = max(len(memory) // 2, 1)
    note = f"{len(stalls)} turns in {seconds:.0f} s, 95th percentile {np.percentile(stalls, 95):.0f}, "
    note += f"most work of a turn {busy.max():.0f} ms; {answer['cells']:,} cells came"
    grown = max(memory[half:]) - max(memory[:half])
    told = f"resident; {memory[0]:.0f} at first, {memory[-1]:.0f} in the end"
    return [
        Figure("longest stall while panning", float(stalls.max()), "ms", 50.0, note),
        Figure("peak memory of it", peak, "MiB", 2048.0 + _CACHE_MIB, told),
        Figure("growth in its second half", grown, "MiB", 128.0, "the tiles' cache fills meanwhile"),
        Figure("the analysis stopped", answer["stopped"], "s", 2.0, "until the models are free"),
    ]


def clicks(home: Path, slide: Path) -> list[Figure]:
    """Seconds from a click to the outline while a large slide is analysed."""
    answer, _ = _child(home, "clicks", slide)
    name = "click to outline beside an analysis"
    if isinstance(answer, str) or not answer["seconds"]:
        return [Figure(name, None, "s", 0.3, answer if isinstance(answer, str) else "none was answered in time")]
    seconds, waits = (np.array(answer[key]) for key in ("seconds", "waits"))
    note = f"95th percentile of {len(seconds)}, median {np.median(seconds):.2f}, worst {seconds.max():.2f}; "
    note += f"of it waiting {np.percentile(waits, 95):.2f}; {answer['cells']:,} cells came meanwhile"
    return [Figure(name, float(np.percentile(seconds, 95)), "s", 0.3, note)]


def _case(home: Path, cells: int, share: float, slide: Path | None = None) -> Path:
    path = slide or drawn(home, SMALL_SIDE)
    opened = open_slide(path)
    content_hash, size = opened.content_hash, Size(opened.size.width, opened.size.height)
    opened.close()
    return write_case(home / "crowd.bvcase", path, content_hash, size, cells, share)


def _child(home: Path, what: str, *given: Path | str) -> tuple[dict[str, Any] | str, float]:
    """What the child measured, or why it did not; its peak memory, MiB."""
    out = home / f"{what}.json"
    ran = run(home, [sys.executable, str(CHILD), what, str(out), *map(str, given)])
    answer = json.loads(out.read_text()) if ran.status == 0 and out.exists() else ran.told.strip()[-300:]
    return answer, ran.peak_mib


def _frames(name: str, told: Mapping[str, Any], limit: float | None) -> Figure:
    wall, busy = (1000 * np.array(told[key]) for key in ("seconds", "busy"))
    note = f"95th percentile of {len(wall)}, offscreen; median {np.median(wall):.1f}, worst {wall.max():.0f}, "
    note += f"of it work {np.percentile(busy, 95):.1f}"
    return Figure(name, float(np.percentile(wall, 95)), "ms", limit, note)
