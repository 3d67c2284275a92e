"""The random check of confident labels."""

from dataclasses import replace

import pytest

from bloodview.core.cells import Cell, Kind, Prediction, Source, Status
from bloodview.core.geometry import Box
from bloodview.core.random_check import Estimate, RandomCheck, drawn
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, CellClass, Taxonomy


def cell(cell_id: int, label: str = "lymphocyte", *, decided: bool = True) -> Cell:
    said = Prediction(label, 0.99, decided, 0.5, ((label, 0.99), ("monocyte", 0.01)), "m")
    return Cell(cell_id, 1, Kind.WBC, Box(0, 0, 9, 9), 0.9, False, label, Source.MODEL, Status.ACTIVE, said)


def judged(c: Cell, label: str) -> Cell:
    return replace(c, label=label, source=Source.PERSON)


@pytest.fixture
def check() -> RandomCheck:
    made = RandomCheck()
    for i in range(1, 41):
        made.put(cell(i))
    made.put(cell(99, decided=False))
    return made


def test_cells_are_checked_in_an_order_that_looks_like_chance_and_stays(check: RandomCheck) -> None:
    order = check.next(40)
    assert sorted(order) == list(range(1, 41))
    assert order != list(range(1, 41))
    again = RandomCheck()
    for i in reversed(range(1, 41)):
        again.put(cell(i))
    assert again.next(40) == order
    assert check.next(3, among={5, 6}) == [i for i in order if i in (5, 6)]


def test_every_id_is_drawn_with_the_same_chance() -> None:
    halves = [drawn(i) < 1 << 63 for i in range(2000)]
    assert 900 < sum(halves) < 1100
    assert 300 < sum(a != b for a, b in zip(halves[::2], halves[1::2], strict=True)) < 700


def test_the_estimate_counts_wrong_labels_among_those_looked_at(check: RandomCheck) -> None:
    order = check.next(40)
    assert check.estimate == Estimate(0, 0, 40)
    assert check.estimate.in_words == ""
    for i in order[:9]:
        check.put(judged(cell(i), "lymphocyte"))
    check.put(judged(cell(order[9]), "monocyte"))
    assert check.estimate == Estimate(1, 10, 40)
    assert (
        check.estimate.in_words
        == "Random check: 1 of 10 confident labels wrong; of all 40 it may be 1.8 to 40 % (95 %)"
    )
    assert check.next(1) == [order[10]]


def test_an_error_that_was_spotted_out_of_turn_does_not_count_until_its_turn(check: RandomCheck) -> None:
    order = check.next(40)
    check.put(judged(cell(order[5]), "monocyte"))
    assert check.estimate.judged == 0
    for i in order[:5]:
        check.put(judged(cell(i), "lymphocyte"))
    assert check.estimate == Estimate(1, 6, 40)


def test_undo_takes_a_finding_back(check: RandomCheck) -> None:
    first = check.next(1)[0]
    check.put(judged(cell(first), "monocyte"))
    assert check.estimate.wrong == 1
    check.put(cell(first))
    assert check.estimate == Estimate(0, 0, 40)


def test_a_coarser_label_is_no_error_a_rejected_cell_is_and_an_undecided_one_tells_nothing(check: RandomCheck) -> None:
    order = check.next(4)
    fine = [cell(i, "segmented_neutrophil") for i in order]
    check.put(judged(fine[0], "neutrophil"))
    check.put(replace(fine[1], status=Status.REJECTED))
    check.put(replace(fine[2], status=Status.UNDECIDED))
    check.put(judged(fine[3], "band_neutrophil"))
    assert check.estimate == Estimate(2, 3, 40)


def test_a_finer_kind_that_was_taught_below_the_label_is_no_error() -> None:
    own = CellClass("vacuolated_monocyte", "Vacuolated monocyte", "monocyte", "", "#18a999", "VM")
    check = RandomCheck(Taxonomy((*DEFAULT_TAXONOMY.classes, own)))
    check.put(judged(cell(1, "monocyte"), "vacuolated_monocyte"))
    assert check.estimate == Estimate(0, 1, 1)
    check.put(judged(cell(1, "lymphocyte"), "vacuolated_monocyte"))
    assert check.estimate == Estimate(1, 1, 1)


def test_cells_that_go_or_lose_their_confidence_are_forgotten(check: RandomCheck) -> None:
    order = check.next(3)
    check.put(judged(cell(order[0]), "monocyte"))
    check.drop(order[0])
    check.put(cell(order[1], decided=False))
    assert check.next(1) == [order[2]]
    assert check.estimate == Estimate(0, 0, 38)
    check.clear()
    assert check.next(1) == []
