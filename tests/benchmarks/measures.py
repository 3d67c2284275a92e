"""What is measured, each in a process of its own that runs the real program on drawn pictures."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bloodview.core import next_looks
from bloodview.core.cells import Detection, FoundCell, Kind, Prediction
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.next_looks import Candidates
from bloodview.core.taxonomy import FINE
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, NewSlide
from bloodview.slides.slide import open_slide
from bloodview.slides.synthetic import ADULT, FieldSpec, draw_field
from tests.benchmarks import teaching

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("window_child.py")
THROUGHPUT = Path(__file__).with_name("throughput_child.py")

CELLS = 20_000
EMBEDDING = 704
"""Length of the default classifier's embeddings."""
PICTURES = 20


@dataclass(frozen=True)
class Figure:
    """A line of the table.

    Args:
        name: what was measured.
        value: in `unit`; None = it could not be measured.
        limit: the most it may be; None = only told.
        note: how it came about.
    """

    name: str
    value: float | None
    unit: str
    limit: float | None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return self.value is not None and (self.limit is None or self.value <= self.limit)


@dataclass(frozen=True)
class Ran:
    """A process that ended."""

    status: int
    seconds: float
    peak_mib: float
    told: str


def run(home: Path, command: list[str]) -> Ran:
    """Run a command with a user folder of its own; wall time and peak resident memory."""
    env = dict(os.environ, HOME=str(home), PYTHONPATH=str(ROOT))
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    told = home / "told.txt"
    begin = time.perf_counter()
    with told.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=env, cwd=home)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Ran(process.returncode, seconds, usage.ru_maxrss / unit, told.read_text()[-2000:])


def draw_fields(folder: Path, n: int) -> Path:
    """Fields of 640 x 480 pixels of 0.1 um with about two leukocytes each."""
    folder.mkdir()
    for seed in range(n):
        image = draw_field(FieldSpec(640, 480, 0.1, seed)).image
        cv2.imwrite(str(folder / f"{seed:03d}.png"), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return folder


def analysis(home: Path, n: int) -> list[Figure]:
    """Seconds a field and peak memory of `bloodview analyze` over a folder, the start included."""
    folder = draw_fields(home / "fields", n)
    command = [sys.executable, "-m", "bloodview", "analyze", str(folder), "--case", str(home / "fields.bvcase")]
    ran = run(home, [*command, "--device", "cpu"])
    if ran.status != 0:
        return [Figure("analysis of a 640 x 480 field", None, "s", 1.0, ran.told.strip()[-300:])]
    with Case.open(home / "fields.bvcase") as case:
        found = len(case.cells())
    note = f"{n} fields, {found} cells, {ran.seconds:.0f} s with start, CPU"
    return [
        Figure("analysis of a 640 x 480 field", ran.seconds / n, "s", 1.0, note),
        Figure("peak memory of the analysis", ran.peak_mib, "MiB", 1536.0, f"resident, over {n} fields"),
    ]


def report(home: Path) -> list[Figure]:
    """Seconds of `bloodview report` as PDF, the start included, of a case with 400 leukocytes on drawn pictures."""
    case = make_case(home, 400)
    ran = run(home, [sys.executable, "-m", "bloodview", "report", str(case), "--out", str(home / "report.pdf")])
    name = "PDF report of 400 leukocytes"
    if ran.status != 0:
        return [Figure(name, None, "s", 3.0, ran.told.strip()[-300:])]
    size = (home / "report.pdf").stat().st_size / 1024
    return [Figure(name, ran.seconds, "s", 3.0, f"start included, pictures of cells, {size:.0f} KiB")]


def throughput(home: Path) -> list[Figure]:
    """How much longer than its bare network's forward pass the classifier takes over the same crops, in one run."""
    out = home / "throughput.json"
    ran = run(home, [sys.executable, str(THROUGHPUT), str(out), "cpu"])
    if ran.status != 0 or not out.exists():
        return [Figure("classify over the bare network", None, "x", 1.67, ran.told.strip()[-300:])]
    found = json.loads(out.read_text())
    note = f"{found['whole']:.0f} against {found['bare']:.0f} crops a second, CPU: {100 / found['ratio']:.0f} %"
    return [Figure("classify over the bare network", found["ratio"], "x", 1.67, note)]


def explaining(home: Path) -> list[Figure]:
    """Seconds of one cell's map with the models loaded, and of what deletion says of it."""
    out = home / "explaining.json"
    ran = run(home, [sys.executable, str(CHILD.with_name("explain_child.py")), str(out)])
    if ran.status != 0 or not out.exists():
        return [Figure("Grad-CAM of one cell", None, "s", 0.3, ran.told.strip()[-300:])]
    found = json.loads(out.read_text())
    return [
        Figure("Grad-CAM of one cell", found["gradcam"], "s", 0.3, f"median of {found['n']}, CPU, overlay included"),
        Figure("its deletion against chance", found["deletion"], "s", None, "shown after the map"),
    ]


def training(home: Path) -> list[Figure]:
    """Own memory of an epoch over 100,000 cells, and the loop's time over a bare torch loop's, both on one core."""
    memory, loop = "memory of training, 100,000 cells", "training loop over a bare one"
    answers = []
    for name in ("memory", "loop"):
        out = home / name / "answer.json"
        out.parent.mkdir()
        ran = run(home, [sys.executable, str(CHILD.with_name("training_child.py")), name, str(out)])
        answers.append(json.loads(out.read_text()) if ran.status == 0 else ran.told.strip()[-300:])
    held, ratio = answers
    if isinstance(held, str):
        figures = [Figure(memory, None, "MiB", 1024.0, held)]
    else:
        note = f"{held['grown']:.0f} more than after the start; {held['windows'] / 1024:.1f} GiB of windows are mapped"
        figures = [Figure(memory, held["peak"], "MiB", 1024.0, f"{note}; epoch {held['seconds']:.0f} s")]
    if isinstance(ratio, str):
        return [*figures, Figure(loop, None, "x", 1.1, ratio)]
    note = f"median of {ratio['n']}, {ratio['least']:.2f} to {ratio['worst']:.2f}"
    return [*figures, Figure(loop, ratio["ratio"], "x", 1.1, note)]


def help_text(home: Path) -> list[Figure]:
    """Seconds of `bloodview --help`, the first of six left out."""
    command = [sys.executable, "-m", "bloodview", "--help"]
    runs = [run(home, command) for _ in range(6)]
    if any(r.status for r in runs):
        return [Figure("bloodview --help", None, "s", 0.5, runs[-1].told.strip()[-300:])]
    seconds = [r.seconds for r in runs[1:]]
    note = f"median of {len(seconds)}, worst {max(seconds):.2f}, first {runs[0].seconds:.2f}"
    return [Figure("bloodview --help", statistics.median(seconds), "s", 0.5, note)]


def window(home: Path) -> list[Figure]:
    """Seconds from the start of the process until the empty window is painted, best and worst of five."""
    seconds = []
    for number in range(6):
        answer = _child(home, "shown", str(home / f"shown{number}.json"))
        if isinstance(answer, str):
            return [Figure("window shown", None, "s", 2.5, answer)]
        if answer["torch"]:
            return [Figure("window shown", None, "s", 2.5, "torch was imported before the window was shown")]
        seconds.append(float(answer["seconds"]))
    note = f"median of 5, worst {max(seconds[1:]):.2f}, first {seconds[0]:.2f}; torch not imported"
    return [Figure("window shown", statistics.median(seconds[1:]), "s", 2.5, note)]


def relabel(home: Path) -> list[Figure]:
    """Milliseconds from the key's action until gallery and differential are painted, in a case of 20,000 cells."""
    case = make_case(home, CELLS)
    answer = _child(home, "relabel", str(home / "relabel.json"), str(case))
    name = f"relabel visible at {CELLS} cells"
    if isinstance(answer, str):
        return [Figure(name, None, "ms", 100.0, answer)]
    times, busy = ([1000 * t for t in answer[key]] for key in ("seconds", "busy"))
    note = f"median {statistics.median(times):.0f}, worst {max(times):.0f}, of it work {statistics.median(busy):.0f} ms"
    opened = f"{len(times)} edits; case opened in {answer['opened']:.1f} s"
    return [Figure(name, float(np.percentile(times, 95)), "ms", 100.0, f"95th percentile; {note}; {opened}")]


def looks(home: Path) -> list[Figure]:
    """Seconds to put the cells to look at next in order, among 20,000 that wait, 400 decided; median of five."""
    del home
    rng = np.random.default_rng(0)
    waiting = [_said(float(c), str(rng.choice(FINE))) for c in rng.uniform(0.4, 1.0, CELLS)]
    vectors = rng.normal(size=(next_looks.CONSIDERED, EMBEDDING)).astype(np.float32)
    known = rng.normal(size=(400, EMBEDDING)).astype(np.float32)
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        rows = next_looks.considered(waiting)
        next_looks.order(Candidates.of([waiting[r] for r in rows], vectors), known)
        seconds.append(time.perf_counter() - begin)
    note = f"median of 5, worst {max(seconds):.2f}; off the main thread"
    return [Figure(f"next looks in order at {CELLS} cells", statistics.median(seconds), "s", 0.3, note)]


def drawing(home: Path) -> list[Figure]:
    """Seconds to draw a 640 x 480 field, median of eight."""
    del home
    seconds = []
    for seed in range(8):
        begin = time.perf_counter()
        draw_field(FieldSpec(640, 480, 0.1, seed))
        seconds.append(time.perf_counter() - begin)
    return [Figure("drawing of a 640 x 480 field", statistics.median(seconds), "s", 0.5, "median of 8")]


def taught(home: Path) -> list[Figure]:
    """Seconds from the edit that makes a new class until what it says of 2,000 cells is in the case."""
    value, note = teaching.seconds(home)
    return [Figure(f"a new class over {teaching.CELLS:,} cells", value, "s", 1.0, note)]


def outlining(home: Path) -> list[Figure]:
    """Seconds from a click to the outline once the view was looked at, and of looking at it."""
    out = home / "outlining.json"
    ran = run(home, [sys.executable, str(CHILD.with_name("outline_child.py")), str(out)])
    if ran.status != 0 or not out.exists():
        return [Figure("click to outline", None, "s", 0.15, ran.told.strip()[-300:])]
    found = json.loads(out.read_text())
    note = f"95th percentile of {found['n']} clicks, median {found['median']:.3f} s, {found['cpu']:.3f} s of work each"
    kept = f"1440 x 900 px of 0.1 um, once a view, {found['kept_mib'] / 2:.0f} MiB kept"
    return [
        Figure("click to outline", found["p95"], "s", 0.15, note),
        Figure("the view's embedding", found["embedding"], "s", None, kept),
    ]


MEASURES: Mapping[str, Callable[[Path], list[Figure]]] = {
    "drawing": drawing,
    "help": help_text,
    "window": window,
    "relabel": relabel,
    "looks": looks,
    "teaching": taught,
    "throughput": throughput,
    "explaining": explaining,
    "outlining": outlining,
    "training": training,
    "report": report,
    "analysis": lambda home: analysis(home, 64),
}
"""By the name that the command line knows."""


def make_case(home: Path, n_cells: int) -> Path:
    """A case of drawn pictures with leukocytes at random places and of random classes, a fifth of them doubtful."""
    rng = np.random.default_rng(0)
    path, size = home / "many.bvcase", Size(640, 480)
    names = list(ADULT) + ["metamyelocyte", "erythroblast"]
    with Case.create(path) as case:
        for picture in sorted(draw_fields(home / "pictures", PICTURES).iterdir()):
            slide = open_slide(picture)
            cells = tuple(_cell(rng, str(rng.choice(names)), size) for _ in range(n_cells // PICTURES))
            new = NewSlide(picture, slide.content_hash, size, Scale(0.1, "red cells"))
            slide.close()
            case.apply(AddRun(new, cells, ("detector", "segmenter", "classifier"), "cpu"))
    return path


def _cell(rng: np.random.Generator, label: str, size: Size) -> FoundCell:
    x, y = rng.uniform(70, size.width - 70), rng.uniform(70, size.height - 70)
    box = Box.square((float(x), float(y)), float(rng.uniform(80, 140)))
    confidence = float(rng.uniform(0.4, 1.0))
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    outline = tuple((float(x + box.width / 2 * np.cos(t)), float(y + box.width / 2 * np.sin(t))) for t in turns)
    return FoundCell(Detection(Kind.WBC, box, 0.9), _said(confidence, label), outline, outline)


def _said(confidence: float, label: str) -> Prediction:
    rest = (1 - confidence) / (len(FINE) - 1)
    shares = tuple((name, confidence if name == label else rest) for name in FINE)
    return Prediction(label, confidence, confidence > 0.52, 0.5, shares, "classifier")


def _child(home: Path, *arguments: str) -> dict[str, Any] | str:
    """What `window_child` measured, or why it did not."""
    ran = run(home, [sys.executable, str(CHILD), repr(time.time()), *arguments])
    answer = Path(arguments[1])
    if ran.status != 0 or not answer.exists():
        return f"exit status {ran.status}: {ran.told.strip()[-300:]}"
    result: dict[str, Any] = json.loads(answer.read_text())
    return result
