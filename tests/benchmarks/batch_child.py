"""Runs a batch and says what it took: `python batch_child.py slides|memory OUT.json FOLDER WORKERS THREADS`."""

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from bloodview.batch import running as batch
from bloodview.batch.cluster import Cluster
from bloodview.core.cancel import CancelToken
from bloodview.workflows.slide_rows import SlideRow

_MARKS = (200, 1000)


def nothing(slide: Path, case: Path, _reading: batch.Reading) -> SlideRow:
    """A slide of which there is nothing to say."""
    return SlideRow(str(slide), str(case), is_done=True)


def on_one_thread(slide: Path, case: Path, reading: batch.Reading) -> SlideRow:
    """The analysis on a single thread, as each of several workers has it."""
    return batch.analyse_here(slide, case, replace(reading, threads=1))


def main() -> None:
    what, out, folder, workers, threads = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *map(int, sys.argv[4:6])
    slides, seen, held = sorted(f for f in folder.iterdir() if f.suffix in (".tif", ".png")), 0, {}

    def progress(_share: float, _text: str) -> None:
        nonlocal seen
        seen += 1
        if seen in _MARKS:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            held[str(seen)] = pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    analyse = nothing if what == "memory" else on_one_thread if threads == 1 else None
    begin = time.perf_counter()
    rows = batch.run(
        slides,
        out.with_suffix(""),
        out.with_suffix(".csv"),
        batch.Reading("cpu"),
        Cluster(workers=workers),
        CancelToken(),
        progress,
        analyse=analyse,
    )
    if not all(row.is_done for row in rows):
        raise SystemExit(f"failed: {[row.problem for row in rows if row.problem][:3]}")
    out.write_text(json.dumps({"seconds": time.perf_counter() - begin, "mib": held}), encoding="utf-8")


if __name__ == "__main__":
    main()
