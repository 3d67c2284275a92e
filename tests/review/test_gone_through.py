"""Where persons worked on the cells of a case, and what lies around it."""

from pathlib import Path

from bloodview.core.cells import Kind
from bloodview.core.geometry import Box
from bloodview.review import gone_through
from bloodview.review.commands import AddCell, MoveBox, OutlineCell, Reject
from tests.review.examples import new_case


def test_what_a_person_rejected_moved_and_added_is_where_it_was_put(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        assert case.ask(gone_through.decided_places) == {}
        case.apply(Reject((1,)))
        case.apply(MoveBox(2, Box(400, 100, 440, 160)))
        case.apply(AddCell(1, Kind.PLATELET, Box(10, 20, 20, 40)))
        found = case.ask(gone_through.decided_places)
        assert {k: v.tolist() for k, v in found.items()} == {1: [[130, 130], [420, 130], [15, 30]]}
        ids, middles = case.ask(lambda c: gone_through.middles(c, 1))
    assert ids.tolist() == [1, 2, 3, 4], "rejected ones too"
    assert middles[2].tolist() == [530, 130]


def test_what_persons_outlined_is_told_apart_from_what_the_machine_did(tmp_path: Path) -> None:
    inner = ((315.0, 115.0), (340.0, 115.0), (340.0, 150.0))
    around = ((98.0, 98.0), (165.0, 98.0), (165.0, 165.0), (98.0, 165.0))
    with new_case(tmp_path) as case:
        assert case.ask(gone_through.own_outlines) == {}, "the machine's outlines are none"
        case.apply(OutlineCell(1, around))
        case.apply(AddCell(1, Kind.WBC, Box(10, 20, 30, 40), outline=((10, 20), (30, 20), (30, 40))))
        case.apply(AddCell(1, Kind.PLATELET, Box(10, 60, 20, 70), outline=((10, 60), (20, 60), (20, 70))))
        found = case.ask(gone_through.own_outlines)
        assert {i: (o.box_l0, o.found_l0, o.cell) for i, o in found.items()} == {
            1: (Box(98, 98, 165, 165), Box(100, 100, 160, 160), around),
            4: (Box(10, 20, 30, 40), None, ((10, 20), (30, 20), (30, 40))),
        }
        case.apply(OutlineCell(2, (), inner))
        own = case.ask(gone_through.own_outlines)[2]
        assert (own.cell, own.nucleus) == ((), inner), "the nucleus is a person's, the cell the machine's"
        case.apply(Reject((2,)))
        case.apply(MoveBox(1, Box(400, 400, 460, 460)))
        case.apply(Reject((4,)))
        assert case.ask(gone_through.own_outlines) == {}
        assert case.cells()[0].cell_outline != around
