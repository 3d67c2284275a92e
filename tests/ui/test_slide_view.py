"""The slide view under hand: zoom, pan, choose, draw, correct."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.core.cells import Source, Status
from bloodview.core.geometry import Box, Scale
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.slide_view.view import SlideView
from tests.ui.slide_view_support import InlineReads, PaintedPicture, cell

SMALL, LARGE, FAR = Box(100, 100, 140, 140), Box(80, 80, 300, 300), Box(500, 350, 560, 410)


@pytest.fixture
def view(qtbot: QtBot) -> SlideView:
    view = SlideView(InlineReads())
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    view.set_slide(PaintedPicture(640, 480, Scale(0.1, "file")))
    view.set_cells([cell(1, SMALL), cell(2, LARGE), cell(3, FAR)], DEFAULT_TAXONOMY)
    view.zoom_to(1.0)
    return view


def at(view: SlideView, x_l0: float, y_l0: float) -> QPointF:
    return QPointF(*view.camera.to_view(x_l0, y_l0))


def wheel(view: SlideView, pos: QPointF, delta: int) -> None:
    event = QWheelEvent(
        pos,
        view.mapToGlobal(pos),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def mouse(
    view: SlideView,
    kind: QEvent.Type,
    pos: QPointF,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    QApplication.sendEvent(view, QMouseEvent(kind, pos, view.mapToGlobal(pos), button, held, modifiers))


def drag(
    view: SlideView,
    start: QPointF,
    end: QPointF,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    mouse(view, QEvent.Type.MouseButtonPress, start, button, modifiers)
    mouse(view, QEvent.Type.MouseMove, (start + end) / 2, button, modifiers)
    mouse(view, QEvent.Type.MouseMove, end, button, modifiers)
    mouse(view, QEvent.Type.MouseButtonRelease, end, button, modifiers)


def click(view: SlideView, pos: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    mouse(view, QEvent.Type.MouseButtonPress, pos, modifiers=modifiers)
    mouse(view, QEvent.Type.MouseButtonRelease, pos, modifiers=modifiers)


@pytest.mark.parametrize("delta", [120, -120, 15])
def test_the_wheel_zooms_and_leaves_the_point_under_the_pointer_where_it_is(view: SlideView, delta: int) -> None:
    pointer = QPointF(400, 130)
    before = view.camera.to_l0(400, 130)
    zoom = view.zoom
    for _ in range(4):
        wheel(view, pointer, delta)
    assert (view.zoom > zoom) == (delta > 0)
    assert view.camera.to_l0(400, 130) == pytest.approx(before, abs=1e-6)


def test_zoom_ends_before_the_picture_is_lost(view: SlideView) -> None:
    for _ in range(60):
        wheel(view, QPointF(600, 450), -120)
    shown = view.visible_box_l0()
    assert view.zoom >= 0.4
    assert shown.clipped(PaintedPicture(640, 480).size) is not None


def test_a_new_slide_is_shown_whole(view: SlideView) -> None:
    view.set_slide(PaintedPicture(4000, 1000))
    shown = view.visible_box_l0()
    assert shown.x0 <= 0
    assert shown.y0 <= 0
    assert shown.x1 >= 4000
    assert shown.y1 >= 1000


def test_a_fitted_picture_stays_fitted_when_the_window_grows(view: SlideView) -> None:
    view.fit()
    small = view.zoom
    view.resize(1280, 960)
    assert view.zoom > 1.9 * small


def test_a_view_that_grows_shows_no_ground_beside_the_picture(view: SlideView) -> None:
    view.resize(320, 480)
    view.zoom_to(1.2)
    view.pan_by(10_000, 0)
    view.center_on(cell(3, FAR))
    view.resize(740, 480)
    shown = view.visible_box_l0()
    assert shown.x0 >= 0
    assert shown.x1 - shown.x0 < 640
    assert shown.x1 <= 640 + 20
    view.resize(1600, 480)
    shown = view.visible_box_l0()
    assert shown.x0 + shown.x1 == pytest.approx(640), "in the middle where it cannot fill the view"


def test_where_ground_was_in_sight_the_middle_stays(view: SlideView) -> None:
    view.zoom_to(2.0)
    view.pan_by(900, 0)
    before = view.visible_box_l0().center
    view.resize(900, 600)
    assert view.visible_box_l0().center == pytest.approx(before)


def test_a_click_chooses_the_cell_whose_middle_is_nearest_for_its_size(view: SlideView) -> None:
    chosen: list[frozenset[int]] = []
    clicked: list[int] = []
    view.selection_changed.connect(chosen.append)
    view.cell_clicked.connect(clicked.append)
    click(view, at(view, 120, 120))
    click(view, at(view, 200, 200))
    click(view, at(view, 600, 20))
    assert chosen == [{1}, {2}, frozenset()]
    assert clicked == [1, 2, 0]


def test_control_adds_and_takes_away(view: SlideView) -> None:
    click(view, at(view, 120, 120))
    click(view, at(view, 530, 380), Qt.KeyboardModifier.ControlModifier)
    assert view.selected_ids() == {1, 3}
    click(view, at(view, 120, 120), Qt.KeyboardModifier.ControlModifier)
    assert view.selected_ids() == {3}


def test_shift_drag_catches_the_cells_whose_middles_lie_in_the_band(view: SlideView) -> None:
    drag(view, at(view, 60, 60), at(view, 250, 250), modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_ids() == {1, 2}


def test_choosing_from_outside_tells_nobody(view: SlideView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.selection_changed):
        view.select([1, 2, 99])
    assert view.selected_ids() == {1, 2}


def test_a_rejected_cell_gives_way_to_a_living_one_under_it(view: SlideView) -> None:
    view.update_cells([cell(1, SMALL, status=Status.REJECTED)])
    assert view.cell_at(at(view, 120, 120)).id == 2  # type: ignore[union-attr]
    view.set_shown_classes([])
    assert view.cell_at(at(view, 120, 120)) is None


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_a_drag_that_begins_on_nothing_chosen_pans(view: SlideView, button: Qt.MouseButton) -> None:
    under = view.camera.to_l0(300, 200)
    drag(view, QPointF(300, 200), QPointF(340, 170), button)
    assert view.camera.to_l0(340, 170) == pytest.approx(under)
    assert view.selected_ids() == frozenset()


def test_space_pans_even_over_a_chosen_cell(view: SlideView, qtbot: QtBot) -> None:
    view.select([3])
    qtbot.keyPress(view, Qt.Key.Key_Space)
    with qtbot.assertNotEmitted(view.box_moved):
        drag(view, at(view, 530, 380), QPointF(300, 200))
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert view.camera.to_view(530, 380) == pytest.approx((300, 200))


def test_dragging_a_chosen_cell_asks_for_its_box_moved(view: SlideView, qtbot: QtBot) -> None:
    view.select([3])
    with qtbot.waitSignal(view.box_moved) as signal:
        drag(view, at(view, 530, 380), at(view, 540, 375))
    cell_id, box = signal.args
    assert cell_id == 3
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((510, 345, 570, 405))


def test_dragging_a_corner_stretches_and_stops_at_the_border_of_the_picture(view: SlideView, qtbot: QtBot) -> None:
    view.select([3])
    with qtbot.waitSignal(view.box_moved) as signal:
        drag(view, at(view, 560, 410), at(view, 700, 430))
    box = signal.args[1]
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((500, 350, 640, 430))


def test_escape_gives_a_correction_up(view: SlideView, qtbot: QtBot) -> None:
    view.select([3])
    with qtbot.assertNotEmitted(view.box_moved):
        mouse(view, QEvent.Type.MouseButtonPress, at(view, 530, 380))
        mouse(view, QEvent.Type.MouseMove, at(view, 560, 380))
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        mouse(view, QEvent.Type.MouseButtonRelease, at(view, 560, 380))


def test_the_add_tool_draws_a_box_in_any_direction(view: SlideView, qtbot: QtBot) -> None:
    view.set_tool("add")
    with qtbot.waitSignal(view.box_drawn) as signal:
        drag(view, at(view, 130, 450), at(view, 100, 400))
    box = signal.args[0]
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((100, 400, 130, 450))


def test_a_slip_of_the_hand_draws_nothing_and_escape_leaves_the_tool(view: SlideView, qtbot: QtBot) -> None:
    view.set_tool("add")
    with qtbot.assertNotEmitted(view.box_drawn):
        drag(view, QPointF(50, 50), QPointF(58, 52))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.tool == "select"


def test_an_unknown_tool_is_refused(view: SlideView) -> None:
    with pytest.raises(ValueError, match="lasso"):
        view.set_tool("lasso")


def test_the_arrows_step_by_a_field_and_other_keys_are_left_to_the_window(view: SlideView, qtbot: QtBot) -> None:
    view.zoom_to(4.0)
    before = view.visible_box_l0()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.visible_box_l0().x0 - before.x0 == pytest.approx(0.9 * before.width)
    zoom = view.zoom
    qtbot.keyClick(view, Qt.Key.Key_1)
    assert view.zoom == zoom


def test_the_pointer_lights_up_a_cell_and_tells_where_it_is(view: SlideView) -> None:
    hovered: list[int] = []
    places: list[tuple[float, float]] = []
    view.cell_hovered.connect(hovered.append)
    view.pointer_moved.connect(lambda x, y: places.append((x, y)))
    for x, y in ((120, 120), (200, 200), (600, 20)):
        mouse(view, QEvent.Type.MouseMove, at(view, x, y), Qt.MouseButton.NoButton)
    assert hovered == [1, 2, 0]
    assert places[0] == pytest.approx((120, 120))


def test_a_cell_to_look_at_comes_to_the_middle_at_a_size_to_judge_it(view: SlideView) -> None:
    target = cell(9, Box(9000, 7000, 9040, 7040))
    view.set_slide(PaintedPicture(20000, 16000))
    view.center_on(target)
    assert view.visible_box_l0().center == pytest.approx((9020, 7020))
    assert 40 * view.zoom >= 48


def test_a_cell_seen_well_in_the_whole_picture_moves_nothing(view: SlideView) -> None:
    view.fit()
    before = view.camera
    view.center_on(cell(9, Box(10, 10, 110, 110)))
    assert view.camera == before


def test_a_cell_at_the_border_is_shown_without_ground_beside_the_picture(view: SlideView) -> None:
    view.set_slide(PaintedPicture(20000, 16000))
    view.center_on(cell(9, Box(0, 15960, 40, 16000)))
    seen, margin = view.visible_box_l0(), 12 / view.camera.zoom
    assert (seen.x0, seen.y1) == pytest.approx((-margin, 16000 + margin))


def test_a_moved_box_is_found_where_it_went(view: SlideView) -> None:
    view.update_cells([replace(cell(3, FAR), box_l0=Box(10, 400, 60, 450)), cell(4, Box(400, 20, 440, 60))])
    assert view.cell_at(at(view, 530, 380)) is None
    assert view.cell_at(at(view, 30, 420)).id == 3  # type: ignore[union-attr]
    assert view.cell_at(at(view, 420, 40)).id == 4  # type: ignore[union-attr]


def test_a_label_changed_in_place_is_painted_like_one_there_from_the_start(view: SlideView) -> None:
    view.grab()
    changed = cell(1, SMALL, "eosinophil", source=Source.PERSON)
    view.update_cells([changed])
    view.select([3])
    patched = view.grab().toImage()
    view.set_cells([changed, cell(2, LARGE), cell(3, FAR)], DEFAULT_TAXONOMY)
    assert patched == view.grab().toImage()


def test_a_dot_changed_in_place_is_painted_like_one_there_from_the_start(view: SlideView) -> None:
    cells = [cell(i, Box(40 * i, 40 * i, 40 * i + 30, 40 * i + 30)) for i in range(1, 90)]
    view.set_slide(PaintedPicture(4000, 4000))
    view.set_cells(cells, DEFAULT_TAXONOMY)
    before = view.grab().toImage()
    changed = [cell(5, cells[4].box_l0, "eosinophil"), *cells[:4], *cells[5:]]
    view.update_cells(changed[:1])
    patched = view.grab().toImage()
    view.set_cells(sorted(changed, key=lambda c: c.id), DEFAULT_TAXONOMY)
    assert patched == view.grab().toImage()
    assert patched != before


def test_overlays_switch_off_one_by_one(view: SlideView) -> None:
    shots = []
    for switches in ((True, True, True), (True, False, False), (False, True, False), (False, False, True)):
        view.set_overlays(*switches)
        shots.append(view.grab().toImage())
    view.set_overlays(False, False, False)
    plain = view.grab().toImage()
    assert all(shot != plain for shot in shots)
    view.set_cells((), DEFAULT_TAXONOMY)
    assert view.grab().toImage() == plain


def test_without_a_slide_it_says_what_to_do(view: SlideView) -> None:
    view.set_slide(None)
    view.set_empty_text("No picture open", "Drop pictures here.")
    assert view.accessibleDescription() == "No picture open Drop pictures here."
    assert view.cell_at(QPointF(10, 10)) is None
    click(view, QPointF(10, 10))
    wheel(view, QPointF(10, 10), 120)


def test_a_costly_layer_is_stretched_while_zooming_and_sharp_again_once_the_zoom_rests(
    view: SlideView, qtbot: QtBot
) -> None:
    crowd = [cell(i, Box(5 * (i % 128), 7 * (i // 128), 5 * (i % 128) + 40, 7 * (i // 128) + 40)) for i in range(8000)]
    view.set_cells(crowd, DEFAULT_TAXONOMY)
    view.grab()
    wheel(view, QPointF(300, 200), 120)
    view.grab()
    camera = view.camera
    qtbot.waitUntil(lambda: view._cells._kept is not None and view._cells._kept.camera == camera, timeout=5000)
