import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.geometry import Box, Size
from bloodview.slides.tiling import best_level, plan

lengths = st.integers(1, 5000)


@given(lengths, lengths, st.integers(64, 1024), st.data())
def test_every_point_of_a_picture_is_owned_by_exactly_one_tile(
    width: int, height: int, tile_px: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, tile_px // 2))
    tiles = plan(Size(width, height), tile_px, overlap)
    assert sum(t.core_l0.width * t.core_l0.height for t in tiles) == pytest.approx(width * height)
    x, y = data.draw(st.floats(0, width, exclude_max=True)), data.draw(st.floats(0, height, exclude_max=True))
    assert sum(t.owns(x, y) for t in tiles) == 1


@given(lengths, st.integers(64, 1024), st.data())
def test_tiles_are_of_one_size_inside_the_picture_and_overlap_enough(
    width: int, tile_px: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, tile_px - 1))
    if (width - overlap) / (tile_px - overlap) > 400:
        return
    row = plan(Size(width, 10), tile_px, overlap)
    assert {t.box_l0.width for t in row} == {min(width, tile_px)}
    assert row[0].box_l0.x0 == 0
    assert row[-1].box_l0.x1 == width
    for left, right in zip(row, row[1:], strict=False):
        assert left.box_l0.x1 - right.box_l0.x0 >= overlap - 1  # starts are whole pixels
        assert left.core_l0.x1 == right.core_l0.x0
        assert min(left.box_l0.x1 - left.core_l0.x1, right.core_l0.x0 - right.box_l0.x0) >= overlap / 2 - 1


def test_a_picture_smaller_than_a_tile_is_one_tile() -> None:
    (tile,) = plan(Size(300, 200), 512, 64)
    assert tile.box_l0 == tile.core_l0 == Box(0, 0, 300, 200)


def test_tiles_come_row_by_row() -> None:
    assert [(t.row, t.column) for t in plan(Size(900, 900), 500, 100)] == [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize(("tile", "overlap"), [(100, 100), (100, -1)])
def test_an_impossible_overlap_is_refused(tile: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="no tiling"):
        plan(Size(500, 500), tile, overlap)


@pytest.mark.parametrize(("downsample", "level"), [(0.5, 0), (1, 0), (3.9, 0), (4, 1), (15, 1), (16.2, 2), (99, 2)])
def test_the_coarsest_level_that_is_fine_enough_is_read(downsample: float, level: int) -> None:
    assert best_level([1, 4, 16], downsample) == level
