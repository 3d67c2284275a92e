"""Very many cells on a slide: how dense they lie, what is filtered, and that a shifted layer is one painted anew."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from bloodview.core.cell_columns import CellSet
from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.geometry import Box, Size
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.slide_view import cell_layer, cell_painter
from bloodview.ui.slide_view import view as view_module
from bloodview.ui.slide_view.camera import Camera
from bloodview.ui.slide_view.cell_layer import CellLayer
from bloodview.ui.slide_view.cell_table import CellTable
from bloodview.ui.slide_view.density import Density
from bloodview.ui.slide_view.turn import quarter_turn
from bloodview.ui.slide_view.view import SlideView
from tests.ui.slide_view_support import HeldReads, InlineReads, PaintedPicture, cell

SIDE = 4000


def crowd(count: int, *, reds: bool = True) -> list[Cell]:
    rng = np.random.default_rng(count)
    made = []
    for i, (x, y) in enumerate(rng.uniform(50, SIDE - 50, (count, 2)).tolist()):
        kind, label = (Kind.RBC, "red_cell") if reds and i % 5 else (Kind.WBC, ("monocyte", "basophil")[i % 2])
        made.append(cell(i + 1, Box.square((x, y), 40), label, kind=kind, decided=i % 3 > 0))
    return made


def painted(layer: CellLayer, camera: Camera) -> QImage:
    image = QImage(300, 200, QImage.Format.Format_ARGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    layer.paint(painter, camera, 300, 200, QFont())
    painter.end()
    return image


def difference(one: QImage, other: QImage) -> float:
    """Share of the pixels that differ."""
    a, b = (np.frombuffer(i.constBits(), np.uint32).astype(np.int64) for i in (one, other))
    return float((a != b).mean())


@pytest.mark.parametrize("zoom", [0.05, 0.3, 0.9])
def test_a_layer_shifted_under_the_camera_looks_as_painted_anew(qtbot: QtBot, zoom: float) -> None:
    cells = crowd(3000)
    layer = CellLayer(CellTable(cells, size=Size(SIDE, SIDE)), ClassMarks(DEFAULT_TAXONOMY))
    camera = Camera(400, 400, zoom)
    painted(layer, camera)
    for dx, dy in ((-200, 0), (-150, -180), (30, 175), (170, 20)):
        camera = camera.panned(dx, dy)
        anew = CellLayer(CellTable(cells, size=Size(SIDE, SIDE)), ClassMarks(DEFAULT_TAXONOMY))
        assert difference(painted(layer, camera), painted(anew, camera)) < 0.01


def test_too_many_cells_for_dots_are_shown_by_their_density(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (cell_painter, cell_layer):
        monkeypatch.setattr(module, "MOST_DOTS", 500)
    table = CellTable(crowd(3000), size=Size(SIDE, SIDE))
    layer = CellLayer(table, ClassMarks(DEFAULT_TAXONOMY))
    rows, rest, everything = layer._painter.in_sight(Box(0, 0, SIDE, SIDE), 0.04)
    assert (len(rows), rest, everything) == (0, True, True)
    rows, rest, everything = layer._painter.in_sight(Box(0, 0, 2000, 2000), 0.5)
    assert (rest, everything) == (True, False)
    assert {table.columns.kinds[row] for row in rows} == {0}, "leukocytes alone"
    rows, rest, _ = layer._painter.in_sight(Box(0, 0, 500, 500), 1.0)
    assert (set(rows.tolist()), rest) == (set(table.rows(0, 0, 500, 500).tolist()), False)
    image = painted(layer, Camera(0, 0, 0.04))
    assert image.pixelColor(80, 80) != image.pixelColor(290, 190), "the ground beside the cells is bare"


def test_a_density_counts_what_comes_and_goes() -> None:
    boxes = np.array([[x, y, x + 10, y + 10] for x in range(0, 1000, 20) for y in range(0, 500, 20)], np.float64)
    density = Density(boxes, Size(1000, 500))
    assert density.count(0, 0, 1000, 500) == len(boxes)
    assert density.count(0, 0, 495, 500) == len(boxes) / 2
    density.add(boxes[:100], -1)
    density.add(boxes[:1], +1)
    assert density.count(0, 0, 1000, 500) == len(boxes) - 99
    seen = density.seen(0, 0, 1000, 500, 40.0)
    assert seen is not None
    fullness, (x0, y0, x1, y1) = seen
    assert (fullness.min() >= 0, fullness.max()) == (True, 1.0)
    assert (x0, y0) == (0, 0)
    assert (x1, y1) >= (1000, 500)
    assert density.seen(5000, 5000, 6000, 6000, 1.0) is None
    assert Density(np.zeros((0, 4))).count(0, 0, 10, 10) == 0


def test_a_table_that_follows_changes_is_as_one_made_anew() -> None:
    cells = {c.id: c for c in crowd(200)}
    table = CellTable(cells.values(), size=Size(SIDE, SIDE))
    assert table.crowd.count(0, 0, SIDE, SIDE) == 200
    changed = [replace(cells[i], status=Status.REJECTED) for i in (3, 5)]
    changed += [replace(cells[7], box_l0=Box(10, 10, 30, 30)), cell(500, Box(60, 60, 90, 90), "monocyte")]
    assert table.update(changed)
    cells |= {c.id: c for c in changed}
    fresh = CellTable(cells.values(), size=Size(SIDE, SIDE))
    assert table.style.tolist() == fresh.style.tolist()
    for box in ((0, 0, SIDE, SIDE), (0, 0, 100, 100)):
        assert table.rows(*box).tolist() == fresh.rows(*box).tolist()
    assert table.crowd.count(0, 0, SIDE, SIDE) == fresh.crowd.count(0, 0, SIDE, SIDE)
    assert table.crowd.loud_rows(0, 0, SIDE, SIDE).tolist() == fresh.crowd.loud_rows(0, 0, SIDE, SIDE).tolist()
    assert [table.cells[row].id for row in range(3)] == [1, 2, 3]
    assert table.row_of.get(500) == 200
    assert not table.update([replace(cells[9], source=Source.PERSON)])


def test_only_doubtful_cells_and_classes_that_are_wished_are_there() -> None:
    table = CellTable(crowd(60, reds=False))
    everything = table.rows(0, 0, SIDE, SIDE)
    table.show_only(frozenset({"monocyte"}), doubtful_only=True)
    shown = [table.cells[row] for row in table.rows(0, 0, SIDE, SIDE)]
    assert {c.label for c in shown} == {"monocyte"}
    assert all(c.needs_a_look for c in shown)
    assert 0 < len(shown) < len(everything)
    table.update([replace(shown[0], source=Source.PERSON)])
    assert shown[0].id not in table.ids[table.rows(0, 0, SIDE, SIDE)]


def test_whole_cells_are_fetched_only_for_what_is_looked_at_closely(qtbot: QtBot) -> None:
    cells = crowd(2000)
    asked: list[int] = []

    def fetch(ids: Sequence[int]) -> list[Cell]:
        asked.extend(ids)
        return [cells[i - 1] for i in ids]

    view = SlideView(InlineReads())
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.set_slide(PaintedPicture(SIDE, SIDE))
    view.set_cells(CellSet(CellSet.of(cells).columns, fetch), DEFAULT_TAXONOMY)
    view.repaint()
    assert asked == []
    view.zoom_to(1.0)
    view.repaint()
    qtbot.waitUntil(lambda: bool(asked))
    seen = view.visible_box_l0()
    near = [
        c for c in cells if seen.x0 - 300 < c.box_l0.x0 < seen.x1 + 300 and seen.y0 - 300 < c.box_l0.y0 < seen.y1 + 300
    ]
    assert 0 < len(asked) <= len(near)
    asked.clear()
    view.pan_by(5, 5)
    view.repaint()
    assert asked == [], "outlines are kept"
    assert view.cell_at(QPoint(0, 0).toPointF()) is None or asked


@pytest.mark.parametrize("span", [(0, 4000), (500, 800), (3000, 3900)])
def test_a_layer_patched_where_many_cells_came_looks_as_painted_anew(qtbot: QtBot, span: tuple[float, float]) -> None:
    cells, size = crowd(800), Size(SIDE, SIDE)
    layer, camera = CellLayer(CellTable(cells, size=size), ClassMarks(DEFAULT_TAXONOMY)), Camera(400, 400, 0.4)
    painted(layer, camera)
    places = np.random.default_rng(1).uniform(*span, (300, 2)).tolist()
    new = [cell(2000 + i, Box.square((x, y), 30), "basophil") for i, (x, y) in enumerate(places)]
    layer.update(new)
    anew = CellLayer(CellTable([*cells, *new], size=size), ClassMarks(DEFAULT_TAXONOMY))
    assert difference(painted(layer, camera), painted(anew, camera)) < 0.01


def test_a_turned_layer_shifted_and_changed_looks_as_painted_anew(qtbot: QtBot) -> None:
    cells = crowd(900)
    for quarters in (1, 2, 3):
        layer, anew = (CellLayer(CellTable(cells, size=Size(SIDE, SIDE)), ClassMarks(DEFAULT_TAXONOMY)) for _ in "ab")
        camera = Camera(400, 400, 0.3)
        for each in (layer, anew):
            each.turn(quarters)
        _turned(layer, camera, quarters)
        for dx, dy in ((-200, 0), (-150, -180), (30, 175)):
            camera = camera.panned(dx, dy)
            _turned(layer, camera, quarters)
        for each in (layer, anew):
            each.update([replace(cells[0], box_l0=Box.square((camera.left_l0 + 400, camera.top_l0 + 300), 120))])
        assert difference(_turned(layer, camera, quarters), _turned(anew, camera, quarters)) < 0.01
        assert difference(_turned(layer, camera, quarters), _blank(quarters)) > 0.02


def _blank(quarters: int) -> QImage:
    image = QImage(*((200, 300) if quarters % 2 else (300, 200)), QImage.Format.Format_ARGB32)
    image.fill(0xFFFFFFFF)
    return image


def _turned(layer: CellLayer, camera: Camera, quarters: int) -> QImage:
    image = _blank(quarters)
    painter = QPainter(image)
    painter.setTransform(quarter_turn(quarters, 300, 200))
    layer.paint(painter, camera, 300, 200, QFont())
    painter.end()
    return image


def test_what_changes_while_very_many_cells_are_put_in_order_is_not_lost(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_module, "_MANY", 10)
    reads, cells = HeldReads(), crowd(40)
    view = SlideView(reads)
    qtbot.addWidget(view)
    view.set_slide(PaintedPicture(SIDE, SIDE))
    while reads.waiting:
        reads.answer()
    view.set_cells(CellSet.of(cells), DEFAULT_TAXONOMY)
    assert len(view._cells.table) == 0
    view.select([3])
    view.update_cells([replace(cells[1], label="basophil", source=Source.PERSON)])
    view.set_shown_classes(["basophil"])
    reads.answer()
    table = view._cells.table
    assert (len(table), view.selected_ids()) == (40, {3})
    assert table.look(table.row_of[2])[0] == "basophil"
    assert bool(table.hidden[table.row_of[3]]) is (table.look(table.row_of[3])[0] != "basophil")


def test_only_the_latest_cells_are_put_in_order(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_module, "_MANY", 10)
    reads = HeldReads()
    view = SlideView(reads)
    qtbot.addWidget(view)
    view.set_slide(PaintedPicture(SIDE, SIDE))
    while reads.waiting:
        reads.answer()
    view.set_cells(CellSet.of(crowd(40)), DEFAULT_TAXONOMY)
    view.set_cells(crowd(5), DEFAULT_TAXONOMY)
    while reads.waiting:
        reads.answer()
    assert len(view._cells.table) == 5
