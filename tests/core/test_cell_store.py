"""Cells by column: the same as cells one by one, whatever comes, changes and goes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.cell_columns import KINDS, CellColumns, CellSet, Names
from bloodview.core.cell_store import CellStore
from bloodview.core.cells import Cell, Kind, LearnedAnswer, Prediction, Source, Status
from bloodview.core.geometry import Box

SAID = Prediction("monocyte", 0.6, False, 0.3, (("monocyte", 0.6), ("basophil", 0.4)), "m")


def cell(cell_id: int, **more: object) -> Cell:
    base = Cell(
        cell_id, 1, Kind.WBC, Box(cell_id, 0, cell_id + 9, 9), 0.9, False, "monocyte", Source.MODEL, Status.ACTIVE, SAID
    )
    return replace(base, **more)


SORTS = [
    cell(1),
    cell(2, source=Source.PERSON, label="basophil"),
    cell(3, status=Status.REJECTED),
    cell(4, kind=Kind.RBC, label="red_cell", prediction=None, touches_edge=True, box_l0=Box(0, 0, 9, 9)),
    cell(5, kind=Kind.RBC, label="", prediction=None),
    cell(6, learned=LearnedAnswer("own", 0.8, True), source=Source.LEARNED, label="own"),
    cell(7, cell_outline=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),
]


def test_the_columns_say_what_the_cells_say() -> None:
    columns = CellColumns.of(SORTS)
    for row, one in enumerate(SORTS):
        assert columns.names[columns.labels[row]] == one.label
        assert KINDS[columns.kinds[row]] is one.kind
        assert (columns.doubt[row], columns.needs_a_look[row]) == (one.doubt, one.needs_a_look)
        assert columns.counts[row] == one.counts
        assert columns.outlined[row] == bool(one.cell_outline)
        assert (columns.said[row] >= 0) == (one.prediction is not None)
    assert columns.is_plain_red.tolist() == [False, False, False, True, True, False, False]
    assert columns.waits.tolist() == [True, False, False, False, False, False, True]
    assert columns.claimed.tolist() == [one.learned is not None for one in SORTS]


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.sampled_from(Status)), max_size=50))
def test_a_store_holds_what_came_last_and_nothing_that_went(steps: list[tuple[int, bool, Status]]) -> None:
    store, held = CellStore(), dict[int, Cell]()
    for cell_id, goes, status in steps:
        if goes:
            assert store.drop((cell_id,)).ids.tolist() == ([cell_id] if cell_id in held else [])
            held.pop(cell_id, None)
            continue
        before = store.update(CellColumns.of([cell(cell_id, status=status)]))
        assert before.ids.tolist() == ([cell_id] if cell_id in held else [])
        held[cell_id] = cell(cell_id, status=status)
    expected = CellColumns.of(held.values())
    assert store.columns.ids.tolist() == expected.ids.tolist()
    assert store.columns.statuses.tolist() == expected.statuses.tolist()
    assert store.columns.boxes_l0.tolist() == expected.boxes_l0.tolist()


def test_room_for_cells_to_come_is_kept_so_that_they_cost_no_copy() -> None:
    store = CellStore()
    store.update(CellColumns.of([cell(i) for i in range(1, 101)]))
    store.update(CellColumns.of([cell(101)], store.columns.names))
    ids = store.columns.ids.base
    store.update(CellColumns.of([cell(102)], store.columns.names))
    assert store.columns.ids.base is ids
    assert store.columns.ids.tolist() == list(range(1, 103))


def test_labels_keep_their_names_when_they_come_in_other_codes() -> None:
    store, others = CellStore(), Names()
    others.code("basophil")
    store.update(CellColumns.of(SORTS))
    store.update(CellColumns.of([cell(1, label="basophil"), cell(9, label="new", prediction=None)], others))
    names = [store.columns.names[code] for code in store.columns.labels]
    assert (names[0], names[-1]) == ("basophil", "new")
    assert store.columns.said[-1] == -1


def test_rows_are_found_by_id_and_missing_ones_are_told() -> None:
    rows, there = CellColumns.of(SORTS).rows_of((3, 99, 7, 0))
    assert there.tolist() == [True, False, True, False]
    assert rows[there].tolist() == [2, 6]
    assert not CellColumns.of(()).rows_of((1,))[1].any()


def test_a_set_of_cells_at_hand_gives_them_back() -> None:
    some = CellSet.of(SORTS)
    assert some.fetch([7, 99, 1]) == [SORTS[6], SORTS[0]]
    assert CellSet.of(some) is some
    assert some.take(np.array([1, 2])).columns.ids.tolist() == [2, 3]
    with pytest.raises(IndexError):
        some.columns.take(np.array([99]))


def test_room_for_all_is_made_once_and_nothing_else_changes() -> None:
    cells = [cell(i) for i in range(1, 41)]
    roomy, plain = CellStore(), CellStore()
    for store in (roomy, plain):
        store.clear(Names())
    roomy.expect(40)
    homes = set()
    for start in range(0, 40, 8):
        part = CellColumns.of(cells[start : start + 8], roomy.columns.names)
        roomy.update(part)
        plain.update(part.named(plain.columns.names))
        homes.add(roomy.columns.ids.__array_interface__["data"][0])
        assert np.array_equal(roomy.columns.ids, plain.columns.ids)
    assert len(homes) == 1
    whole, given = CellStore(), CellColumns.of(cells)
    whole.update(given)
    whole.update(CellColumns.of([replace(cells[0], label="basophil")], given.names))
    assert given.names[given.labels[0]] == "monocyte", "what was given stays as it is"
