"""Measures the program on drawn pictures, prints a table: `python -m tests.benchmarks [NAME]...`; 1 if a limit broke.

Not collected by pytest: figures depend on the machine, which should have nothing else to do. `--slide FILE` takes a
large slide that `bloodview sample --slide 100000 --out FOLDER` drew before, `--seconds N` pans for so long.
"""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import crowds
from tests.benchmarks.batches import BATCH_MEASURES
from tests.benchmarks.measures import MEASURES, Figure
from tests.benchmarks.slides import slide_measures


def line(figure: Figure) -> str:
    """A row of the table."""
    value = "-" if figure.value is None else f"{figure.value:.2f}" if figure.value < 10 else f"{figure.value:.0f}"
    limit = "" if figure.limit is None else f"<= {figure.limit:g}"
    verdict = "ok" if figure.holds else "FAIL"
    return f"{figure.name:40}{value:>8} {figure.unit:4}{limit:>10}  {verdict:5} {figure.note}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--slide", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    slide = given.slide.absolute() if given.slide else None
    known = {**MEASURES, **slide_measures(slide), **crowds.measures(slide, given.seconds), **BATCH_MEASURES}
    names = given.names or list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.stderr.write(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}\n")
        return 2
    sys.stdout.write(f"{os.cpu_count()} CPUs, {platform.system()} {platform.machine()}, {platform.python_version()}")
    sys.stdout.write(f", load {os.getloadavg()[0]:.1f}\n" if hasattr(os, "getloadavg") else "\n")
    holds = True
    for name in names:
        with tempfile.TemporaryDirectory(prefix="bloodview-bench-") as home:
            for figure in known[name](Path(home)):
                sys.stdout.write(line(figure) + "\n")
                sys.stdout.flush()
                holds = holds and figure.holds
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
