"""The pictures of the case at the left: state, progress, what waits for a look, and what failed and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from bloodview.core import unfamiliar
from bloodview.review.records import SlideRecord
from bloodview.ui import style
from bloodview.ui.analysis_queue import State
from bloodview.ui.cell_index import Tally
from bloodview.ui.heads import Head
from bloodview.ui.heard import heard
from bloodview.ui.language import tr

_ROW_PX = 50
_LINES_PX = 3
"""Between the name of a picture and what is said below it."""
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A line of the worklist.

    Args:
        fraction: of the analysis, 0 to 1.
        note: why it failed, or what is going on.
        slide_id: of the case; 0 = not in the case yet.
        tally: None while it is hidden from somebody who reads blindly.
        failed_tiles: parts that could not be analysed.
    """

    path: Path
    state: State
    fraction: float = 0.0
    note: str = ""
    slide_id: int = 0
    tally: Tally | None = Tally()
    failed_tiles: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it waits or is under work."""
        return self.state in (State.WAITING, State.WORKING)

    @property
    def line(self) -> str:
        """What is said below the name."""
        if self.state is State.WORKING:
            return tr("Analysing {fraction:.0%}", fraction=self.fraction) if self.fraction else tr("Analysing")
        if self.state is State.WAITING:
            return tr("Waiting")
        if self.state is State.FAILED:
            return heard(self.note)
        if self.state is State.STOPPED and not self.slide_id:
            return tr("Not analysed")
        if not self.slide_id:
            return heard(self.note)
        if self.tally is None:
            return ""
        n, look = self.tally.leukocytes, self.tally.to_look_at
        text = tr("{number:,} leukocytes", number=n) if n else tr("No leukocytes")
        if n == 1:
            text = tr("1 leukocyte")
        if self.state is State.STOPPED:
            text = tr("Stopped half way · {text}", text=text)
        if self.failed_tiles:
            text += tr(" · {number} parts failed", number=self.failed_tiles)
        if look:
            text = tr("{text} · {look:,} to look at", text=text, look=look)
        # Last, since a narrow list leaves it out: the notice over the views says it too.
        return text + tr(" · unfamiliar") if self.tally.unfamiliar is not None else text

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said below the name, and the same shorter and shorter for a list that is narrow."""
        look = self.tally.to_look_at if self.tally is not None else 0
        shorter = [replace(self, tally=replace(self.tally, unfamiliar=None)).line] if self.tally is not None else []
        if look and self.slide_id and self.state is State.DONE and not self.failed_tiles:
            shorter.append(tr("{look:,} to look at", look=look))
        return (self.line, *shorter)


class WorklistModel(QAbstractListModel):
    """The lines, in the order they came."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[WorkItem] = []
        self._row: dict[Path, int] = {}
        self.still_open = 0
        """How many wait or are under work."""

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.path.name
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role == Qt.ItemDataRole.ToolTipRole:
            strange = item.tally.unfamiliar if item.tally is not None else None
            more = heard(unfamiliar.notice(strange)) if strange is not None else ""
            return f"{item.path}\n{item.line}\n{more}".strip()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.path.name}, {item.line}"
        return None

    @property
    def items(self) -> tuple[WorkItem, ...]:
        """All lines."""
        return tuple(self._items)

    def item(self, path: Path) -> WorkItem | None:
        """The line of a path."""
        row = self._row.get(path)
        return self._items[row] if row is not None else None

    def row_of(self, path: Path | None) -> int:
        """Where a path stands; -1 = nowhere."""
        return self._row.get(path, -1) if path is not None else -1

    def put(self, item: WorkItem) -> None:
        """Add a line, or put it in the place of the one of the same path."""
        row = self._row.get(item.path)
        self.still_open += item.is_open - (row is not None and self._items[row].is_open)
        if row is None:
            row = len(self._items)
            self.beginInsertRows(QModelIndex(), row, row)
            self._items.append(item)
            self._row[item.path] = row
            self.endInsertRows()
        elif self._items[row] != item:
            self._items[row] = item
            index = self.index(row)
            self.dataChanged.emit(index, index)

    def clear(self) -> None:
        """Take all lines away."""
        self.beginResetModel()
        self._items.clear()
        self._row.clear()
        self.still_open = 0
        self.endResetModel()


class _Lines(QStyledItemDelegate):
    """Paints a line: name, what is going on, a dot for its state, a bar while it is analysed."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, round(_ROW_PX * style.stretch(option.font)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item = index.data(Qt.ItemDataRole.UserRole)
        rect, palette = option.rect, option.palette
        state, font = option.state, QFont(option.font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.AlternateBase))
        if selected:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), palette.highlight())
        metrics, small = QFontMetrics(font), style.small(font)
        below = QFontMetrics(small)
        top = rect.top() + (rect.height() - metrics.height() - _LINES_PX - below.height()) // 2
        self._paint_dot(painter, item, QRectF(rect.left() + 14, top + (metrics.height() - 8) / 2, 8, 8), palette)
        left, width = rect.left() + 32, rect.width() - 32 - 10
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        name = _fitting(item.path, metrics, width)
        painter.drawText(left, top + metrics.ascent(), name)
        painter.setFont(small)
        bad = item.state is State.FAILED
        painter.setPen(style.tone(palette, style.Tone.BAD) if bad else style.faint(palette))
        fitting = next((line for line in item.lines if below.horizontalAdvance(line) <= width), item.line)
        text = below.elidedText(fitting, Qt.TextElideMode.ElideRight, width)
        painter.drawText(left, top + metrics.height() + _LINES_PX + below.ascent(), text)
        if item.state is State.WORKING:
            track = QRectF(left, rect.bottom() - 3.5, width, 3)
            painter.fillRect(track, style.line(palette))
            painter.fillRect(QRectF(track.left(), track.top(), width * item.fraction, 3), palette.highlight())
        painter.restore()

    @staticmethod
    def _paint_dot(painter: QPainter, item: WorkItem, place: QRectF, palette: QPalette) -> None:
        """Filled = done, half = in work, ring = waiting, cross = failed; amber = something to look at."""
        done = item.slide_id > 0 and item.state is not State.FAILED
        color = style.faint(palette)
        if item.state is State.FAILED:
            painter.setPen(style.tone(palette, style.Tone.BAD))
            painter.drawLine(place.topLeft(), place.bottomRight())
            painter.drawLine(place.topRight(), place.bottomLeft())
            return
        if item.state is State.WORKING:
            color = palette.color(QPalette.ColorRole.Highlight)
        elif done and item.tally is not None:
            which = style.Tone.DOUBT if item.tally.to_look_at else style.Tone.GOOD
            color = style.tone(palette, which)
        painter.setPen(color)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if done and item.state is not State.WORKING:
            painter.setBrush(color)
        painter.drawEllipse(place)
        if item.state is State.WORKING:
            painter.setBrush(color)
            painter.drawPie(place, 90 * 16, -round(max(item.fraction, 0.1) * 360 * 16))


def _fitting(path: Path, metrics: QFontMetrics, width: int) -> str:
    """A picture's name; where it is too long without its ending, for the numbers before that tell pictures apart."""
    if metrics.horizontalAdvance(path.name) <= width:
        return path.name
    return metrics.elidedText(path.stem, Qt.TextElideMode.ElideMiddle, width)


class Worklist(QWidget):
    """The panel.

    Signals:
        chosen: the WorkItem that should be shown.
        problems_asked: somebody wants to see what failed.
    """

    chosen = Signal(object)
    problems_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = WorklistModel()
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Lines(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(tr("Pictures of the case"))
        self.view.selectionModel().currentChanged.connect(self.on_view_current_changed)
        self._heading = style.named(QLabel(tr("Pictures")), "heading")
        self._sum = style.named(QLabel(""), "faint")
        self._problems = style.named(QPushButton(""), "link")
        self._problems.clicked.connect(self.problems_asked)
        self._problems.hide()
        head = Head()
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 0, 12, 0)
        row.addWidget(self._heading)
        row.addStretch()
        row.addWidget(self._sum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.view, 1)
        column.addWidget(self._problems)

    def set_records(self, records: Sequence[tuple[SlideRecord, Tally | None]]) -> None:
        """Show the slides of a newly opened case."""
        self.model.clear()
        for record, tally in records:
            self.put_record(record, tally)
        self._count()

    def put_record(self, record: SlideRecord, tally: Tally | None, path: Path | None = None) -> None:
        """Show how a slide stands, in the line of `path` where the same picture was queued under another name."""
        path = path or record.path
        old = self.model.item(path) or WorkItem(path, State.DONE)
        self.model.put(replace(old, slide_id=record.id, tally=tally, failed_tiles=len(record.failed_tiles)))

    def set_tally(self, slide_id: int, tally: Tally | None) -> None:
        """Show new numbers of a slide, or none."""
        for item in self.model.items:
            if item.slide_id == slide_id:
                self.model.put(replace(item, tally=tally))

    def set_state(self, path: Path, state: State, fraction: float, note: str) -> None:
        """Show where a picture stands."""
        old = self.model.item(path) or WorkItem(path, state)
        self.model.put(replace(old, state=state, fraction=fraction, note=note))
        self._count()

    def set_problems(self, number: int) -> None:
        """Say how many files could not be used."""
        self._problems.setVisible(number > 0)
        several = tr("{number} files could not be used", number=number)
        self._problems.setText(f"⚠  {tr('1 file could not be used') if number == 1 else several}")

    def choose(self, path: Path | None) -> None:
        """Mark a line as the one that is shown, without asking for it again."""
        row = self.model.row_of(path)
        index = self.model.index(row) if row >= 0 else QModelIndex()
        if index != self.view.currentIndex():
            blocked = self.view.selectionModel().blockSignals(True)
            self.view.setCurrentIndex(index)
            self.view.selectionModel().blockSignals(blocked)
            self.view.viewport().update()
            if row >= 0:
                self.view.scrollTo(index)

    def step(self, by: int) -> None:
        """Choose the line below (1) or above (-1)."""
        row = self.view.currentIndex().row() + by
        if 0 <= row < self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(row))

    def on_view_current_changed(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.data(Qt.ItemDataRole.UserRole))

    def _count(self) -> None:
        total = self.model.rowCount()
        open_ = self.model.still_open
        self._sum.setText(
            tr("{done:,} of {total:,}", done=total - open_, total=total) if open_ else f"{total:,}" if total else ""
        )
