"""What is measured of whole slides: seams, the analysis against its parts, reading against bare reads, first look."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bloodview.core.cancel import CancelToken
from bloodview.core.geometry import Box, Size
from bloodview.slides.slide import open_slide
from bloodview.slides.synthetic_slide import SlideSpec, write_slide
from tests.benchmarks.measures import Figure, run

CHILD = Path(__file__).with_name("slide_child.py")
SEAM_SIDE, PARTS_SIDE, LARGE_SIDE = 10_000, 4_096, 100_000


def _drawn(home: Path, side: int, *, is_plain: bool) -> Path:
    path = home / f"slide{side}.tif"
    write_slide(path, SlideSpec(side, side, is_plain=is_plain), CancelToken(), lambda _share, _text: None)
    return path


def _child(home: Path, what: str, slide: Path) -> tuple[dict[str, Any] | str, float]:
    """What the child measured, or why it did not; its peak memory, MiB."""
    out = home / f"{what}.json"
    ran = run(home, [sys.executable, str(CHILD), what, str(out), str(slide)])
    answer = json.loads(out.read_text()) if ran.status == 0 and out.exists() else ran.told.strip()[-300:]
    return answer, ran.peak_mib


def seams(home: Path) -> list[Figure]:
    """Percentage points by which red cells at seams are missed more, or found twice more, than inside."""
    answer, peak = _child(home, "seams", _drawn(home, SEAM_SIDE, is_plain=True))
    if isinstance(answer, str):
        return [Figure("seams, cells missed more", None, "%", 0.5, answer)]
    at, inside = answer["seam"], answer["inside"]
    missed = [100 * (1 - part["found"] / part["n"]) for part in (at, inside)]
    twice = [100 * part["twice"] / part["n"] for part in (at, inside)]
    note = f"{{:.2f}} % of {at['n']} at seams, {{:.2f}} % of {inside['n']} inside"
    return [
        Figure("seams, cells missed more", max(0.0, missed[0] - missed[1]), "%", 0.5, note.format(*missed)),
        Figure("seams, cells found twice more", max(0.0, twice[0] - twice[1]), "%", 0.5, note.format(*twice)),
        Figure("peak memory of finding them", peak, "MiB", 2048.0, f"{answer['tiles']} tiles"),
    ]


def parts(home: Path) -> list[Figure]:
    """The whole analysis over the sum of its parts, each timed within it; memory."""
    answer, peak = _child(home, "parts", _drawn(home, PARTS_SIDE, is_plain=True))
    name = "slide analysis over its bare parts"
    if isinstance(answer, str):
        return [Figure(name, None, "x", 1 / 0.7, answer)]
    spent = answer["parts"]
    note = ", ".join(f"{k} {v:.1f} s" for k, v in spent.items()) + f"; whole {answer['whole']:.1f} s"
    return [
        Figure(name, answer["whole"] / sum(spent.values()), "x", 1 / 0.7, note),
        Figure("peak memory of a slide's analysis", peak, "MiB", 2048.0, f"{answer['tiles']} tiles"),
    ]


def reading(home: Path) -> list[Figure]:
    """Planning and reading a slide's tiles over bare reads of the same regions by OpenSlide."""
    answer, _ = _child(home, "reading", _drawn(home, PARTS_SIDE, is_plain=True))
    if isinstance(answer, str):
        return [Figure("tiles read over bare OpenSlide", None, "x", 1.15, answer)]
    note = f"{answer['tiles']} tiles, {answer['planned']:.2f} against {answer['bare']:.2f} s, best of 5 in turns"
    return [Figure("tiles read over bare OpenSlide", answer["planned"] / answer["bare"], "x", 1.15, note)]


def large(home: Path, given: Path | None) -> list[Figure]:
    """Seconds to draw 100,000 x 100,000 pixels, to the first picture of it, and to a sharp view after a jump."""
    begin = time.perf_counter()
    path = given or _drawn(home, LARGE_SIDE, is_plain=False)
    drawing = time.perf_counter() - begin
    begin = time.perf_counter()
    slide = open_slide(path)
    slide.read(Box(0, 0, LARGE_SIDE, LARGE_SIDE), Size(512, 512))
    first = time.perf_counter() - begin
    jumps = []
    for i in range(40):
        x, y = 20_000 + 1_450 * i, 70_000 - 1_130 * i
        begin = time.perf_counter()
        slide.read(Box(x, y, x + 1_440, y + 900), Size(1_440, 900))
        jumps.append(time.perf_counter() - begin)
    slide.close()
    size = f"{path.stat().st_size / 2**20:.0f} MiB, tiles of one content stored once"
    return [
        *([] if given else [Figure("drawing of a large slide", drawing, "s", None, size)]),
        Figure("first picture of a large slide", first, "s", 1.0, "opened and read, no window"),
        Figure("a view of it after a jump", sorted(jumps)[37], "s", 0.25, "95th percentile of 40, read, no window"),
    ]


def slide_measures(slide: Path | None) -> Mapping[str, Callable[[Path], list[Figure]]]:
    """By the name that the command line knows; `slide` is a large one drawn before."""
    return {
        "slide_reading": reading,
        "slide_parts": parts,
        "seams": seams,
        "large_slide": lambda home: large(home, slide),
    }
