"""The journey "200 cells corrected": no more than a key or a drag a cell, counted; all of it on the disk, undone."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from pytestqt.qtbot import QtBot

from bloodview.core.cells import FoundCell
from bloodview.core.geometry import Box, Size
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, NewSlide
from tests.ui.test_gallery import CTRL, mouse
from tests.ui.window_support import Rig, leukocyte, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
NUMBER = 200
KEYS = {
    "segmented_neutrophil": Qt.Key.Key_1,
    "eosinophil": Qt.Key.Key_3,
    "lymphocyte": Qt.Key.Key_5,
    "monocyte": Qt.Key.Key_6,
}


class Hand:
    """A person's hand, whose every key and every drag is counted."""

    def __init__(self, r: Rig) -> None:
        self.r, self.inputs = r, 0

    def press(self, key: Qt.Key) -> None:
        self.inputs += 1
        self.r.press(key)

    def drag(self, points: list[QPointF], modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.inputs += 1
        gallery = self.r.desktop.panels.gallery
        mouse(gallery, QEvent.Type.MouseButtonPress, points[0], modifiers)
        for point in points[1:]:
            mouse(gallery, QEvent.Type.MouseMove, point, modifiers)
        mouse(gallery, QEvent.Type.MouseButtonRelease, points[-1], modifiers)


def fill(r: Rig, folder: Path, number: int) -> Path:
    """A case of doubtful cells that the machine calls all alike."""

    def found(i: int) -> FoundCell:
        cell = leukocyte(20, "basophil", 0.30 + 0.002 * (i % 300), decided=False)
        x, y = 4 + 31 * (i % 20), 4 + 31 * (i // 20)
        return replace(cell, detection=replace(cell.detection, box_l0=Box(x, y, x + 28, y + 28)), cell_outline=())

    place = pictures(folder, 1)[0]
    path = folder / "case.bvcase"
    assert r.desktop.bridge.create(path)
    cells = tuple(found(i) for i in range(number))
    r.desktop.bridge.apply(AddRun(NewSlide(place, "one", Size(640, 480), None), cells, ("fake",), "cpu"))
    return path


def truth(cell_id: int) -> str:
    return list(KEYS)[cell_id % len(KEYS)]


@pytest.mark.slow
def test_two_hundred_cells_take_one_key_each_and_one_to_begin(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        path, hand = fill(r, tmp_path, NUMBER), Hand(r)
        hand.press(Qt.Key.Key_BracketRight)
        for _ in range(NUMBER):
            cell = r.desktop.desk.current
            assert cell is not None
            hand.press(KEYS[truth(cell.id)])
        assert hand.inputs == NUMBER + 1
        assert r.desktop.index.to_look_at == 0
        assert r.counts()["Basophil"] == "0"
    with Case.open(path) as case:
        assert dict(case.labels()) == {i: truth(i) for i in range(1, NUMBER + 1)}
        for _ in range(NUMBER):
            case.undo()
        assert {label for _, label in case.labels()} == {"basophil"}


def test_a_cell_is_corrected_by_pointing_and_one_key(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path, 12)
        hand, gallery = Hand(r), r.desktop.panels.gallery
        r.desktop.view.advance(False)
        for cell_id in range(1, 13):
            mouse(gallery, QEvent.Type.MouseMove, gallery.tile_rect(cell_id).center(), held=False)
            hand.press(KEYS[truth(cell_id)])
        assert hand.inputs == 12
        assert {i: r.label(i) for i in range(1, 13)} == {i: truth(i) for i in range(1, 13)}


def test_a_cell_is_corrected_by_one_drag(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path, 6)
        hand, gallery = Hand(r), r.desktop.panels.gallery
        for cell_id in range(1, 7):
            start = gallery.tile_rect(cell_id).center()
            mouse(gallery, QEvent.Type.MouseButtonPress, start)
            mouse(gallery, QEvent.Type.MouseMove, start + QPointF(30, 30))
            target = gallery.drop_rect("monocyte").center()
            mouse(gallery, QEvent.Type.MouseButtonRelease, target)
            hand.inputs += 1
        assert hand.inputs == 6
        assert {r.label(i) for i in range(1, 7)} == {"monocyte"}


def test_many_alike_take_a_lasso_and_one_key(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path, 12)
        hand, gallery = Hand(r), r.desktop.panels.gallery
        order = gallery.ordered_ids()
        hand.drag([gallery.tile_rect(i).center() for i in order], CTRL)
        assert r.desktop.desk.selected == set(order)
        hand.press(Qt.Key.Key_6)
        assert hand.inputs == 2
        assert r.counts()["Monocyte"] == "12"
