"""Slides opened once, crops that arrive or are dropped."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Size
from bloodview.slides.slide import Slide
from bloodview.ui.jobs import InlineJobs
from bloodview.ui.pictures import WINDOW_UM, CropReader, SlidePool, crop_box, read_crop
from tests.fakes import FakeSlide

PLACE = Path("a.png")


def cell(cell_id: int = 1, slide_id: int = 1) -> Cell:
    box = Box(100, 100, 140, 160)
    return Cell(cell_id, slide_id, Kind.WBC, box, 1.0, False, "", Source.MODEL, Status.ACTIVE, None)


class Library:
    """Opens slides and counts."""

    def __init__(self, width: int = 320, height: int = 240) -> None:
        self.size, self.opened = Size(width, height), list[Path]()

    def open(self, path: Path) -> Slide:
        self.opened.append(path)
        if path.name == "broken.png":
            raise UnreadableFileError("is broken.", path=path)
        image = np.zeros((self.size.height, self.size.width, 3), np.uint8)
        image[:, :] = (200, 100, 50)
        return FakeSlide(image, path=path)


@pytest.fixture
def library() -> Library:
    return Library()


def reader(library: Library, jobs: InlineJobs, parent: QObject) -> CropReader:
    places = {1: (PLACE, 0.1), 2: (Path("broken.png"), None)}
    return CropReader(jobs, SlidePool(library.open), places.get, parent)


def test_a_crop_shows_the_same_window_whatever_the_cell(qtbot: QtBot) -> None:
    assert crop_box(cell(), 0.1).width == pytest.approx(WINDOW_UM / 0.1)
    assert crop_box(cell(), 0.1).center == (120, 130)
    assert crop_box(cell(), None).width == pytest.approx(1.5 * 60)


def test_a_crop_over_the_border_is_transparent_there_and_nowhere_else(library: Library) -> None:
    pool = SlidePool(library.open)
    image = read_crop(pool, PLACE, Box(-10, 220, 30, 260), 40)
    assert image.pixelColor(9, 5).alpha() == 0
    assert image.pixelColor(20, 21).alpha() == 0
    assert image.pixelColor(11, 18) == QColor(200, 100, 50)
    assert not read_crop(pool, PLACE, Box(0, 0, 40, 40), 16).hasAlphaChannel()
    assert read_crop(pool, PLACE, Box(400, 0, 440, 40), 16).pixelColor(8, 8).alpha() == 0


def test_a_crop_is_square_and_in_true_colours(library: Library) -> None:
    image = read_crop(SlidePool(library.open), PLACE, Box(50, 50, 90, 90), 16)
    assert (image.width(), image.height()) == (16, 16)
    assert image.pixelColor(8, 8) == QColor(200, 100, 50)


def test_a_slide_is_opened_once_for_all_crops(qtbot: QtBot, library: Library) -> None:
    parent, jobs = QObject(), InlineJobs()
    crops = reader(library, jobs, parent)
    seen: list[int] = []
    crops.arrived.connect(lambda cell_id, image: seen.append(cell_id))
    for i in (1, 2, 3):
        crops.request(cell(i), 16)
    assert seen == [1, 2, 3]
    assert library.opened == [PLACE]
    assert crops.under_way == 0


def test_a_crop_that_cannot_be_read_says_why(qtbot: QtBot, library: Library) -> None:
    parent = QObject()
    crops = reader(library, InlineJobs(), parent)
    with qtbot.waitSignal(crops.failed) as failed:
        crops.request(cell(5, slide_id=2), 16)
    assert failed.args is not None
    assert failed.args[0] == 5
    assert "broken.png" in failed.args[1]
    crops.request(cell(6, slide_id=99), 16)
    assert crops.under_way == 0


def test_crops_out_of_sight_are_dropped(qtbot: QtBot, library: Library) -> None:
    parent, jobs = QObject(), InlineJobs(held=True)
    crops = reader(library, jobs, parent)
    seen: list[int] = []
    crops.arrived.connect(lambda cell_id, image: seen.append(cell_id) if isinstance(image, QImage) else None)
    for i in (1, 2, 3):
        crops.request(cell(i), 16)
        crops.request(cell(i), 16)
    assert crops.under_way == 3
    crops.keep_only(lambda cell_id: cell_id == 2)
    while jobs.run_next():
        pass
    assert seen == [2]


def test_a_file_that_was_replaced_is_opened_anew_when_the_pool_is_in_doubt(library: Library, tmp_path: Path) -> None:
    file, gone = tmp_path / "a.png", tmp_path / "gone.png"
    for path in (file, gone):
        path.write_bytes(b"one")
    pool = SlidePool(library.open)
    first, lost = pool.get(file), pool.get(gone)
    pool.doubt()
    assert pool.get(file) is first, "it is the same file"
    file.write_bytes(b"another")
    gone.unlink()
    assert pool.get(file) is first, "in doubt once only"
    pool.doubt()
    second = pool.get(file)
    assert second is not first
    assert pool.get(file) is second
    assert pool.get(gone) is lost, "what cannot be asked stays as it was"
    pool.close()


def test_the_pool_lets_the_longest_unused_go(library: Library) -> None:
    big = Library(4000, 4000)
    pool = SlidePool(big.open)
    names = [Path(f"{i}.png") for i in range(6)]
    for name in names:
        pool.get(name)
    pool.get(names[-1])
    assert big.opened == names, "the latest is still open"
    pool.get(names[0])
    assert big.opened[-1] == names[0], "the first was let go"
    pool.close()
