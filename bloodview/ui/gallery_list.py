"""The gallery as a list of the system: what a screen reader finds of its tiles, and which one it reads out.

The objects that a screen reader asks are Qt's own, those of a list view: made in Python they would end the process
when Qt frees them. So the gallery is a list view, which lays out and paints nothing of what Qt would.
"""

from collections.abc import Collection

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    Qt,
    QTimer,
)
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFocusEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from bloodview.core.cells import Cell, Source, Status
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.gallery_model import GalleryModel
from bloodview.ui.gallery_sheet import Sheet
from bloodview.ui.language import tr
from bloodview.ui.measurements import sureness

_Index = QModelIndex | QPersistentModelIndex
_MANY = 2_000
"""Chosen tiles from which their number is said, but not each of them is marked as chosen."""
_READ = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


def words_of(cell: Cell, marks: ClassMarks) -> str:
    """What is said of a cell: its label, how sure that is, whether it waits for a person."""
    parts = [marks.look(cell.label).title or tr("No label")]
    said = cell.learned if cell.source is Source.LEARNED else cell.prediction
    if cell.source is Source.PERSON:
        parts.append(tr("by hand"))
    elif said is not None:
        parts.append(tr("{sureness} sure", sureness=sureness(said.confidence)))
    if cell.status is Status.REJECTED:
        parts.append(tr("Excluded"))
    elif cell.status is Status.UNDECIDED:
        parts.append(tr("Undecided"))
    elif cell.needs_a_look:
        parts.append(tr("needs a look"))
    return ", ".join(parts)


class Tiles(QAbstractListModel):
    """The tiles of a sheet as rows; words are made for those that are asked for."""

    def __init__(self, model: GalleryModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._sheet: Sheet | None = None
        self._marks: ClassMarks | None = None

    def put(self, sheet: Sheet, marks: ClassMarks) -> None:
        """Another sheet is shown."""
        self.beginResetModel()
        self._sheet, self._marks = sheet, marks
        self.endResetModel()

    @property
    def sheet(self) -> Sheet | None:
        """What is shown."""
        return self._sheet

    def rowCount(self, parent: _Index | None = None) -> int:
        if self._sheet is None or (parent is not None and parent.isValid()):
            return 0
        return len(self._sheet.order)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """What a screen reader says of a tile."""
        if self._sheet is None or self._marks is None or role not in _READ or not index.isValid():
            return None
        cell = self._model.cell(self._sheet.order[index.row()])
        place = tr("{number} of {total}", number=index.row() + 1, total=len(self._sheet.order))
        return f"{words_of(cell, self._marks)}; {place}" if cell is not None else place


class TileList(QListView):
    """A list view whose rows lie where a sheet has them; what uses the sheet paints them and takes keys and pointer."""

    def __init__(self, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = Tiles(model, self)
        self._read = (0, "")
        """The cell that was read out last, and what was said of it."""
        self.setModel(self.tiles)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setObjectName("tiles")

    def stand_on(self, cell_id: int, chosen: Collection[int]) -> None:
        """Have a screen reader read out the tile that the keys stand on, if it is another or is called otherwise."""
        index = self._index_of(cell_id if cell_id in chosen else 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if not QAccessible.isActive():
            return
        rows = sorted(self._index_of(one).row() for one in chosen) if len(chosen) <= _MANY else []
        self.selectionModel().select(self._ranges(rows), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        words = (self.tiles.data(index) or "").rpartition("; ")[0]  # without its place: that changes with every find
        former, self._read = self._read, (cell_id, words)
        if self._read != former:
            self._tell(QAccessible.Event.NameChanged if cell_id == former[0] else QAccessible.Event.Focus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Once the list has been read out, so is the tile."""
        super().focusInEvent(event)
        QTimer.singleShot(0, self, self._tell)

    def _tell(self, kind: QAccessible.Event = QAccessible.Event.Focus) -> None:
        row = self.currentIndex().row()
        if row >= 0 and self.hasFocus() and QAccessible.isActive():
            event = QAccessibleEvent(self, kind)
            event.setChild(row)
            QAccessible.updateAccessibility(event)

    def _index_of(self, cell_id: int) -> QModelIndex:
        number = self.tiles.sheet.order.number(cell_id) if self.tiles.sheet is not None else None
        return self.tiles.index(-1 if number is None else number, 0)

    def _ranges(self, rows: list[int]) -> QItemSelection:
        found, start = QItemSelection(), 0
        for at, row in enumerate(rows):
            if at + 1 == len(rows) or rows[at + 1] != row + 1:
                found.select(self.tiles.index(rows[start], 0), self.tiles.index(row, 0))
                start = at + 1
        return found

    # Where Qt asks for its own layout

    def visualRect(self, index: _Index) -> QRect:
        """Where a tile lies in the viewport."""
        sheet = self.tiles.sheet
        if sheet is None or not index.isValid() or index.row() >= len(sheet.order):
            return QRect()
        return sheet.tile_rect(index.row(), self.verticalOffset()).toAlignedRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The tile under a point of the viewport."""
        sheet = self.tiles.sheet
        height = self.viewport().height()
        return self._index_of(sheet.cell_at(QPointF(point), self.verticalOffset(), height) if sheet is not None else 0)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    # What Qt would do of itself, and what is done elsewhere

    def doItemsLayout(self) -> None: ...

    def updateGeometries(self) -> None: ...

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None: ...

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:  # a tile becomes current by a choice, never by focus alone
        return QModelIndex()

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None: ...

    def currentChanged(self, current: _Index, previous: _Index) -> None: ...

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None: ...
