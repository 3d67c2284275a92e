"""The slide viewer: picture, cells over it, scale bar; zoom at the pointer, pan, select, correct, draw.

A plain widget with a camera instead of a QGraphicsView: scroll bars there round to whole pixels, so that a point would
drift from the pointer while zooming, and one painted layer of cells stays fluid where 20,000 items do not.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QWidget

from bloodview.core.cell_columns import CellSet
from bloodview.core.cells import Cell
from bloodview.core.geometry import Box, Scale
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.empty_hint import paint_hint
from bloodview.ui.language import tr
from bloodview.ui.slide_view.cell_layer import CellLayer
from bloodview.ui.slide_view.cell_painter import Overlays, view_rect
from bloodview.ui.slide_view.cell_table import CellTable
from bloodview.ui.slide_view.heat_layer import HeatLayer
from bloodview.ui.slide_view.magnification import in_words
from bloodview.ui.slide_view.ordering import Ordering
from bloodview.ui.slide_view.scale_bar import bar_for, paint_bar, small_font
from bloodview.ui.slide_view.stage import FIT_MARGIN_PX, Stage
from bloodview.ui.slide_view.tile_layer import Picture, Reads
from bloodview.ui.slide_view.tools import CURSORS, BoxDrag, Drag, EditDrag, PanDrag, Tool, grip_at, paint_grips

_CLICK_PX = 4.0
_SLACK_PX = 3.0
_REFINE_MS = 90
_MANY = 100_000
"""Cells that take longer to put in order than a window may stand still."""
FIELD_STEP = 0.9
"""Of a view's side, to the next field: neighbours overlap by a tenth."""


class SlideView(Stage):
    """Shows a slide with its cells.

    Signals:
        cell_clicked: id of a clicked cell, 0 for none.
        selection_changed: frozenset of ids, when the person changes it here.
        cell_hovered: id of the cell under the pointer, 0 for none.
        pointer_moved: level-0 position of the pointer.
        box_drawn: a new Box, level-0 pixels, with the add tool.
        box_moved: id and corrected Box, level-0 pixels; the view waits for the cell to come back changed.
        tool_changed: name of the tool.
    """

    cell_clicked = Signal(int)
    selection_changed = Signal(object)
    cell_hovered = Signal(int)
    pointer_moved = Signal(float, float)
    box_drawn = Signal(object)
    box_moved = Signal(int, object)
    tool_changed = Signal(str)

    def __init__(self, jobs: Reads, parent: QWidget | None = None) -> None:
        super().__init__(jobs, parent)
        self._cells = CellLayer(CellTable(()), ClassMarks(DEFAULT_TAXONOMY))
        self._ordering = Ordering(jobs)
        self.heat = HeatLayer(self.update)
        self._shown: frozenset[str] | None = None
        self._doubtful_only = False
        self._hovered = 0
        self._tool = Tool.SELECT
        self._drag: Drag | None = None
        self._press: tuple[QPointF, Callable[[QPointF], Drag | None]] | None = None
        self._space_held = False
        self._empty = (tr("No slide open"), "")
        self._refine = QTimer(self, singleShot=True, interval=_REFINE_MS)
        self._refine.timeout.connect(self._on_zoom_rested)
        self.setAccessibleName(tr("Slide"))
        self._describe()

    # What is shown

    def set_slide(self, slide: Picture | None) -> None:
        """Show another slide, fitted, without cells; None shows the hint."""
        self._drag = self._press = None
        self.heat.clear()
        self.set_cells((), self._cells.marks.taxonomy)
        self._put(slide)
        self._describe()

    def set_scale(self, scale: Scale | None, failed_l0: Sequence[Box] = ()) -> None:
        """What the analysis knows of the slide: its scale, and the parts that could not be read; after `set_slide`."""
        self._scale = scale
        self._tiles.failed_l0 = tuple(failed_l0)
        self.display.dirty()
        self.update()
        self.picture_changed.emit()

    def set_cells(self, cells: Iterable[Cell] | CellSet, taxonomy: Taxonomy) -> None:
        """Replace all cells, very many of them a moment later; the selection keeps those that remain."""

        def put(table: CellTable) -> None:
            overlays, selected = self._cells.overlays, self._cells.selected
            marks = self._cells.marks if taxonomy is self._cells.marks.taxonomy else ClassMarks(taxonomy)
            self._cells = CellLayer(table, marks)
            self._cells.overlays = overlays
            self._cells.turn(self.turn.quarters)
            self._cells.selected = table.known(selected)
            self._hovered = self._hovered if self._hovered in self._cells.table.row_of else 0
            self._describe()
            self.update()

        size = self._slide.size if self._slide is not None else None
        make = partial(CellTable, cells, self._shown, doubtful_only=self._doubtful_only, size=size)
        self._ordering.order(make, put, aside=isinstance(cells, CellSet) and len(cells) >= _MANY)

    def update_cells(self, cells: Iterable[Cell] | CellSet, expected: int = 0) -> None:
        """Take newer versions of cells; unknown ones are added, `expected` of them in all if they come in parts."""
        given = cells if isinstance(cells, CellSet) else list(cells)
        self._ordering.again(lambda: self.update_cells(given))
        if expected:
            self._cells.table.expect(expected)
        self._cells.update(given)
        self._describe()
        self.update()

    def set_overlays(self, boxes: bool, outlines: bool, labels: bool) -> None:  # noqa: FBT001 - three switches
        """Show or hide what lies over the picture."""
        self._cells.overlays = Overlays(boxes, outlines, labels)
        self.update()

    def set_shown_classes(self, class_ids: Iterable[str] | None, *, doubtful_only: bool = False) -> None:
        """Show the cells of these classes only (None: of all), or of them only those that wait for a look."""
        self._shown, self._doubtful_only = None if class_ids is None else frozenset(class_ids), doubtful_only
        self._cells.show_only(self._shown, doubtful_only=doubtful_only)
        shown = self._shown
        self._ordering.again(lambda: self.set_shown_classes(shown, doubtful_only=doubtful_only))
        self.update()

    def set_empty_text(self, title: str, hint: str = "") -> None:
        """What stands here while no slide is open."""
        self._empty = (title, hint)
        self._describe()
        self.update()

    def select(self, cell_ids: Iterable[int]) -> None:
        """Select cells from outside; emits nothing."""
        wanted = frozenset(cell_ids)
        self._cells.selected = self._cells.table.known(wanted)
        self._ordering.again(lambda: self.select(wanted))
        self.update()

    def selected_ids(self) -> frozenset[int]:
        """The selected cells."""
        return self._cells.selected

    # Where it looks

    def center_on(self, cell: Cell) -> None:
        """Bring a cell near enough to be judged, and to the middle as far as the picture still fills the view."""
        if self._slide is None:
            return
        side = max(cell.box_l0.width, cell.box_l0.height)
        on_screen = side * self._camera.zoom
        room = min(self.turn.room)
        if on_screen < 48 or on_screen > 0.8 * room:
            wanted = min(room / 4, 160.0) if on_screen < 48 else 0.6 * room
            self.zoom_to(wanted / side * self.devicePixelRatioF())
        middle = self._camera.centered(*cell.box_l0.center, *self.turn.room)
        stays = self._is_fitted and on_screen >= 48
        if not stays:
            self._look(middle.filling(self._slide.size, *self.turn.room, FIT_MARGIN_PX))

    def turn_to(self, quarters: int) -> None:
        """Turn the picture to so many quarters clockwise; labels stay upright."""
        self._cells.turn(quarters % 4)
        super().turn_to(quarters)

    # Tools

    def set_tool(self, name: str) -> None:
        """Choose "select" (click selects, drag pans or corrects) or "add" (drag draws a new cell's box)."""
        tool = Tool(name)
        self._drag = self._press = None
        if tool is not self._tool:
            self._tool = tool
            self.tool_changed.emit(tool.value)
        self._show_cursor(None)
        self.update()

    @property
    def tool(self) -> str:
        """Name of the present tool."""
        return self._tool.value

    def on_box_drawn(self, box_l0: Box) -> None:
        """A new box was drawn: hand over what lies inside the picture."""
        inside = box_l0.clipped(self._slide.size) if self._slide is not None else None
        if inside is not None:
            self.box_drawn.emit(inside)

    def on_box_corrected(self, cell_id: int, box_l0: Box) -> None:
        """A box was corrected: hand over what lies inside the picture."""
        inside = box_l0.clipped(self._slide.size) if self._slide is not None else None
        if inside is not None:
            self.box_moved.emit(cell_id, inside)

    def on_band_caught(self, box_l0: Box) -> None:
        """Add the cells whose middles lie in a band to the selection."""
        table = self._cells.table
        rows = table.rows(box_l0.x0, box_l0.y0, box_l0.x1, box_l0.y1)
        x, y = ((table.boxes[rows, i] + table.boxes[rows, i + 2]) / 2 for i in (0, 1))
        caught = rows[(x >= box_l0.x0) & (x <= box_l0.x1) & (y >= box_l0.y0) & (y <= box_l0.y1)]
        self._choose(self._cells.selected | frozenset(table.ids[caught].tolist()))

    def cell_at(self, pos: QPointF) -> Cell | None:
        """The cell under a point of the view."""
        if self._slide is None:
            return None
        x, y = self._camera.to_l0(pos.x(), pos.y())
        return self._cells.table.at(x, y, _SLACK_PX / self._camera.zoom)

    def _choose(self, ids: Iterable[int]) -> None:
        chosen = frozenset(ids)
        if chosen != self._cells.selected:
            self._cells.selected = chosen
            self.update()
            self.selection_changed.emit(chosen)

    def _editable(self) -> tuple[Cell, QRectF] | None:
        """The one selected cell with its place in the view: only that can be corrected."""
        if len(self._cells.selected) != 1 or self._tool is not Tool.SELECT:
            return None
        row = self._cells.table.row_of.get(next(iter(self._cells.selected)))
        cell = self._cells.table.cell(row) if row is not None else None
        return (cell, view_rect(self._cells.table.boxes[row], self._camera)) if cell is not None else None

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember what a drag from here would mean; a click is known on release."""
        pos = self.turn.upright(event.position())
        if self._slide is None:
            return
        if event.button() == Qt.MouseButton.MiddleButton or (
            self._space_held and event.button() == Qt.MouseButton.LeftButton
        ):
            self._drag = PanDrag(self, pos)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            held_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._press = (pos, lambda start: self._drag_from(start, bands=held_shift))

    def _drag_from(self, start: QPointF, *, bands: bool) -> Drag:
        if self._tool is Tool.ADD:
            return BoxDrag(self, start, catches=False)
        if bands:
            return BoxDrag(self, start, catches=True)
        held = self._editable()
        if held is not None:
            cell, rect = held
            grip = grip_at(rect, start)
            if grip is not None:
                return EditDrag(self, start, cell.id, cell.box_l0, grip)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        return PanDrag(self, start)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or light up what is under the pointer."""
        pos = self.turn.upright(event.position())
        if self._slide is None:
            return
        self.pointer_moved.emit(*self._camera.to_l0(pos.x(), pos.y()))
        if self._press is not None and (pos - self._press[0]).manhattanLength() > _CLICK_PX:
            start, begin = self._press
            self._drag, self._press = begin(start), None
        if self._drag is not None:
            self._drag.move(pos)
            self.update()
        else:
            self._hover(pos)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or click."""
        pos = self.turn.upright(event.position())
        drag, press = self._drag, self._press
        self._drag = self._press = None
        if drag is not None:
            drag.release()
            self.update()
        elif press is not None and self._tool is Tool.SELECT:
            self._click(pos, event.modifiers())
        self._hover(pos)

    def _click(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        cell = self.cell_at(pos)
        adds = modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if cell is not None:
            self._choose(self._cells.selected ^ {cell.id} if adds else {cell.id})
        elif not adds:
            self._choose(())
        self.cell_clicked.emit(cell.id if cell is not None else 0)

    def _hover(self, pos: QPointF) -> None:
        cell = self.cell_at(pos)
        self._set_hovered(cell.id if cell is not None else 0)
        self._show_cursor(pos)

    def _set_hovered(self, cell_id: int) -> None:
        if cell_id != self._hovered:
            self._hovered = cell_id
            self.cell_hovered.emit(cell_id)
            self.update()

    def _show_cursor(self, pos: QPointF | None) -> None:
        held = self._editable()
        grip = grip_at(held[1], pos) if held is not None and pos is not None else None
        if self._space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._tool is Tool.ADD:
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif grip is not None:
            self.setCursor(self.turn.cursor(CURSORS[grip]))
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor if self._hovered else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._set_hovered(0)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Zoom with a pinch too; follow a change of font, palette or screen."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1.0 + event.value(), self.turn.upright(event.position()))
            return True
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.FontChange):
            self._cells.dirty()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows step by a field, plus and minus zoom, Home fits, Space pans, Escape gives up; the rest is not ours."""
        key = Qt.Key(event.key())
        if (way := self.turn.arrow(key, FIELD_STEP)) is not None and self._slide is not None:
            self.pan_by(*way)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(0.8)
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key == Qt.Key.Key_Space:
            self._space_held = True
            self._show_cursor(None)
        elif key == Qt.Key.Key_Escape and (self._drag is not None or self._tool is not Tool.SELECT):
            self.set_tool(self._tool.value if self._drag is not None else Tool.SELECT.value)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self._show_cursor(None)
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A Space let go elsewhere must not keep panning here."""
        self._space_held = False
        super().focusOutEvent(event)

    # Painting

    def _on_zoom_rested(self) -> None:
        self._cells.dirty()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, cells, what the pointer does, scale bar."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._slide is None:
            paint_hint(painter, QRectF(self.rect()), *self._empty, self.font(), self.palette())
            return
        width, height = self.turn.room
        self._paint_picture(painter)
        self.heat.paint(painter, self._camera)
        small = small_font(self.font())
        if self._cells.paint(painter, self._camera, width, height, small):
            self._refine.start()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self._cells.table.row_of.get(self._hovered)
        if hovered is not None and self._drag is None and self._cells.overlays.any:
            self._cells.paint_lit(painter, hovered, self._camera, small)
        held = self._editable()
        if self._drag is not None:
            self._drag.paint(painter)
        elif held is not None:
            paint_grips(painter, held[1])
        painter.resetTransform()
        bar = bar_for(self._camera.zoom, self._scale)
        paint_bar(
            painter,
            bar,
            in_words(self.zoom, None) if self._scale is not None else "",  # else the bar above says the same
            small,
            QRectF(self.rect()),
        )

    def _describe(self) -> None:
        """What a screen reader says."""
        if self._slide is None:
            self.setAccessibleDescription(" ".join(part for part in self._empty if part))
        else:
            self.setAccessibleDescription(tr("{count} cells on the picture", count=len(self._cells.table)))
