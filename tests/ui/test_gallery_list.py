"""What a screen reader finds in the gallery: a list of tiles, each with its label, how sure it is and its place."""

import gc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.core.cells import Source, Status
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.gallery import GalleryView
from tests.ui.slide_view_support import cell
from tests.ui.test_gallery import SHIFT, box, some_cells


@pytest.fixture
def gallery(qtbot: QtBot) -> Iterator[GalleryView]:
    """Seven tiles, and somebody who listens."""
    QAccessible.setActive(True)
    made = GalleryView()
    qtbot.addWidget(made)
    made.resize(500, 500)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    made.set_tile_size(80)
    made.set_cells(some_cells(), DEFAULT_TAXONOMY)
    yield made
    QAccessible.setActive(False)


def list_of(gallery: GalleryView) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(gallery)
    assert found is not None
    return found


def heard(found: QAccessibleInterface | None) -> str:
    return found.text(QAccessible.Text.Name) if found is not None else ""


def test_every_tile_is_an_item_of_a_list(gallery: GalleryView) -> None:
    found = list_of(gallery)
    assert found.role() == QAccessible.Role.List
    assert heard(found) == "Gallery of cells"
    assert found.childCount() == len(gallery.ordered_ids()) == 7
    assert found.child(0).role() == QAccessible.Role.ListItem
    assert heard(found.child(0)) == "Lymphocyte, 40% sure, needs a look; 1 of 7"
    assert heard(found.child(6)) == "Platelet, 95% sure; 7 of 7"


def test_the_keys_lead_from_tile_to_tile_and_each_is_read_out(gallery: GalleryView, qtbot: QtBot) -> None:
    said = []
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Left):
        qtbot.keyClick(gallery, key)
        current = list_of(gallery).focusChild()
        assert current.state().focused
        assert current.state().selected
        said.append(heard(current).rpartition("; ")[2])
    assert said == ["1 of 7", "2 of 7", "7 of 7", "6 of 7"]


def test_focus_alone_chooses_nothing(gallery: GalleryView) -> None:
    gallery.clearFocus()
    gallery.setFocus()
    QApplication.processEvents()
    assert gallery.selected_ids() == frozenset()
    assert not gallery.currentIndex().isValid()


def test_all_chosen_tiles_are_told_as_chosen(gallery: GalleryView, qtbot: QtBot) -> None:
    qtbot.keyClick(gallery, Qt.Key.Key_Home)
    qtbot.keyClick(gallery, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(gallery, Qt.Key.Key_Right, SHIFT)
    found = list_of(gallery)
    assert [bool(found.child(i).state().selected) for i in range(7)] == [True] * 3 + [False] * 4


def test_a_tile_lies_where_it_is_painted(gallery: GalleryView) -> None:
    found = list_of(gallery)
    for number, cell_id in enumerate(gallery.ordered_ids()):
        place = gallery.tile_rect(cell_id).toAlignedRect()
        middle = gallery.viewport().mapToGlobal(place.center())
        assert found.child(number).rect().size() == place.size()
        assert heard(found.childAt(middle.x(), middle.y())) == heard(found.child(number))


def test_what_a_person_did_to_a_cell_is_said(gallery: GalleryView) -> None:
    first, second, third = (c for c in some_cells() if c.id in (1, 2, 4))
    gallery.update_cells(
        [
            replace(first, source=Source.PERSON),
            replace(second, status=Status.UNDECIDED),
            replace(third, status=Status.REJECTED, label=""),
        ]
    )
    said = " | ".join(heard(list_of(gallery).child(i)) for i in range(7))
    for words in ("Lymphocyte, by hand; ", "Lymphocyte, 70% sure, Undecided; ", "Excluded; 7 of 7"):
        assert words in said


def test_a_tile_is_read_out_once_and_again_when_it_is_called_otherwise(
    gallery: GalleryView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[QAccessible.Event] = []
    monkeypatch.setattr(gallery, "_tell", told.append)
    qtbot.keyClick(gallery, Qt.Key.Key_Home)
    assert told == [QAccessible.Event.Focus]
    gallery.update_cells([cell(9, box(), "monocyte", confidence=0.9)])
    assert len(told) == 1, "cells that are found meanwhile are no news of this one"
    current = next(c for c in some_cells() if c.id == gallery.ordered_ids()[0])
    gallery.update_cells([replace(current, source=Source.PERSON)])
    assert told[1:] == [QAccessible.Event.NameChanged]


def test_it_outlives_any_number_of_changes_while_somebody_listens(gallery: GalleryView, qtbot: QtBot) -> None:
    cells = [cell(i, box(), "lymphocyte", confidence=0.9) for i in range(1, 3001)]
    for turn in range(60):
        gallery.set_cells(cells[: 3000 - 40 * turn], DEFAULT_TAXONOMY)
        gallery.set_grouping("none" if turn % 2 else "class")
        found = list_of(gallery)
        held = [found.child(i) for i in range(0, 600, 20)]
        qtbot.keyClick(gallery, Qt.Key.Key_End if turn % 3 else Qt.Key.Key_Right)
        assert heard(found.focusChild())
        assert all(heard(one) for one in held)
        if turn % 20 == 0:
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            gc.collect()
