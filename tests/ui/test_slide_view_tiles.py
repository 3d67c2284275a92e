"""The picture as tiles: what is read, in which order, and what is kept."""

import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Box
from bloodview.ui.slide_view.camera import Camera, fitted
from bloodview.ui.slide_view.tile_layer import TILE_PX, TileLayer
from tests.ui.slide_view_support import HeldReads, InlineReads, PaintedPicture

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_small_picture_is_one_tile() -> None:
    picture, layer = PaintedPicture(640, 480), TileLayer(InlineReads())
    layer.set_slide(picture)
    layer.look(Camera(), 640, 480, 1.0)
    layer.look(Camera().panned(10, 10), 640, 480, 1.0)
    assert [(box, out.width, out.height) for box, out in picture.reads] == [(Box(0, 0, 640, 480), 640, 480)]


def test_the_whole_slide_is_read_coarsely_before_anything_else() -> None:
    picture, layer = PaintedPicture(40000, 30000), TileLayer(InlineReads())
    layer.set_slide(picture)
    layer.look(Camera(20000, 15000, 1.0), 800, 600, 1.0)
    first, out = picture.reads[0]
    assert first == Box(0, 0, 40000, 30000)
    assert max(out.width, out.height) <= TILE_PX
    assert all(box.width <= TILE_PX for box, _ in picture.reads[1:])


@pytest.mark.parametrize(
    ("zoom", "ratio", "down"), [(1.0, 1.0, 1), (0.5, 1.0, 2), (0.6, 1.0, 1), (0.25, 2.0, 2), (0.26, 1.0, 2)]
)
def test_tiles_are_at_least_as_fine_as_the_screen(zoom: float, ratio: float, down: int) -> None:
    picture, layer = PaintedPicture(40000, 30000), TileLayer(InlineReads())
    layer.set_slide(picture)
    layer.look(Camera(0, 0, zoom), 500, 400, ratio)
    box, out = picture.reads[1]
    assert box.width / out.width == pytest.approx(down)


def test_only_tiles_in_sight_are_read_and_their_number_does_not_grow_with_the_slide() -> None:
    for side in (10_000, 100_000):
        picture, layer = PaintedPicture(side, side), TileLayer(InlineReads())
        layer.set_slide(picture)
        layer.look(fitted(picture.size, 1600, 1000), 1600, 1000, 1.0)
        assert len(picture.reads) <= 10


def test_the_newest_view_comes_first_and_what_was_not_begun_is_forgotten() -> None:
    jobs, picture = HeldReads(), PaintedPicture(40000, 30000)
    layer = TileLayer(jobs, at_once=1)
    layer.set_slide(picture)
    layer.look(Camera(0, 0, 1.0), 2000, 2000, 1.0)
    layer.look(Camera(30000, 20000, 1.0), 500, 500, 1.0)
    while jobs.waiting:
        jobs.answer()
    assert all(box.x0 >= 29000 and box.y0 >= 19000 for box, _ in picture.reads[1:])
    assert len(picture.reads) >= 2


def test_the_cache_stays_within_its_bytes_and_keeps_the_overview() -> None:
    budget = 6 * 4 * TILE_PX * TILE_PX
    picture = PaintedPicture(40960, 40960)
    layer = TileLayer(InlineReads(), cache_bytes=budget)
    layer.set_slide(picture)
    for x in range(0, 20000, 1000):
        layer.look(Camera(x, x, 1.0), 900, 900, 1.0)
        assert layer.cached_bytes <= budget
    assert layer.overview is not None


def test_reads_of_the_slide_before_are_dropped() -> None:
    jobs, old, new = HeldReads(), PaintedPicture(5000, 5000), PaintedPicture(300, 300)
    layer = TileLayer(jobs)
    layer.set_slide(old)
    layer.look(Camera(), 500, 500, 1.0)
    layer.set_slide(new)
    while jobs.waiting:
        jobs.answer()
    assert old.reads == []
    assert layer.cached_bytes == 0


def test_a_part_that_cannot_be_read_is_told_once_and_not_tried_again(qtbot: QtBot) -> None:
    picture, layer, reasons = PaintedPicture(5000, 5000, broken=True), TileLayer(InlineReads()), []
    layer.failed.connect(reasons.append)
    layer.set_slide(picture)
    layer.look(Camera(), 500, 500, 1.0)
    tries = len(picture.reads)
    layer.look(Camera(), 500, 500, 1.0)
    assert reasons == ["the disk is gone"]
    assert len(picture.reads) == tries


def test_parts_that_the_analysis_could_not_read_are_hatched() -> None:
    picture, layer = PaintedPicture(640, 480), TileLayer(InlineReads())
    layer.set_slide(picture)

    def painted() -> QImage:
        image = QImage(640, 480, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        layer.look(Camera(), 640, 480, 1.0)
        layer.paint(painter, Camera(), 640, 480, 1.0)
        painter.end()
        return image

    plain = painted()
    layer.failed_l0 = (Box(100, 100, 300, 200),)
    hatched = painted()
    points = [(x, y) for x in range(0, 640, 3) for y in range(0, 480, 3)]
    differs = [p for p in points if plain.pixel(*p) != hatched.pixel(*p)]
    assert len(differs) > 100
    assert all(100 <= x < 300 and 100 <= y < 200 for x, y in differs)
    layer.set_slide(picture)
    assert layer.failed_l0 == ()
