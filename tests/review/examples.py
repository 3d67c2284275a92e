"""Small cases with known cells, for the tests of this room."""

from pathlib import Path

from bloodview.core.cells import Detection, FoundCell, Kind, Prediction
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import FINE
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, NewSlide

SIZE = Size(1000, 800)
SQUARE = ((10.5, 20.0), (40.0, 20.25), (40.0, 60.0))


def prediction(label: str = "lymphocyte", confidence: float = 0.75, model_id: str = "wbc-1") -> Prediction:
    """Sure of one class to an extent that float32 holds exactly, the rest spread over two others."""
    rest = (1 - confidence) / 2
    others = [name for name in FINE if name != label][:2]
    shares = {label: confidence, others[0]: rest, others[1]: rest}
    return Prediction(label, confidence, True, 0.5, tuple((name, shares.get(name, 0.0)) for name in FINE), model_id)


def found(
    x: float,
    y: float = 100,
    label: str = "lymphocyte",
    *,
    kind: Kind = Kind.WBC,
    side: float = 60,
    confidence: float = 0.75,
    touches_edge: bool = False,
) -> FoundCell:
    """A cell with its left upper corner at (x, y)."""
    return FoundCell(
        Detection(kind, Box(x, y, x + side, y + side), 0.5, touches_edge),
        prediction(label, confidence) if kind is Kind.WBC else None,
        SQUARE if kind is Kind.WBC else (),
        SQUARE[:2] if kind is Kind.WBC else (),
        b"\x01\x02" if kind is Kind.WBC else b"",
    )


def run(*cells: FoundCell, content_hash: str = "hash-a", name: str = "a.png") -> AddRun:
    """An analysis of one slide."""
    slide = NewSlide(Path("pictures") / name, content_hash, SIZE, Scale(0.25, "red cells"))
    return AddRun(slide, cells, ("finder-1", "wbc-1"), "cpu", (Box(0, 0, 10, 10),))


def three_cells() -> AddRun:
    """Cells 1 lymphocyte, 2 monocyte, 3 eosinophil, far apart."""
    return run(found(100), found(300, label="monocyte"), found(500, label="eosinophil"))


def new_case(folder: Path, *runs: AddRun) -> Case:
    """A case of these analyses, or of `three_cells`."""
    case = Case.create(folder / "smear.bvcase")
    for one in runs or (three_cells(),):
        case.apply(one)
    return case


def dump(case: Case) -> tuple[object, ...]:
    """Everything of a case that a person can see, but for the journal."""
    remarks = [note.text for note in case.notes()]
    signed = case.signature.name if case.signature else None
    read = [(r.cell_id, r.who, r.answer, r.is_consensus) for r in case.beside.readings()]
    taught = (case.outside_examples(), case.scores(), case.learning_classes())
    grading = case.grading()
    beside = (remarks, signed, read, case.beside.analyser(), taught, dict(grading.grades), grading.note)
    return case.cells(), case.labels(), case.label_counts(), case.taxonomy.classes, beside, case.slides()
