"""The gallery: one tile a cell at equal scale, grouped by class; choose, sort, drag onto a class.

Only tiles in sight are painted, and only their crops are asked for, so thousands scroll like ten.
"""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from bloodview.core.cell_columns import CellSet
from bloodview.core.cells import Cell
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.empty_hint import paint_hint
from bloodview.ui.gallery_crops import CropProvider, CropStore
from bloodview.ui.gallery_drop import DropBar, paint_load
from bloodview.ui.gallery_lasso import Catch
from bloodview.ui.gallery_layout import HEADER
from bloodview.ui.gallery_list import TileList
from bloodview.ui.gallery_model import REJECTED, UNDECIDED, GalleryModel, Group, Grouping, Sort
from bloodview.ui.gallery_selection import Selection
from bloodview.ui.gallery_sheet import Sheet
from bloodview.ui.gallery_tile import Brushes, TileState, paint_header, paint_tile, rounded
from bloodview.ui.language import tr

SMALLEST_PX, LARGEST_PX = 56, 240
_ASK_AFTER_MS = 15
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class GalleryView(TileList):
    """Shows cells as tiles.

    Signals:
        selection_changed: frozenset of ids, when the person changes it here.
        cell_activated: id of a cell to open in the slide (double click, Enter).
        relabel_requested: ids and class id, after a drop on a class.
        undecided_requested: ids, after a drop on Undecided.
        reject_requested: ids, after a drop on Excluded.
        hovered: id of the cell under the pointer, 0 for none.
        menu_requested: place on the screen for a menu on the selection.
    """

    selection_changed = Signal(object)
    cell_activated = Signal(int)
    relabel_requested = Signal(object, str)
    undecided_requested = Signal(object)
    reject_requested = Signal(object)
    hovered = Signal(int)
    menu_requested = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._model = GalleryModel(DEFAULT_TAXONOMY)
        super().__init__(self._model, parent)
        self._marks = ClassMarks(DEFAULT_TAXONOMY)
        self._crops = CropStore()
        self._provider: CropProvider | None = None
        self._selection = Selection()
        self._tile_px = 112
        hint = tr("Open pictures and analyse them: every cell found appears here, by class.")
        self._empty = (tr("No cells yet"), hint)
        self._hovered = 0
        self._press: QPointF | None = None
        self._before_press: frozenset[int] = frozenset()
        self._catch: Catch | None = None
        self._names: Mapping[int, str] = {}
        self._drop: DropBar | None = None
        self._pointer = QPointF()
        self._ask_timer = QTimer(self, singleShot=True, interval=_ASK_AFTER_MS)
        self._ask_timer.timeout.connect(self._ask_for_crops)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there, so that its coming does not change the width and lay everything out twice.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.setAccessibleName(tr("Gallery of cells"))
        self._arrange()

    # What is shown

    def set_cells(self, cells: Iterable[Cell] | CellSet, taxonomy: Taxonomy) -> None:
        """Replace all cells; crops and selection of those that remain are kept."""
        if taxonomy is not self._marks.taxonomy:
            self._marks = ClassMarks(taxonomy)
        before = self._model.columns
        self._model.set_cells(cells, taxonomy)
        self._crops.keep_same(before, self._model.columns)
        self._arrange()

    def update_cells(self, cells: Iterable[Cell] | CellSet) -> None:
        """Take newer versions of cells, and new ones."""
        given = CellSet.of(cells, self._model.columns.names)
        self._crops.forget_moved(self._model.columns, given.columns)
        self._model.update(cells if isinstance(cells, CellSet) else given.fetch(given.columns.ids.tolist()))
        self._arrange()

    def set_crop_provider(self, provider: CropProvider) -> None:
        """Who is asked for crops of cells in sight; each crop should show the same window in micrometres."""
        self._provider = provider
        self._crops.clear()
        self._ask_timer.start()

    def set_crop(self, cell_id: int, crop: QImage) -> None:
        """A crop arrived; an empty image says that there is none."""
        self._crops.put(cell_id, crop if crop.isNull() else rounded(crop, self._tile_px, self.devicePixelRatioF()))
        number = self._sheet.order.number(cell_id)
        if number is not None:
            self.viewport().update(self._sheet.tile_rect(number, self.verticalOffset()).toAlignedRect())

    def is_wanted(self, cell_id: int) -> bool:
        """Whether a crop that was asked for is still to be seen; a provider may skip it otherwise."""
        return self._crops.is_wanted(cell_id)

    def set_sort(self, sort: str, places: Mapping[int, int] | None = None) -> None:
        """Order within the groups, see `Sort`; "next" and "like" go by the places of cells that are given."""
        self._model.set_sort(Sort(sort), places)
        self._arrange()

    def set_grouping(self, grouping: str, names: Mapping[int, str] | None = None) -> None:
        """What stands together, see `Grouping`; `names` of the slides stay known until others come."""
        self._names = self._names if names is None else names
        self._model.set_grouping(Grouping(grouping))
        self._arrange()

    @property
    def sort(self) -> str:
        """The present order."""
        return self._model.sort.value

    def set_shown_classes(self, class_ids: Iterable[str] | None) -> None:
        """Show only cells of these classes; None shows all but red cells."""
        self._model.set_shown(None if class_ids is None else frozenset(class_ids))
        self._arrange()

    def set_tile_size(self, side_px: int) -> None:
        """Side of a tile's picture, view pixels; what is in the middle of the view stays in sight."""
        side_px = min(max(side_px, SMALLEST_PX), LARGEST_PX)
        if side_px == self._tile_px:
            return
        in_sight = self._in_sight()
        keep = self._sheet.order[in_sight[len(in_sight) // 2]] if in_sight else 0
        self._tile_px = side_px
        self._arrange()
        self._scroll_to(keep)

    @property
    def tile_size(self) -> int:
        """Side of a tile's picture, view pixels."""
        return self._tile_px

    def set_empty_text(self, title: str, hint: str = "") -> None:
        """What stands here while there is nothing to show."""
        self._empty = (title, hint)
        self.viewport().update()

    # Selection

    def selected_ids(self) -> frozenset[int]:
        """The selected cells."""
        return self._selection.ids

    def ordered_ids(self) -> tuple[int, ...]:
        """All shown cells in the order of the tiles."""
        return tuple(self._sheet.order)

    def select(self, cell_ids: Iterable[int], *, scroll: bool = False) -> None:
        """Select cells from outside; emits nothing."""
        self._selection.set(self._model.shown(cell_ids))
        if scroll:
            self._scroll_to(self._selection.current)
        self._describe()
        self.viewport().update()

    def _pick(self, cell_id: int) -> None:
        before = self._selection.ids
        self._selection.pick(cell_id)
        self._scroll_to(cell_id)
        self._tell_selection(before)

    def _tell_selection(self, before: frozenset[int]) -> None:
        self.viewport().update()
        self._describe()
        if self._selection.ids != before:
            self.selection_changed.emit(self._selection.ids)

    # Layout

    def _arrange(self) -> None:
        """Lay out anew; costs little however many cells there are."""
        self._sheet = Sheet(self._model.groups(), self._model.place_of, self.viewport().width(), self._tile_px)
        self.tiles.put(self._sheet, self._marks)
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(24, self._sheet.layout.row_height // 3))
        bar.setRange(0, max(0, self._sheet.layout.height - self.viewport().height()))
        bar.setEnabled(bar.maximum() > 0)
        gone = self._selection.ids - self._model.shown(self._selection.ids)
        if gone:
            before = self._selection.ids
            self._selection.set(before - gone)
            self._tell_selection(before)
        self._describe()
        self._ask_timer.start()
        self.viewport().update()

    def _in_sight(self) -> range:
        return self._sheet.in_sight(self.verticalOffset(), self.viewport().height())

    def _scroll_to(self, cell_id: int) -> None:
        number = self._sheet.order.number(cell_id)
        if number is None:
            return
        place, bar = self._sheet.layout.tile(number), self.verticalScrollBar()
        room = self.viewport().height()
        if place.y - HEADER < bar.value():
            bar.setValue(place.y - HEADER - 4)
        elif place.y + place.height + 4 > bar.value() + room:
            bar.setValue(place.y + place.height + 8 - room)

    def show_class(self, class_id: str) -> None:
        """Bring the cells of a class to the top of the view; a chosen one where they are no group of their own."""
        top = self._sheet.top_of(class_id)
        if top is not None:
            self.verticalScrollBar().setValue(top)
        else:
            self._scroll_to(self._selection.current)

    def cell_at(self, pos: QPointF) -> int:
        """Id of the cell whose tile lies under a point of the viewport; 0 for none."""
        return self._sheet.cell_at(pos, self.verticalOffset(), self.viewport().height())

    def tile_rect(self, cell_id: int) -> QRectF:
        """Where the tile of a cell lies in the viewport; may lie outside it; empty for a cell that is not shown."""
        number = self._sheet.order.number(cell_id)
        return self._sheet.tile_rect(number, self.verticalOffset()) if number is not None else QRectF()

    def header_rect(self, class_id: str) -> QRectF:
        """Where the header of a group lies in the viewport; empty if it is out of sight."""
        headers = self._sheet.headers(self.verticalOffset(), self.viewport().height())
        return next((rect for group, rect in headers if group.key == class_id), QRectF())

    def drop_rect(self, class_id: str) -> QRectF:
        """Where the target of a class lies in the viewport while tiles are dragged; empty at other times."""
        targets = self._drop.targets if self._drop is not None else []
        return next((target.rect for target in targets if target.key == class_id), QRectF())

    def _group_at(self, pos: QPointF) -> Group | None:
        return self._sheet.group_at(pos, self.verticalOffset(), self.viewport().height())

    # Crops

    def _ask_for_crops(self) -> None:
        if self._provider is None:
            return
        numbers = self._sheet.in_sight(
            self.verticalOffset(), self.viewport().height(), margin=self._sheet.layout.row_height
        )
        side = round(self._tile_px * self.devicePixelRatioF())
        cells = self._model.some([self._sheet.order[n] for n in numbers])
        self._crops.ask(cells.values(), side, self._provider)

    def _on_scrolled(self) -> None:
        if not self._ask_timer.isActive():
            self._ask_timer.start()
        self._set_hovered(self.cell_at(self._pointer) if self.viewport().underMouse() else 0)
        self.viewport().update()

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose; a drag from here moves cells, or draws a band from an empty place."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pos, modifiers, before = event.position(), event.modifiers(), self._selection.ids
        self._press, self._before_press = pos, before
        cell_id = self.cell_at(pos)
        if not cell_id:
            if not modifiers & _ADDING and self._group_at(pos) is None:
                self._selection.set(())
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._selection.extend(cell_id, self._sheet.order)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._selection.toggle(cell_id)
        elif cell_id not in self._selection.ids:
            self._selection.pick(cell_id)
        self._tell_selection(before)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, drag or band."""
        self._pointer = event.position()
        if self._press is not None and self._drop is None and self._catch is None:
            far = (self._pointer - self._press).manhattanLength() >= QApplication.startDragDistance()
            if far:
                self._begin_drag(self._press, is_adding=bool(event.modifiers() & _ADDING))
        if self._catch is not None:
            before = self._selection.ids
            self._selection.set(self._catch.stretch(self._pointer + QPointF(0, self.verticalOffset()), self._sheet))
            self._tell_selection(before)
        elif self._drop is not None:
            self.viewport().update()
        else:
            self._set_hovered(self.cell_at(self._pointer))

    def _begin_drag(self, start: QPointF, *, is_adding: bool) -> None:
        """From a tile the selection comes along, from elsewhere a band; with Shift or Ctrl a lasso adds to it."""
        cell_id = self.cell_at(start)
        if cell_id in self._selection.ids and not is_adding:
            self._drop = DropBar(self._model, self._brushes(), self.viewport().width())
            self._set_hovered(0)
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            base = self._before_press if cell_id else self._selection.ids
            self._catch = Catch(start + QPointF(0, self.verticalOffset()), base, is_free=is_adding or bool(cell_id))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop, end the band, or make a click on one of several choose that one."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pos, pressed, dropping, catch = event.position(), self._press, self._drop, self._catch
        target = self._target_at(pos)
        self._end_drag()
        if dropping is not None:
            self._drop_on(target)
        elif catch is None and pressed is not None and not event.modifiers() & _ADDING:
            cell_id = self.cell_at(pos)
            if cell_id and self._selection.ids != {cell_id}:
                self._pick(cell_id)
        self._set_hovered(self.cell_at(pos))

    def _target_at(self, pos: QPointF) -> str | None:
        if self._drop is None:
            return None
        if self._drop.rect.contains(pos):
            return self._drop.at(pos)
        group = self._group_at(pos)
        return group.key if group is not None else None

    def _drop_on(self, target: str | None) -> None:
        ids = self._selection.ids
        if not target or not ids:
            return
        if target == UNDECIDED:
            self.undecided_requested.emit(ids)
        elif target == REJECTED:
            self.reject_requested.emit(ids)
        elif target in self._marks.taxonomy:
            self.relabel_requested.emit(ids, target)

    def _end_drag(self) -> None:
        self._press = self._drop = self._catch = None
        self.viewport().unsetCursor()
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a cell in the slide; on a header, choose the whole group."""
        group, cell_id = self._group_at(event.position()), self.cell_at(event.position())
        if cell_id:
            self.cell_activated.emit(cell_id)
        elif group is not None:
            before = self._selection.ids
            self._selection.set(group.ids)
            self._tell_selection(before)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu on the selection, or on the cell under the pointer."""
        cell_id = self.cell_at(QPointF(event.pos()))
        if cell_id and cell_id not in self._selection.ids:
            self._pick(cell_id)
        self.menu_requested.emit(event.globalPos())

    def _set_hovered(self, cell_id: int) -> None:
        if cell_id != self._hovered:
            self._hovered = cell_id
            self.hovered.emit(cell_id)
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Nothing is hovered once the pointer has left."""
        if event.type() == QEvent.Type.Leave:
            self._set_hovered(0)
        return super().viewportEvent(event)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home, End and the page keys walk, with Shift they extend; Enter opens; the rest is not ours."""
        key = Qt.Key(event.key())
        number = self._next_number(key)
        before = self._selection.ids
        if key == Qt.Key.Key_Escape and (self._drop is not None or self._catch is not None):
            self._end_drag()
        elif number is not None and self._sheet.order:
            cell_id = self._sheet.order[number]
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._selection.extend(cell_id, self._sheet.order)
            else:
                self._selection.pick(cell_id)
            self._scroll_to(cell_id)
            self._tell_selection(before)
        elif key == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._selection.set(self._sheet.order)
            self._tell_selection(before)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selection.current in self._sheet.order:
            self.cell_activated.emit(self._selection.current)
        else:
            event.ignore()

    def _next_number(self, key: Qt.Key) -> int | None:
        """Where a key leads from the current tile; None if it is no walking key."""
        here = self._sheet.order.number(self._selection.current)
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return 0 if key == Qt.Key.Key_Home else len(self._sheet.order) - 1
        if key in _ARROWS:
            return self._sheet.layout.step(here, *_ARROWS[key]) if here is not None else 0
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            number = here or 0
            for _ in range(max(1, self.viewport().height() // self._sheet.layout.row_height - 1)):
                number = self._sheet.layout.step(number, 0, 1 if key == Qt.Key.Key_PageDown else -1)
            return number
        return None

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width; the cell the keyboard stands on stays in sight."""
        self._arrange()
        if event.oldSize().width() != event.size().width() and self._selection.ids:
            self._scroll_to(self._selection.current)

    def sizeHint(self) -> QSize:
        """Room for a few columns."""
        return QSize(640, 600)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tiles in sight, headers, and what the pointer is doing."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        brushes = self._brushes()
        if not self._sheet.order:
            self._paint_empty(painter)
        touched = QRectF(event.rect())
        rects = {self._sheet.order[n]: self._sheet.tile_rect(n, self.verticalOffset()) for n in self._in_sight()}
        rects = {i: rect for i, rect in rects.items() if rect.adjusted(-4, -4, 4, 4).intersects(touched)}
        for cell_id, cell in self._model.some(rects).items():
            self._paint_tile(painter, brushes, rects[cell_id], cell)
        target = self._target_at(self._pointer)
        for group, rect in self._sheet.headers(self.verticalOffset(), self.viewport().height()):
            lit = target == group.key and self._drop is not None and not self._drop.rect.contains(self._pointer)
            paint_header(painter, brushes, rect, group.key, len(group.ids), group.share, lit=lit)
        if self._catch is not None:
            self._catch.paint(painter, self.palette(), self.verticalOffset())
        if self._drop is not None:
            self._drop.paint(painter, self._drop.at(self._pointer), len(self._selection.ids))
            ids = [self._selection.current, *sorted(self._selection.ids - {self._selection.current})[:2]]
            paint_load(painter, brushes, self._pointer, [self._crops.get(cell_id) for cell_id in ids])

    def _paint_tile(self, painter: QPainter, brushes: Brushes, rect: QRectF, cell: Cell) -> None:
        state = TileState(
            selected=cell.id in self._selection.ids,
            current=cell.id == self._selection.current and self.hasFocus(),
            hovered=cell.id == self._hovered,
        )
        paint_tile(painter, brushes, rect, cell, self._crops.get(cell.id), state)

    def _paint_empty(self, painter: QPainter) -> None:
        words = self._empty
        if len(self._model):
            hint = tr("{number:,} cells are hidden by the choice of classes.", number=len(self._model))
            words = (tr("Nothing to show"), hint)
        paint_hint(painter, QRectF(self.viewport().rect()), *words, self.font(), self.palette())

    def _brushes(self) -> Brushes:
        return Brushes.of(self.palette(), self._marks, self.font(), self._names)

    def _describe(self) -> None:
        """What a screen reader says of the gallery; of the tile it reads what `gallery_list` says."""
        number, selected = len(self._sheet.order), len(self._selection.ids)
        self.setAccessibleDescription(tr("{number} cells, {selected} selected", number=number, selected=selected))
        self.stand_on(self._selection.current, self._selection.ids)
