"""Which cells of a case others are compared with."""

from dataclasses import replace

from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.geometry import Box
from bloodview.ui.reference_cells import MOST, candidates, origin
from tests.ui.window_support import prediction

OWN = Cell(1, 1, Kind.WBC, Box(0, 0, 9, 9), 0.9, False, "monocyte", Source.MODEL, Status.ACTIVE, prediction("monocyte"))


def test_those_of_persons_come_first_then_the_surest() -> None:
    cells = [
        replace(OWN, id=2, prediction=prediction("monocyte", 0.92)),
        replace(OWN, id=3, prediction=prediction("monocyte", 0.97)),
        replace(
            OWN, id=4, prediction=prediction("monocyte", 0.5, decided=False), source=Source.PERSON, label="lymphocyte"
        ),
    ]
    assert [c.id for c in candidates(OWN, [OWN, *cells])] == [4, 3, 2]


def test_doubtful_excluded_undecided_and_unnamed_ones_and_those_of_another_model_do_not_count() -> None:
    cells = [
        replace(OWN, id=2, prediction=prediction("monocyte", 0.6, decided=False)),
        replace(OWN, id=3, status=Status.REJECTED),
        replace(OWN, id=4, status=Status.UNDECIDED, source=Source.PERSON),
        replace(OWN, id=5, label=""),
        replace(OWN, id=6, prediction=replace(prediction("monocyte"), model_id="another")),
        replace(OWN, id=7, prediction=None, source=Source.PERSON),
        replace(OWN, id=8, kind=Kind.RBC),
    ]
    assert candidates(OWN, cells) == []


def test_they_are_bounded() -> None:
    assert len(candidates(OWN, [replace(OWN, id=i) for i in range(2, MOST + 50)])) == MOST


def test_the_origin_is_said_and_never_a_whole_hundred() -> None:
    assert origin(replace(OWN, id=2, source=Source.PERSON)) == "decided by a person"
    assert origin(replace(OWN, id=2, prediction=prediction("monocyte", 1.0))) == "named by the model, 99% sure"
