"""A small case that holds something in every table, for tests that damage it."""

import struct
from dataclasses import replace
from pathlib import Path

from bloodview.core.cells import Kind, LearnedAnswer
from bloodview.core.geometry import Box
from bloodview.core.red_cells import Measured, RedCellShape
from bloodview.core.taxonomy import FINE, CellClass
from bloodview.review.case import Case
from bloodview.review.commands import (
    AddCell,
    AddClass,
    AddTiles,
    Amend,
    BeginRun,
    ChoosePlane,
    ClassStanding,
    DoneTile,
    ExpectPictures,
    Grade,
    ImportCells,
    ImportedCell,
    Judge,
    KeepVisited,
    MoveBox,
    Note,
    NoteGrading,
    OutsideExample,
    RecordAnswers,
    Reject,
    Relabel,
    Sign,
    TileState,
)
from bloodview.review.reading_commands import KeepAnalyser, Read
from tests.review.examples import SQUARE, found, new_case, run

OWN = CellClass("own", "Own", "leukocyte", "k", "#e377c2", "OW")
SHAPE = RedCellShape(Measured.YES, 28, 0.97, 1.1, 0.3)


def full_case(folder: Path) -> Path:
    """Two pictures, one of them half analysed; cells of all kinds; every sort of edit. Closed."""
    cells = [
        *(found(100), found(300, label="monocyte"), found(500, label="eosinophil")),
        *(replace(found(80 * i, 300, kind=Kind.RBC), shape=SHAPE) for i in range(1, 4)),
        replace(found(12.5, 400, kind=Kind.PLATELET, side=12), shape=replace(SHAPE, diameter_px=10)),
    ]
    with new_case(folder, run(*cells)) as case:
        _analyse_half(case)
        _edit(case)
        case.apply(Sign("Dr Ada", ("P 17", "1980-02-29"), (("number", "few"),)))
        case.apply(Amend("One more look."))
    return folder / "smear.bvcase"


def _analyse_half(case: Case) -> None:
    slide = replace(run().slide, path=Path("pictures/b.png"), content_hash="hash-b")
    case.apply(BeginRun(slide, ("finder-1", "wbc-1"), "cpu", "two tiles", 0.25))
    for number, state in enumerate((TileState.MONOLAYER, TileState.FAILED)):
        tile = DoneTile(number, state, Box(500 * number, 0, 500 * number + 500, 800), 4e5, "cut short" * number)
        case.apply(AddTiles("hash-b", (tile,), (found(100, 200),) if not number else ()))
    case.apply(KeepVisited("hash-a", b"\x01\x02"))
    case.apply(ChoosePlane("hash-a", 0))
    case.apply(ExpectPictures((Path("pictures/c.png"),)))


def _edit(case: Case) -> None:
    case.who = "ada"
    case.apply(Relabel((1,), "basophil"))
    case.apply(Reject((3,)))
    case.apply(Note("clots"))
    case.undo()
    case.redo()
    case.apply(MoveBox(2, Box(305, 102, 362, 161)))
    case.apply(AddCell(1, Kind.WBC, Box(700, 500, 760, 560), "", ((700, 500), (760, 500), (730, 560))))
    outlined = ImportedCell(1, 1, Kind.WBC, Box(10, 20, 40, 60), None, None, SQUARE, SQUARE)
    case.apply(ImportCells("a.json", (outlined,)))
    example = OutsideExample(b"\x01\x02", struct.pack(f"<{len(FINE)}f", 1, *[0] * (len(FINE) - 1)), "wbc-1", "b.png")
    case.apply(AddClass(OWN, learns=True, cell_ids=(2,), examples=(example,)))
    standing = ClassStanding("own", "good", 5, 6, 0, 9)
    case.apply(RecordAnswers({8: LearnedAnswer("own", 0.75, False)}, (standing,)))
    case.apply(Judge("own", accepted=(8,)))
    case.apply(Read((1,), "Bea", "basophil", hid_machine=True, hid_readers=True, seed=3))
    case.apply(KeepAnalyser("DxH", (("basophil", 3.0), ("monocyte", 4.0)), total=7))
    case.apply(Grade((("anisocytosis", 2),)))
    case.apply(NoteGrading("two populations"))
