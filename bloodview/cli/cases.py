"""The commands of a case: analyze, report, export, import, compare, journal, edit."""

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bloodview.cli.console import (
    DONE,
    SOME_FAILED,
    BatchOption,
    CasePath,
    ClassifierOption,
    DetectorOption,
    Device,
    DeviceOption,
    Meter,
    Paths,
    SegmenterOption,
    load,
    put,
    say,
    stoppable,
    told,
)
from bloodview.cli.editing import answers

if TYPE_CHECKING:
    from bloodview.review.case import Case


def analyze(
    paths: Paths,
    case: Annotated[Path, typer.Option("--case", metavar="FILE.bvcase", help="New, or added to.", readable=False)],
    report: Annotated[
        list[Path] | None, typer.Option("--report", metavar="FILE", show_default=False, readable=False)
    ] = None,
    device: DeviceOption = Device.AUTO,
    model: ClassifierOption = "",
    detector: DetectorOption = "",
    segmenter: SegmenterOption = "",
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
        engine = load(device, model, batch_size, detector, segmenter)
        return told(analysing.analyse_into(case, paths, engine, report or (), cancel, Meter()))


def report(
    case: CasePath,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.pdf|.html|.csv|.xlsx|.json|.hl7", readable=False)],
    laboratory: Annotated[
        str, typer.Option("--laboratory", help="Name and address at the head of the PDF.", show_default=False)
    ] = "",
    logo: Annotated[
        Path | None, typer.Option("--logo", help="PNG or JPEG beside it.", show_default=False, readable=False)
    ] = None,
) -> int:
    """Write the report of a case. What the head of the PDF lacks is taken from the settings."""
    from dataclasses import replace

    from bloodview.core.errors import UnreadableFileError
    from bloodview.core.settings import load as load_settings
    from bloodview.review.case import Case
    from bloodview.workflows import reporting

    settings = load_settings()
    settings = replace(
        settings,
        laboratory=laboratory.replace("\\n", "\n") or settings.laboratory,
        laboratory_logo=str(logo or settings.laboratory_logo),
    )
    if logo and not reporting.letterhead(settings).logo:
        raise UnreadableFileError("is no picture that can be read.", path=logo, hint="Name a PNG or JPEG file.")
    with Case.open(case, or_read=True) as opened:
        tell_of(opened)
        reporting.write_report(opened, out, settings)
    return DONE


def export(
    case: CasePath,
    format_: Annotated[str, typer.Option("--format", metavar="coco|yolo|voc|geojson|labelme|csv|crops|trainset")],
    out: Annotated[Path, typer.Option("--out", metavar="PATH", readable=False)],
    keep_names: Annotated[
        bool, typer.Option("--keep-names", help="Call pictures by their file names, which may hold a patient's.")
    ] = False,
) -> int:
    """Write the labels of a case.

    What is left out for privacy is said. voc, geojson and labelme have a file a picture, so --out is a folder.
    """
    from bloodview.review.case import Case
    from bloodview.workflows import exporting

    with Case.open(case, or_read=True) as opened:
        tell_of(opened)
        outcome = exporting.export(opened, format_, out, Meter(), keep_names=keep_names)
    Meter.clear()
    for path, sentence in outcome.warnings:
        say(f"{path}: {sentence}")
    for failure in outcome.failures:
        say(failure.reason)
    return SOME_FAILED if outcome.failures else DONE


def import_(case: CasePath, annotations: Annotated[Path, typer.Argument(metavar="ANNOTATIONS", readable=False)]) -> int:
    """Bring annotations into a case: COCO, YOLO, Pascal VOC, GeoJSON, labelme or CSV, a file or a folder of them.

    The format is told by the content. It is one edit, which undo takes back.
    """
    from bloodview.review.case import Case
    from bloodview.workflows import importing

    with Case.open(case) as opened:
        name_user(opened)
        reading = importing.import_annotations(opened, annotations)
    for path, sentence in reading.problems:
        say(f"{path}: {sentence}")
    say(f"{reading.summary}.")
    return SOME_FAILED if reading.problems else DONE


def journal(
    case: CasePath,
    verify: Annotated[
        bool, typer.Option("--verify", help="Whether it is as BloodView wrote it; status 1 if not.")
    ] = False,
    holding: Annotated[str, typer.Option("--search", metavar="TEXT", help="In what was done and by whom.")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv", show_default=False, readable=False)] = None,
) -> int:
    """Show, search, export and verify the journal: who did what, and when."""
    from bloodview.review.case import Case
    from bloodview.workflows import auditing

    with Case.open(case, or_read=True) as opened:
        tell_of(opened)
        if out:
            auditing.write_journal(opened, out, holding)
        elif not verify or holding:
            for line in auditing.journal_lines(opened, holding):
                put(line)
        if verify:
            verdict = opened.verify_journal()
            for sentence in auditing.sentences(verdict):
                say(sentence)
            return DONE if verdict.is_whole else SOME_FAILED
    return DONE


def compare(
    case: CasePath, other: Annotated[Path, typer.Argument(metavar="OTHER.bvcase|COUNTS.csv", readable=False)]
) -> int:
    """Whether two counts truly differ: of two cases, or of a case and a table with the columns class and count.

    The limits of each share are Ruemke's (CLSI H20-A2), the difference's Newcombe's.
    """
    from bloodview.workflows import comparing

    lines = comparing.compare_counts(case, other)
    for line in comparing.table_of(lines):
        put(line)
    differing = [c.title for c in lines if c.differs]
    say(f"Differ beyond chance: {', '.join(differing)}." if differing else "No class differs beyond chance.")
    return DONE


def agreement(case: CasePath) -> int:
    """How far readers of the same cells agree, with each other, with the machine and with an analyser."""
    from bloodview.core.differential import count
    from bloodview.review.case import Case
    from bloodview.workflows import reading_twice

    with Case.open(case, or_read=True) as opened:
        tell_of(opened)
        cells = opened.cells(plain_red_cells=False)
        estimate = reading_twice.random_check(cells, opened.taxonomy)
        found = reading_twice.sections(opened, estimate, count(cells, opened.taxonomy))
    for section in found:
        for line in reading_twice.lines_of(section):
            put(line)
        put("")
    if not found:
        say("No cell was read twice or blindly, and no analyser's values are kept.")
    return DONE


def name_user(opened: "Case") -> None:
    """The journal gets the name of the settings, if they say one."""
    from bloodview.core.settings import load as load_settings

    opened.who = load_settings().reviewer or opened.who


def tell_of(opened: "Case") -> None:
    """What a person should know of how the case is kept."""
    if opened.storage_note:
        say(opened.storage_note)


def edit(case: CasePath) -> int:
    """Edit a case by lines on standard input.

    list, relabel CELL CLASS, reject CELL, grade FINDING 0|1|2|3|none, undo, redo, sign NAME; each is answered once it
    is on the disk.
    """
    from bloodview.review.case import Case

    if isinstance(sys.stdin, io.TextIOWrapper):  # the same on every system, and no line ends the program
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
    with Case.open(case) as opened:
        name_user(opened)
        for line in sys.stdin:
            for answer in answers(opened, line):
                sys.stdout.write(answer + "\n")
            sys.stdout.flush()
        if opened.learning_classes():
            from bloodview.workflows import class_learning

            class_learning.refresh(opened)
    return DONE
