"""The commands of a case: analyze, report, export, edit."""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from bloodview.cli.console import (
    DONE,
    SOME_FAILED,
    BatchOption,
    CasePath,
    Device,
    DeviceOption,
    Meter,
    Paths,
    load,
    say,
    stoppable,
    told,
)
from bloodview.cli.editing import answers


def analyze(
    paths: Paths,
    case: Annotated[Path, typer.Option("--case", metavar="FILE.bvcase", help="New, or added to.", readable=False)],
    report: Annotated[
        list[Path] | None, typer.Option("--report", metavar="FILE", show_default=False, readable=False)
    ] = None,
    device: DeviceOption = Device.AUTO,
    batch_size: BatchOption = None,
) -> int:
    """Find, outline, name and count cells.

    Adds to a case that is there already, and keeps what persons decided in it.
    """
    from bloodview.workflows import analysing, reporting

    with stoppable() as cancel:
        analysing.check_case_place(case)
        for file in report or ():
            reporting.check_report_place(file)
        engine = load(device, None, batch_size)
        return told(analysing.analyse_into(case, paths, engine, report or (), cancel, Meter()))


def report(
    case: CasePath, out: Annotated[Path, typer.Option("--out", metavar="FILE.html|.csv|.json", readable=False)]
) -> int:
    """Write the report of a case."""
    from bloodview.review.case import Case
    from bloodview.workflows import reporting

    with Case.open(case) as opened:
        reporting.write_report(opened, out)
    return DONE


def export(
    case: CasePath,
    format_: Annotated[str, typer.Option("--format", metavar="coco|csv|crops")],
    out: Annotated[Path, typer.Option("--out", metavar="PATH", readable=False)],
) -> int:
    """Write the labels of a case."""
    from bloodview.review.case import Case
    from bloodview.workflows import exporting

    with Case.open(case) as opened:
        outcome = exporting.export(opened, format_, out, Meter())
    Meter.clear()
    for failure in outcome.failures:
        say(failure.reason)
    return SOME_FAILED if outcome.failures else DONE


def edit(case: CasePath) -> int:
    """Edit a case by lines on standard input.

    list, relabel CELL CLASS, reject CELL, undo, redo, sign NAME; each is answered once it is on the disk.
    """
    from bloodview.review.case import Case

    if isinstance(sys.stdin, io.TextIOWrapper):  # the same on every system, and no line ends the program
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
    with Case.open(case) as opened:
        for line in sys.stdin:
            for answer in answers(opened, line):
                sys.stdout.write(answer + "\n")
            sys.stdout.flush()
        if opened.learning_classes():
            from bloodview.workflows import class_learning

            class_learning.refresh(opened)
    return DONE
