"""The gallery under hand: order, choice, drag onto a class, crops."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.gallery import GalleryView
from tests.ui.slide_view_support import cell

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def box(side: float = 40.0) -> Box:
    return Box(0, 0, side, side)


def some_cells() -> list[Cell]:
    """Four lymphocytes (3 doubtful), two monocytes, a platelet, a red cell."""
    return [
        cell(1, box(30), "lymphocyte", confidence=0.99),
        cell(2, box(60), "lymphocyte", confidence=0.70),
        cell(3, box(50), "lymphocyte", confidence=0.40, decided=False),
        cell(4, box(40), "lymphocyte", confidence=0.90),
        cell(5, box(40), "monocyte", confidence=0.80),
        cell(6, box(40), "monocyte", confidence=0.95),
        cell(7, box(20), "platelet", kind=Kind.PLATELET),
        cell(8, box(40), "red_cell", kind=Kind.RBC),
    ]


@pytest.fixture
def gallery(qtbot: QtBot) -> GalleryView:
    gallery = GalleryView()
    qtbot.addWidget(gallery)
    gallery.resize(700, 700)
    gallery.show()
    gallery.set_tile_size(80)
    gallery.set_cells(some_cells(), DEFAULT_TAXONOMY)
    return gallery


def mouse(
    gallery: GalleryView, kind: QEvent.Type, pos: QPointF, modifiers: Qt.KeyboardModifier = NONE, *, held: bool = True
) -> None:
    button = Qt.MouseButton.LeftButton if held or kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
    down = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    viewport = gallery.viewport()
    QApplication.sendEvent(viewport, QMouseEvent(kind, pos, viewport.mapToGlobal(pos), button, down, modifiers))


def click(gallery: GalleryView, cell_id: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    pos = gallery.tile_rect(cell_id).center()
    mouse(gallery, QEvent.Type.MouseButtonPress, pos, modifiers)
    mouse(gallery, QEvent.Type.MouseButtonRelease, pos, modifiers)


def lift(gallery: GalleryView, cell_id: int) -> None:
    """Press on a tile and drag far enough to take the selection along."""
    pos = gallery.tile_rect(cell_id).center()
    mouse(gallery, QEvent.Type.MouseButtonPress, pos)
    mouse(gallery, QEvent.Type.MouseMove, pos + QPointF(30, 30))


def let_go(gallery: GalleryView, rect: QRectF) -> None:
    mouse(gallery, QEvent.Type.MouseMove, rect.center())
    mouse(gallery, QEvent.Type.MouseButtonRelease, rect.center())


def test_cells_stand_by_class_the_most_doubtful_first_and_red_cells_are_left_out(gallery: GalleryView) -> None:
    assert gallery.ordered_ids() == (3, 2, 4, 1, 5, 6, 7)


@pytest.mark.parametrize(("sort", "order"), [("size", (2, 3, 4, 1)), ("time", (1, 2, 3, 4)), ("doubt", (3, 2, 4, 1))])
def test_sorting_changes_the_order_within_a_class(gallery: GalleryView, sort: str, order: Sequence[int]) -> None:
    gallery.set_sort(sort)
    assert gallery.ordered_ids()[:4] == order
    assert gallery.sort == sort


def test_red_cells_are_shown_on_demand(gallery: GalleryView) -> None:
    gallery.set_shown_classes(["red_cell", "monocyte"])
    assert gallery.ordered_ids() == (5, 6, 8)
    gallery.set_shown_classes(None)
    assert 8 not in gallery.ordered_ids()


def test_a_click_chooses_control_toggles_and_shift_extends(gallery: GalleryView) -> None:
    told: list[frozenset[int]] = []
    gallery.selection_changed.connect(told.append)
    click(gallery, 2)
    click(gallery, 6, CTRL)
    click(gallery, 2, CTRL)
    click(gallery, 3)
    click(gallery, 5, SHIFT)
    assert told == [{2}, {2, 6}, {6}, {3}, {3, 2, 4, 1, 5}]
    assert gallery.selected_ids() == told[-1]


def test_a_click_on_one_of_several_chosen_chooses_that_one(gallery: GalleryView) -> None:
    gallery.select([1, 2, 3])
    click(gallery, 2)
    assert gallery.selected_ids() == {2}


def test_choosing_from_outside_tells_nobody_and_ignores_what_is_not_shown(gallery: GalleryView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(gallery.selection_changed):
        gallery.select([1, 8, 99])
    assert gallery.selected_ids() == {1}


def test_a_band_from_an_empty_place_catches_tiles_and_control_adds(gallery: GalleryView) -> None:
    row = [gallery.tile_rect(i) for i in (3, 2, 4, 1)]
    start = QPointF(row[3].right() + 60, row[3].bottom() - 4)
    for modifiers, expected in ((NONE, {4, 1}), (CTRL, {4, 1, 6})):
        gallery.select([6])
        mouse(gallery, QEvent.Type.MouseButtonPress, start, modifiers)
        mouse(gallery, QEvent.Type.MouseMove, start - QPointF(40, 5), modifiers)
        mouse(gallery, QEvent.Type.MouseMove, QPointF(row[2].left() + 5, row[2].top() + 40), modifiers)
        mouse(gallery, QEvent.Type.MouseButtonRelease, QPointF(row[2].left() + 5, row[2].top() + 40), modifiers)
        assert gallery.selected_ids() == expected


def test_dropping_the_selection_on_a_header_asks_for_the_class(gallery: GalleryView, qtbot: QtBot) -> None:
    gallery.resize(1400, 900)
    gallery.select([2, 3])
    with qtbot.waitSignal(gallery.relabel_requested) as signal:
        lift(gallery, 2)
        let_go(gallery, gallery.header_rect("platelet"))
    assert signal.args == [frozenset({2, 3}), "platelet"]


def test_an_unchosen_tile_is_chosen_by_dragging_it(gallery: GalleryView, qtbot: QtBot) -> None:
    gallery.select([2, 3])
    with qtbot.waitSignal(gallery.relabel_requested) as signal:
        lift(gallery, 5)
        let_go(gallery, gallery.drop_rect("lymphocyte"))
    assert signal.args == [frozenset({5}), "lymphocyte"]


def test_every_class_even_an_empty_one_is_a_target_while_dragging(gallery: GalleryView, qtbot: QtBot) -> None:
    assert gallery.drop_rect("basophil").isEmpty()
    lift(gallery, 5)
    visible = QRectF(gallery.viewport().rect())
    assert all(visible.contains(gallery.drop_rect(c.id)) for c in DEFAULT_TAXONOMY.classes)
    with qtbot.waitSignal(gallery.relabel_requested) as signal:
        let_go(gallery, gallery.drop_rect("basophil"))
    assert signal.args == [frozenset({5}), "basophil"]
    assert gallery.drop_rect("basophil").isEmpty()


def test_undecided_and_excluded_are_targets_of_their_own(gallery: GalleryView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(gallery.undecided_requested) as signal:
        lift(gallery, 5)
        let_go(gallery, gallery.drop_rect("~undecided"))
    assert signal.args == [frozenset({5})]
    with qtbot.waitSignal(gallery.reject_requested), qtbot.assertNotEmitted(gallery.relabel_requested):
        lift(gallery, 5)
        let_go(gallery, gallery.drop_rect("~rejected"))


def test_a_drop_beside_every_class_or_escape_changes_nothing(gallery: GalleryView, qtbot: QtBot) -> None:
    gallery.resize(700, 900)
    with qtbot.assertNotEmitted(gallery.relabel_requested):
        lift(gallery, 5)
        let_go(gallery, QRectF(300, 850, 2, 2))
        lift(gallery, 5)
        target = gallery.drop_rect("basophil")
        qtbot.keyClick(gallery, Qt.Key.Key_Escape)
        let_go(gallery, target)


def test_arrows_walk_over_class_borders_and_shift_extends(gallery: GalleryView, qtbot: QtBot) -> None:
    click(gallery, 2)
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_End):
        qtbot.keyClick(gallery, key)
        walked.append(set(gallery.selected_ids()))
    assert walked == [{4}, {2}, {6}, {7}, {5}, {7}]
    qtbot.keyClick(gallery, Qt.Key.Key_Left, SHIFT)
    assert gallery.selected_ids() == {6, 7}
    qtbot.keyClick(gallery, Qt.Key.Key_A, CTRL)
    assert len(gallery.selected_ids()) == 7


def test_class_keys_are_left_to_the_window(gallery: GalleryView, qtbot: QtBot) -> None:
    click(gallery, 2)
    with qtbot.assertNotEmitted(gallery.selection_changed):
        qtbot.keyClick(gallery, Qt.Key.Key_5)
        qtbot.keyClick(gallery, Qt.Key.Key_X)


def test_double_click_and_enter_open_a_cell_and_a_header_chooses_its_class(gallery: GalleryView, qtbot: QtBot) -> None:
    opened: list[int] = []
    gallery.cell_activated.connect(opened.append)
    mouse(gallery, QEvent.Type.MouseButtonDblClick, gallery.tile_rect(4).center())
    click(gallery, 6)
    qtbot.keyClick(gallery, Qt.Key.Key_Return)
    assert opened == [4, 6]
    mouse(gallery, QEvent.Type.MouseButtonDblClick, gallery.header_rect("monocyte").center())
    assert gallery.selected_ids() == {5, 6}


def test_the_pointer_tells_which_cell_it_is_over(gallery: GalleryView) -> None:
    hovered: list[int] = []
    gallery.hovered.connect(hovered.append)
    for pos in (gallery.tile_rect(3).center(), gallery.tile_rect(2).center(), QPointF(650, 690)):
        mouse(gallery, QEvent.Type.MouseMove, pos, held=False)
    assert hovered == [3, 2, 0]


def test_a_relabelled_cell_moves_to_its_class_and_a_confirmed_one_stays_in_its_place(gallery: GalleryView) -> None:
    gallery.select([2, 3])
    gallery.update_cells([cell(2, box(60), "monocyte", source=Source.PERSON)])
    gallery.update_cells([cell(3, box(50), "lymphocyte", confidence=0.4, source=Source.PERSON)])
    assert gallery.ordered_ids() == (3, 4, 1, 5, 6, 2, 7)
    assert gallery.selected_ids() == {2, 3}
    gallery.set_sort("doubt")
    assert gallery.ordered_ids()[:3] == (4, 1, 3)


def test_undecided_and_excluded_cells_stand_apart(gallery: GalleryView) -> None:
    gallery.update_cells([cell(3, box(50), status=Status.UNDECIDED), cell(1, box(30), status=Status.REJECTED)])
    assert gallery.ordered_ids() == (2, 4, 5, 6, 7, 3, 1)
    assert not gallery.header_rect("~rejected").isEmpty()


def test_what_is_no_longer_shown_is_no_longer_chosen(gallery: GalleryView, qtbot: QtBot) -> None:
    gallery.select([2, 5])
    with qtbot.waitSignal(gallery.selection_changed) as signal:
        gallery.set_shown_classes(["lymphocyte"])
    assert signal.args == [frozenset({2})]


def crowd(count: int) -> list[Cell]:
    return [
        cell(i, box(), ("lymphocyte", "monocyte", "basophil")[i % 3], confidence=i / count) for i in range(1, count)
    ]


def test_only_crops_in_sight_and_a_row_around_are_asked_for_and_only_once(gallery: GalleryView, qtbot: QtBot) -> None:
    asked: list[tuple[int, int]] = []
    gallery.set_crop_provider(lambda wanted, side: asked.append((wanted.id, side)))
    gallery.set_cells(crowd(3000), DEFAULT_TAXONOMY)
    qtbot.waitUntil(lambda: bool(asked), timeout=2000)
    order = gallery.ordered_ids()
    assert {i for i, _ in asked} == set(order[: len(asked)])
    assert len(asked) < 80
    assert {side for _, side in asked} == {round(80 * gallery.devicePixelRatioF())}
    first = len(asked)
    gallery.verticalScrollBar().setValue(gallery.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: len(asked) > first, timeout=2000)
    assert {i for i, _ in asked[first:]} <= set(order[-80:])
    assert len(set(asked)) == len(asked)
    assert not gallery.is_wanted(order[0])


def test_a_crop_that_came_is_kept_until_its_box_moves(gallery: GalleryView, qtbot: QtBot) -> None:
    asked: list[int] = []
    crop = QImage(80, 80, QImage.Format.Format_RGB888)
    crop.fill(Qt.GlobalColor.magenta)

    def provide(wanted: Cell, side_px: int) -> None:
        asked.append(wanted.id)
        gallery.set_crop(wanted.id, crop)

    gallery.set_crop_provider(provide)
    qtbot.waitUntil(lambda: len(asked) == 7, timeout=2000)
    shot = gallery.viewport().grab().toImage()
    assert shot.pixelColor(gallery.tile_rect(2).center().toPoint()).red() > 200
    gallery.update_cells([cell(2, Box(5, 5, 65, 65))])
    qtbot.waitUntil(lambda: len(asked) == 8, timeout=2000)
    assert asked[-1] == 2


def test_larger_tiles_keep_what_was_in_sight_and_ask_for_finer_crops(gallery: GalleryView, qtbot: QtBot) -> None:
    sides: set[int] = set()
    gallery.set_cells(crowd(3000), DEFAULT_TAXONOMY)
    gallery.verticalScrollBar().setValue(9000)
    kept = gallery.cell_at(QPointF(60, 340)) or gallery.cell_at(QPointF(60, 400))
    gallery.set_crop_provider(lambda _, side: sides.add(side))
    gallery.set_tile_size(160)
    qtbot.waitUntil(lambda: sides == {round(160 * gallery.devicePixelRatioF())}, timeout=2000)
    assert gallery.tile_rect(kept).intersects(QRectF(gallery.viewport().rect()))


def test_the_header_of_the_class_in_sight_sticks_to_the_top(gallery: GalleryView) -> None:
    gallery.set_cells(crowd(3000), DEFAULT_TAXONOMY)
    gallery.verticalScrollBar().setValue(3000)
    assert gallery.header_rect("basophil").top() == 0
    assert gallery.cell_at(QPointF(50, 10)) == 0


def test_an_empty_gallery_says_what_to_do_and_a_filtered_one_that_cells_are_hidden(gallery: GalleryView) -> None:
    gallery.set_empty_text("No cells yet", "Analyse a picture.")
    gallery.set_shown_classes(["basophil"])
    hidden = gallery.viewport().grab().toImage()
    gallery.set_cells((), DEFAULT_TAXONOMY)
    assert gallery.ordered_ids() == ()
    assert gallery.viewport().grab().toImage() != hidden


def test_what_is_chosen_is_described_for_a_screen_reader(gallery: GalleryView) -> None:
    gallery.select([3])
    assert gallery.accessibleDescription() == "7 cells, 1 selected"
