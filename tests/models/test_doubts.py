"""Examples that contradict the others, and copies."""

import numpy as np

from bloodview.models.doubts import copies, doubts
from bloodview.models.seen import Examples, Seen
from tests.models.drawn_cells import OLD, cells, rest


def given(*kinds: str) -> Examples:
    return Examples(cells(list(kinds), seed=5, apart=9), ("mine",) * len(kinds), tuple(range(10, 10 + len(kinds))))


def test_the_one_of_another_kind_is_named_with_what_it_is_like() -> None:
    (doubt,) = doubts(given(*["monocyte"] * 5, "eosinophil"), rest(), OLD)
    assert (doubt.cell, doubt.name) == (15, "mine")
    assert "most like eosinophil" in doubt.why


def test_all_of_the_smaller_part_are_named() -> None:
    found = doubts(given(*["monocyte"] * 5, *["lymphocyte"] * 3), rest(), OLD)
    assert {d.cell for d in found} == {15, 16, 17}


def test_of_two_kinds_alike_all_are_named() -> None:
    found = doubts(given(*["monocyte"] * 3, *["lymphocyte"] * 3), rest(), OLD)
    assert [d.cell for d in found] == list(range(10, 16))
    assert all("two kinds" in d.why for d in found)


def test_what_belongs_together_is_not_doubted() -> None:
    assert not doubts(given(*["monocyte"] * 6), rest(), OLD)
    assert not doubts(given("monocyte"), rest(), OLD)


def test_without_reference_cells_nothing_is_doubted() -> None:
    assert not doubts(given("monocyte", "lymphocyte"), None, OLD)


def test_copies_point_to_the_first_of_them() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 50)).astype(np.float32)
    assert copies(np.stack([a, b, a + 1e-4, b, a])) == (0, 1, 0, 1, 0)
    assert copies(np.zeros((0, 5), np.float32)) == ()
    assert len(Seen(np.zeros((0, 2), np.float32), np.zeros((0, 5), np.float32))) == 0
