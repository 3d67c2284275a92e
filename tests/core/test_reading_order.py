from bloodview.core.reading_order import shuffled


def test_the_order_is_that_of_the_seed_whatever_order_the_cells_come_in() -> None:
    cells = list(range(1, 300))
    assert shuffled(cells, 5) == shuffled(reversed(cells), 5)
    assert shuffled(cells, 5) != shuffled(cells, 6)
    assert sorted(shuffled(cells, 5)) == cells


def test_some_are_drawn_from_anywhere() -> None:
    some = shuffled(range(1, 1001), 3, 200)
    assert len(set(some)) == 200
    assert 60 < sum(cell > 500 for cell in some) < 140
