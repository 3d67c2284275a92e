"""What may be seen of a cell while somebody reads."""

from dataclasses import replace

import pytest

from bloodview.core.cells import Cell, LearnedAnswer, Source, Status
from bloodview.core.geometry import Box
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.veil import Veil
from tests.ui.slide_view_support import cell

BOX = Box(0, 0, 40, 40)


def decided() -> Cell:
    """A lymphocyte to the machine, a basophil to the first reader."""
    made = cell(1, BOX, "lymphocyte", confidence=0.9)
    return replace(made, label="basophil", source=Source.PERSON)


def test_without_a_reader_everything_passes() -> None:
    veil = Veil()
    assert not veil.is_on
    assert veil(decided()) == decided()
    assert veil.shows(decided())


@pytest.mark.parametrize("status", list(Status))
def test_blind_to_both_nothing_is_left_of_what_anybody_said(status: Status) -> None:
    veil = Veil()
    veil.hang((1,), hides_machine=True, hides_readers=True)
    told = replace(decided(), status=status, learned=LearnedAnswer("monocyte", 0.9, True))
    seen = veil(told)
    assert (seen.label, seen.status, seen.source) == ("", Status.ACTIVE, Source.MODEL)
    assert seen.prediction is None
    assert seen.learned is None
    assert (seen.id, seen.box_l0, seen.cell_outline) == (told.id, told.box_l0, told.cell_outline)
    assert not seen.needs_a_look


def test_a_second_readers_own_answer_is_all_that_is_seen_after_it() -> None:
    veil = Veil()
    veil.hang((1,), hides_machine=True, hides_readers=True)
    veil.know({1: ("monocyte", Status.ACTIVE)})
    seen = veil(decided())
    assert (seen.label, seen.source, seen.prediction) == ("monocyte", Source.PERSON, None)
    veil.know({1: ("", Status.UNDECIDED)})
    assert veil(decided()).status is Status.UNDECIDED


def test_blind_to_the_first_reader_alone_the_machines_word_stands() -> None:
    veil = Veil()
    veil.hang((1,), hides_machine=False, hides_readers=True)
    seen = veil(decided())
    assert (seen.label, seen.source) == ("lymphocyte", Source.MODEL)
    taught = veil(replace(decided(), learned=LearnedAnswer("monocyte", 0.9, True)))
    assert (taught.label, taught.source) == ("monocyte", Source.LEARNED)


def test_a_first_reader_sees_all_once_the_cell_is_answered() -> None:
    veil = Veil()
    veil.hang((1,), hides_machine=True, hides_readers=False)
    assert veil(decided()).label == ""
    veil.know({1: ("basophil", Status.ACTIVE)})
    assert veil(decided()) == decided()


def test_only_the_cells_to_be_read_are_shown_in_their_order() -> None:
    index = CellIndex()
    index.replace_all([cell(i, BOX, "lymphocyte") for i in (1, 2, 3)])
    veil = Veil()
    veil.hang((3, 1), hides_machine=True, hides_readers=False)
    assert [c.id for c in veil.cells(index)] == [3, 1]
    assert not veil.shows(cell(2, BOX, "lymphocyte"))
    veil.take_down()
    assert veil.shows(cell(2, BOX, "lymphocyte"))
