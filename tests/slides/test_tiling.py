import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.geometry import Box, Size
from bloodview.slides.tiling import best_level, plan, view_level, view_tile, viewport_tiles

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


@pytest.mark.parametrize(("zoom", "level"), [(4, 0), (1, 0), (0.51, 0), (0.5, 1), (0.26, 1), (0.25, 2), (0.001, 9)])
def test_the_view_level_gives_each_screen_pixel_a_tile_pixel(zoom: float, level: int) -> None:
    assert view_level(zoom) == level


def test_a_view_asks_for_the_tiles_it_shows_nearest_to_its_middle_first() -> None:
    tiles = viewport_tiles(Size(10_000, 10_000), Box(1000, 1000, 2500, 2000), 1.0, tile_px=512)
    assert {(t.column, t.row) for t in tiles} == {(c, r) for c in range(1, 5) for r in range(1, 4)}
    assert (tiles[0].column, tiles[0].row) == (3, 2)
    assert all(t.out == Size(512, 512) for t in tiles)


def test_tiles_at_the_border_show_only_what_is_there() -> None:
    tile = view_tile(Size(1000, 700), 1, 0, 0, tile_px=512)
    assert (tile.box_l0, tile.out) == (Box(0, 0, 1000, 700), Size(500, 350))


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.floats(1e-4, 8))
def test_tiles_of_a_view_cover_what_it_sees_in_bounded_number(width: int, height: int, zoom: float) -> None:
    view = Box(width / 2, height / 2, width / 2 + 1000 / zoom, height / 2 + 800 / zoom)
    tiles = viewport_tiles(Size(width, height), view, zoom)
    seen = view.clipped(Size(width, height))
    assert seen is not None
    assert len(tiles) <= 5 * 5
    covered = sum(c.width * c.height for t in tiles if (c := Box.clipped(t.box_l0, Size(width, height))) is not None)
    assert covered >= seen.width * seen.height * 0.999
    assert all(t.out.width == math.ceil(t.box_l0.width / 2**t.level) for t in tiles)


def test_a_view_beside_the_picture_asks_for_nothing() -> None:
    assert viewport_tiles(Size(100, 100), Box(200, 0, 300, 100), 1.0) == []


@pytest.mark.parametrize(("downsample", "level"), [(0.5, 0), (1, 0), (3.9, 0), (4, 1), (15, 1), (16.2, 2), (99, 2)])
def test_the_coarsest_level_that_is_fine_enough_is_read(downsample: float, level: int) -> None:
    assert best_level([1, 4, 16], downsample) == level
